import { setTimeout as sleep } from 'node:timers/promises';
import type { Prisma } from '@prisma/client';
import { now } from '../../core/clock.ts';
import { asCrossdockError, NeedsMerchantError, TransientError } from '../../core/errors.ts';
import { listenToExchanges, type Exchange } from '../../core/exchanges.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { isAblated } from '../../env.server.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import { checkFence, type Lease } from '../inbox/lease.ts';
import { gateFor, type GatedConnection } from './gate.ts';
import { SEVERAL } from './open-writes.ts';

/** One write to either side, as it is recorded before it is sent. */
export interface IntendedWrite {
  runId?: string;
  target: 'shopify' | 'back-office';
  /** order-create, fulfilment-create, stock-set … */
  kind: string;
  subject: { kind: string; id: string };
  /** Unique in the shop: the same write has the same key, another content needs another. */
  key: string;
  /** Whether undoing it restores all (reversible), needs a counter-write (compensable) or can't be undone (final). */
  class: 'reversible' | 'compensable' | 'final';
  before?: unknown;
  after?: unknown;
  /** Hash of what is written, where the same key may stand for another content at each attempt. */
  content?: string;
  lease?: Lease;
}

/**
 * `withheld`: access level or dry run keeps it a plan; nothing was sent. `again`: an earlier attempt had landed, or may have, so that the other side
 * may hold what was sent then.
 */
export type WriteOutcome<Answer> =
  { outcome: 'landed'; answer: Answer; again: boolean } | { outcome: 'withheld'; reason: Reason };

/** What earlier attempts have to do with an answer. */
export interface Earlier {
  /** As in the outcome. */
  again: boolean;
  /** The answer tells what the other side was found to have, not what this attempt sent. */
  found: boolean;
  /** One of the earlier attempts was sent with another content, or nobody knows with which. */
  other: boolean;
}

interface Acts<Answer> {
  send(): Promise<Answer>;
  /** Keeps what the answer says, in the transaction that settles the write: both are there, or neither and the next attempt asks. */
  record?(tx: Tx, answer: Answer, earlier: Earlier): Promise<void>;
  /** Asks the other side whether the write landed; null where it can't be asked. */
  ask: (() => Promise<Answer | null>) | null;
}

const json = (value: unknown): Prisma.InputJsonValue => JSON.parse(JSON.stringify(value ?? {})) as Prisma.InputJsonValue;

const isOpen = ({ state }: { state: string }) => ['sent', 'unknown'].includes(state);

/** With which content a write was sent, as its row holds it in `after`; SEVERAL where its attempts differ. */
export const contentIn = (after: unknown): string | undefined => (after as { content?: string } | null)?.content;

/** What is recorded of a write; of one with a content, also which. */
const afterOf = ({ after, content }: IntendedWrite, held = content): unknown =>
  content === undefined ? after : { ...(after as object | undefined), content: held };

/** What was sent first may be what arrived: it isn't forgotten for what is meant now. */
function contentHeld(found: { state: string; after: unknown }, write: IntendedWrite, withheld: boolean): string | undefined {
  const known = contentIn(found.after);
  if (!isOpen(found) || known === write.content) return write.content;
  return withheld ? (known ?? SEVERAL) : SEVERAL;
}

// A slow commit may land after the first look, so an absent write is looked for twice.
const SECOND_LOOK_MS = 1_500;

async function settle(
  tx: Tx,
  shopId: number,
  key: string,
  state: string,
  answer: unknown,
  trace: Exchange[] = [],
): Promise<void> {
  // Of an attempt that worked nothing has to be explained, and one that failed late takes nothing back that a later one found to have landed.
  await tx.$executeRaw`
    UPDATE write SET state = ${state}, settled_at = ${now()}, answer = ${JSON.stringify(answer ?? {})}::jsonb,
      trace = ${trace.length > 0 ? JSON.stringify(trace) : null}::jsonb
    WHERE shop_id = ${shopId} AND key = ${key} AND (state <> 'landed' OR ${state === 'landed'})`;
}

/** Records a write that wasn't attempted before; false where it was. */
async function recordFirst(tx: Tx, live: LiveConnection, write: IntendedWrite, withheld: boolean): Promise<boolean> {
  const at = now();
  const added = await tx.$executeRaw`
    INSERT INTO write (shop_id, key, connection_id, run_id, target, kind, subject_kind, subject_id, class, state, before, after, fence, attempts, created_at, sent_at)
    VALUES (${live.shop.id}, ${write.key}, ${live.id}::uuid, ${write.runId ?? null}::uuid, ${write.target}, ${write.kind}, ${write.subject.kind},
      ${write.subject.id}, ${write.class}, ${withheld ? 'intended' : 'sent'}, ${JSON.stringify(write.before ?? {})}::jsonb,
      ${JSON.stringify(afterOf(write) ?? {})}::jsonb, ${write.lease?.fence ?? null}, ${withheld ? 0 : 1}, ${at}, ${withheld ? null : at})
    ON CONFLICT (shop_id, key) DO NOTHING`;
  return added > 0;
}

async function askTwice<Answer>(
  live: LiveConnection,
  write: Pick<IntendedWrite, 'target' | 'kind' | 'subject'>,
  ask: () => Promise<Answer | null>,
): Promise<Answer | null> {
  const first = await ask();
  if (first !== null) return first;
  const delayed = write.target === 'back-office' && live.definition.capabilities.findOrder !== 'exact';
  if (!live.definition.capabilities.remote && write.target === 'back-office') return null;
  if (delayed) throw checkThere(live, write);
  await sleep(SECOND_LOOK_MS);
  return ask();
}

function checkThere(live: LiveConnection, write: Pick<IntendedWrite, 'kind' | 'subject'>): NeedsMerchantError {
  return new NeedsMerchantError(
    'outcome-unknown',
    `Whether ${write.kind} of ${write.subject.id} arrived is unknown and can't be asked`,
    {
      params: { backOffice: live.definition.label, subject: write.subject.id },
    },
  );
}

/**
 * Whether a write whose answer was lost landed after all, asked by whoever doesn't want it any more: it is settled as the other side says, so that nobody
 * waits for it. Null where it didn't.
 */
export async function settleLost<Answer>(
  live: LiveConnection,
  write: Pick<IntendedWrite, 'target' | 'kind' | 'subject' | 'key'>,
  ask: () => Promise<Answer | null>,
): Promise<Answer | null> {
  const landed = await askTwice(live, write, ask);
  const shopId = live.shop.id;
  await inShop(shopId, (tx) =>
    landed === null
      ? settle(tx, shopId, write.key, 'refused', { code: 'not-there', kind: 'rejected' })
      : settle(tx, shopId, write.key, 'landed', landed),
  );
  return landed;
}

/**
 * The one way anything is written to Shopify or to a back office. It records the write, passes the gate (deactivated,
 * access level, dry run), sends it, and records the answer. After a crash or a lost answer the next call with the same key
 * asks the other side before it sends again. Throws the four errors of core/errors.
 */
export async function performWrite<Answer>(
  live: LiveConnection,
  write: IntendedWrite,
  act: Acts<Answer>,
): Promise<WriteOutcome<Answer>> {
  const shopId = live.shop.id;
  const closed = gateFor(live, write.target);
  const landedAs = async (
    answer: Answer,
    earlier: Earlier,
    settled?: (tx: Tx) => Promise<void>,
  ): Promise<WriteOutcome<Answer>> => {
    if (settled || act.record)
      await inShop(shopId, async (tx) => {
        await settled?.(tx);
        await act.record?.(tx, answer, earlier);
      });
    return { outcome: 'landed', answer, again: earlier.again };
  };
  if (isAblated('write-recording') && !closed) return landedAs(await act.send(), { again: false, found: false, other: false });
  const { previous, attempts, withheld } = await inShop(shopId, async (tx) => {
    if (write.lease) await checkFence(tx, shopId, write.lease);
    // As it is now: somebody may have deactivated the connection while the work that writes went on.
    const [current] = await tx.$queryRaw<GatedConnection[]>`
      SELECT state, access, dry_run AS "dryRun" FROM connection WHERE shop_id = ${shopId} AND id = ${live.id}::uuid`;
    const withheld = closed ?? gateFor(current ?? live, write.target);
    if (await recordFirst(tx, live, write, withheld !== null)) return { previous: null, attempts: 1, withheld };
    const found = await tx.write.findUniqueOrThrow({ where: { shopId_key: { shopId, key: write.key } } });
    if (found.state === 'landed') return { previous: found, attempts: found.attempts, withheld };
    const data = {
      connectionId: live.id,
      target: write.target,
      kind: write.kind,
      subjectKind: write.subject.kind,
      subjectId: write.subject.id,
      class: write.class,
      before: json(write.before),
      after: json(afterOf(write, contentHeld(found, write, withheld !== null))),
      ...(write.runId ? { runId: write.runId } : {}),
      ...(write.lease ? { fence: write.lease.fence } : {}),
    };
    // 'sent' and 'unknown' survive: they are what the question below is asked for.
    const state = isOpen(found) ? found.state : 'sent';
    await tx.write.update({
      where: { shopId_key: { shopId, key: write.key } },
      data: withheld ? data : { ...data, state, attempts: { increment: 1 }, sentAt: now() },
    });
    return { previous: found, attempts: found.attempts + 1, withheld };
  });
  const other = previous !== null && contentIn(previous.after) !== write.content;
  if (previous?.state === 'landed') return landedAs(previous.answer as Answer, { again: true, found: true, other });
  if (withheld) return { outcome: 'withheld', reason: withheld };

  const again = previous !== null && isOpen(previous) && attempts > 1;
  if (again) {
    if (!act.ask) throw checkThere(live, write);
    const landed = await askTwice(live, write, act.ask);
    if (landed !== null)
      return landedAs(landed, { again, found: true, other }, (tx) => settle(tx, shopId, write.key, 'landed', landed));
  }
  let answer: Answer;
  let trace: Exchange[] = [];
  try {
    answer = await listenToExchanges(act.send, (exchanges) => (trace = exchanges));
  } catch (thrown) {
    const error = asCrossdockError(thrown);
    const unknown = (error instanceof TransientError && error.mayHaveLanded) || error.kind === 'bug';
    await inShop(shopId, (tx) =>
      settle(tx, shopId, write.key, unknown ? 'unknown' : 'refused', { code: error.code, kind: error.kind }, trace),
    );
    throw thrown;
  }
  // Outside the try: an answer that can't be recorded leaves the write as sent, and the next attempt asks.
  return landedAs(answer, { again, found: false, other: again && other }, (tx) =>
    settle(tx, shopId, write.key, 'landed', answer),
  );
}
