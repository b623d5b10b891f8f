import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Shipment } from '../../connectors/contract/index.ts';
import { asCrossdockError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import { takeIn } from '../inbox/inbox.ts';
import { brakeHolds } from '../inventory/brake.ts';
import { stockedLevels } from '../inventory/store-plan.ts';
import { startSync } from '../runs/start-sync.ts';
import { checkDiffering } from './check-parts.ts';
import { forgetCancellation, forgetContent, forgetHandOver } from './hand-over-again.ts';
import type { Making } from './making.ts';
import { forgetFulfilments, forgetTracking, takeInReport } from './mirror-again.ts';
import { actionOf, isSafe, type ListedKind } from './repair-actions.ts';
import { buckets, type Bucket } from './statement.ts';

/** What somebody wants repaired: one line, or all of a kind and reason. */
export const repairOrder = z.object({
  /** The run whose statement it is. */
  statement: z.uuid(),
  kind: z.enum(['order', 'gone', 'shipment', 'level']).optional(),
  bucket: z.enum(buckets).optional(),
  code: z.string().max(100).optional(),
  id: z.string().max(300).optional(),
});
export type RepairOrder = z.infer<typeof repairOrder>;

type Asked = Omit<RepairOrder, 'statement'>;

/** At a person's wish, or what is safe of these kinds, as far as the merchant's settings allow it. */
type Wish = { asked: Asked } | { byItself: ListedKind[] };

const PAGE = 200;
/** More levels than this are published by a run of the inventory sync, which the brake watches. */
const LEVELS_ONE_BY_ONE = 250;

interface Line {
  kind: ListedKind;
  id: string;
  orderId: string | null;
  bucket: Bucket;
  code: string;
  facts: { report?: Shipment; item?: string; zero?: boolean };
}

async function nextLines({ statement: { shopId, runId } }: Making, wish: Wish, after: Line | undefined): Promise<Line[]> {
  const { kind, bucket, code, id }: Asked = 'asked' in wish ? wish.asked : {};
  const kinds = 'asked' in wish ? ['order', 'gone', 'shipment', 'level'] : wish.byItself;
  const rows = await inShop(shopId, (tx) =>
    tx.statementLine.findMany({
      where: {
        shopId,
        runId,
        asked: false,
        bucket: bucket ?? 'gap',
        kind: kind ?? { in: kinds },
        ...(code === undefined ? {} : { code }),
        ...(id === undefined ? {} : { id }),
        ...(after ? { OR: [{ kind: { gt: after.kind } }, { kind: after.kind, id: { gt: after.id } }] } : {}),
      },
      orderBy: [{ kind: 'asc' }, { id: 'asc' }],
      take: PAGE,
      select: { kind: true, id: true, orderId: true, bucket: true, code: true, facts: true },
    }),
  );
  return rows as unknown as Line[];
}

/** The door of every repair: the inbox, like a webhook. */
async function knock(making: Making, subjectKind: 'order' | 'inventory-item', subjectIds: readonly string[]): Promise<void> {
  const { shopId } = making.statement;
  await inShop(shopId, async (tx) => {
    for (const subjectId of new Set(subjectIds)) {
      const key = `statement ${randomUUID()}`;
      await takeIn(tx, shopId, { key, door: 'retry', topic: 'statement', subjectKind, subjectId, triggeredAt: null });
    }
  });
}

async function partsOf({ statement: { shopId, runId } }: Making, { orderId, code }: Line): Promise<string[]> {
  const rows = await inShop(shopId, (tx) =>
    tx.statementLine.findMany({ where: { shopId, runId, kind: 'part', orderId, bucket: 'gap', code }, select: { id: true } }),
  );
  return rows.map(({ id }) => id);
}

/** What must be done before the order is taken in. Returns the order, or null where there is none to take in. */
async function makeReady(making: Making, line: Line): Promise<string | null> {
  const { live, statement } = making;
  switch (line.code) {
    case 'missing-there':
      for (const part of await partsOf(making, line)) await forgetHandOver(live, part);
      return line.orderId;
    case 'not-cancelled-there':
      for (const part of await partsOf(making, line)) await forgetCancellation(live, part);
      return line.orderId;
    case 'units-differ-there':
      // The statement may be a day old: what is right by now is told nothing.
      if (line.orderId) await checkDiffering(making, [line.orderId]);
      for (const part of await partsOf(making, line)) await forgetContent(live, part);
      return line.orderId;
    case 'not-recorded':
      return line.facts.report ? takeInReport(live, line.facts.report) : line.orderId;
    case 'tracking-differs':
      if (line.orderId) await forgetTracking(live, line.id, line.orderId);
      return line.orderId;
    case 'fulfilment-missing': {
      if (!line.orderId) return null;
      const { shopId, runId } = statement;
      const shown = await inShop(shopId, (tx) =>
        tx.statementLine.findFirst({
          where: { shopId, runId, kind: { in: ['order', 'aside'] }, id: line.orderId ?? '' },
          select: { facts: true },
        }),
      );
      const { fulfilments = [] } = (shown?.facts ?? {}) as { fulfilments?: { id: string }[] };
      await forgetFulfilments(
        live,
        line.id,
        line.orderId,
        fulfilments.map(({ id }) => id),
      );
      return line.orderId;
    }
    default:
      return line.orderId;
  }
}

async function startRun(making: Making, sync: 'inventory' | 'shipments', task: string, argument?: string): Promise<string> {
  const { statement, live } = making;
  return startSync({
    shopId: statement.shopId,
    connectionId: live.id,
    sync,
    task,
    door: 'retry',
    ...(argument ? { argument } : {}),
  });
}

/** A few levels are published at once; many, or so many zeroes that the brake would hold them, by a run that asks first. */
async function publish(
  making: Making,
  lines: readonly Line[],
  all: { levels: number; zeroes: number },
  runs: Set<string>,
): Promise<void> {
  const { rules, inventory, statement } = making;
  const stocked = await inShop(statement.shopId, (tx) => stockedLevels(tx, rules));
  const braked = brakeHolds({ stocked, zeroes: all.zeroes, writes: all.levels }, inventory.settings);
  if (!braked && all.levels <= LEVELS_ONE_BY_ONE)
    return knock(
      making,
      'inventory-item',
      lines.flatMap(({ facts }) => facts.item ?? []),
    );
  if (runs.size === 0) runs.add(await startRun(making, 'inventory', 'full'));
}

async function levelsConcerned(
  { statement: { shopId, runId } }: Making,
  asked: Asked,
): Promise<{ levels: number; zeroes: number }> {
  const rows = await inShop(
    shopId,
    (tx) => tx.$queryRaw<{ levels: number; zeroes: number }[]>`
      SELECT count(*)::int AS levels, (count(*) FILTER (WHERE (facts->>'zero')::boolean))::int AS zeroes FROM statement_line
      WHERE shop_id = ${shopId} AND run_id = ${runId}::uuid AND kind = 'level' AND bucket = ${asked.bucket ?? 'gap'}
        AND (${asked.id ?? ''} = '' OR id = ${asked.id ?? ''})`,
  );
  return rows[0] ?? { levels: 0, zeroes: 0 };
}

/** Whether the merchant lets differences of this kind be repaired without asking. */
function repairsByItself({ orders, shipments, inventory }: Making, kind: ListedKind): boolean {
  const { settings } = kind === 'shipment' ? shipments : kind === 'level' ? inventory : orders;
  return settings.autoRepair;
}

/** Asks for the repair of one page of lines; each ends in the inbox, or in a run of a sync. */
async function askFor(making: Making, lines: readonly Line[], wish: Wish, runs: Set<string>): Promise<Line[]> {
  const asked: Line[] = [];
  const orderIds: string[] = [];
  const levels: Line[] = [];
  for (const line of lines) {
    const action = actionOf(line.kind, line.bucket, line.code);
    if (!action || action === 'check-there') continue;
    if ('byItself' in wish && !(isSafe(line.code) && repairsByItself(making, line.kind))) continue;
    asked.push(line);
    if (action === 'publish') levels.push(line);
    else if (action === 'mirror-again') {
      if (line.orderId) runs.add(await startRun(making, 'shipments', 'chosen', line.orderId));
    } else {
      try {
        const orderId = await makeReady(making, line);
        if (orderId) orderIds.push(orderId);
      } catch (thrown) {
        // One that can't be made ready stays what it is, and is named; the rest goes on.
        if (asCrossdockError(thrown).kind !== 'rejected') throw thrown;
      }
    }
  }
  await knock(making, 'order', orderIds);
  if (levels.length > 0) await publish(making, levels, await levelsConcerned(making, 'asked' in wish ? wish.asked : {}), runs);
  return asked;
}

/**
 * Asks for repairs: marks each line as asked and hands it to the corridor. Safe to be called again after a kill: what was asked for is not
 * asked again. Returns the runs to wait for.
 */
export async function askForRepairs(making: Making, wish: Wish): Promise<string[]> {
  const { shopId, runId } = making.statement;
  const runs = new Set<string>();
  let last: Line | undefined;
  do {
    const lines: Line[] = await nextLines(making, wish, last);
    last = lines.length < PAGE ? undefined : lines.at(-1);
    const asked = await askFor(making, lines, wish, runs);
    await inShop(shopId, async (tx) => {
      for (const kind of new Set(asked.map((line) => line.kind))) {
        const ids = asked.filter((line) => line.kind === kind).map(({ id }) => id);
        await tx.statementLine.updateMany({ where: { shopId, runId, kind, id: { in: ids } }, data: { asked: true } });
      }
    });
    await making.beat();
  } while (last);
  return [...runs];
}
