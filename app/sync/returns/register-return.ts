import { asCrossdockError, TransientError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import { mayBeForgotten } from '../../env.server.ts';
import type { RefundInput } from '../../shopify/operations/generated/graphql.ts';
import { noteEvent } from '../timeline/timeline.ts';
import { performWrite } from '../writes/perform-write.ts';
import type { RefundPass } from './refund-facts.ts';
import { refundNoted, type RefundAnswer, type RefundLine } from './order-refunds.ts';

type Registered = { outcome: 'registered'; returnId: string } | { outcome: 'withheld'; reason: Reason };

const write = ({ row, lease, runId }: RefundPass) => ({
  target: 'shopify' as const,
  subject: { kind: 'return', id: row.id },
  lease,
  ...(runId ? { runId } : {}),
});

/**
 * Makes a return received a return in Shopify, once: `mark` is the note by which it is known again after a lost answer. One that was opened in Shopify and
 * announced to the back office is that very one.
 */
export async function registerReturn(
  pass: RefundPass,
  lines: readonly { lineId: string; quantity: number }[],
  mark: string,
): Promise<Registered> {
  const { live, row, returns } = pass;
  const { id: shopId } = live.shop;
  if (row.registeredId) return { outcome: 'registered', returnId: row.registeredId };
  const announced = await inShop(shopId, (tx) =>
    tx.expectedReturn.findFirst({ where: { shopId, connectionId: live.id, remoteId: row.remoteId }, select: { id: true } }),
  );
  const wanted = lines.map(({ lineId, quantity }) => ({ lineId, quantity }));
  const marked = async () => {
    const found = (await returns.list(row.orderId)).find((one) => one.lines.some(({ note }) => note === mark));
    return found ? { returnId: found.id } : null;
  };
  const forgotten = () => (mayBeForgotten(row.receivedAt) ? marked() : null);
  const done = announced
    ? ({ outcome: 'landed', answer: { returnId: announced.id } } as const)
    : await performWrite<{ returnId: string }>(
        live,
        {
          ...write(pass),
          kind: 'return-create',
          key: `return-create:${row.id}`,
          class: 'compensable',
          after: { orderId: row.orderId, lines: wanted, note: mark },
        },
        {
          send: async () => (await forgotten()) ?? { returnId: await returns.open(row.orderId, wanted, mark) },
          ask: marked,
        },
      );
  if (done.outcome === 'withheld') return done;
  const { returnId } = done.answer;
  await inShop(shopId, async (tx) => {
    await tx.return.update({ where: { shopId_id: { shopId, id: row.id } }, data: { registeredId: returnId } });
    const params = { return: row.remoteId };
    await noteEvent(tx, shopId, { kind: 'order', id: row.orderId }, 'return-registered', params, row.partId ?? undefined);
  });
  return { outcome: 'registered', returnId };
}

const refundWith = async (note: RefundInput['note'], { row, shopify }: RefundPass): Promise<RefundAnswer | null> =>
  refundNoted(await shopify.read(row.orderId), note);

/** Looks for the refund of a return that was processed just now: whatever goes wrong here, its money has moved, so the next attempt has to ask first. */
async function refundOfProcessed(note: RefundInput['note'], pass: RefundPass): Promise<RefundAnswer | null> {
  try {
    return await refundWith(note, pass);
  } catch (thrown) {
    const { code, message, params } = asCrossdockError(thrown);
    throw new TransientError(code, message, { cause: thrown, params, mayHaveLanded: true });
  }
}

/** Takes the units of a registered return back and refunds them, once; known again by the refund's note. */
export function processReturn(pass: RefundPass, key: string, input: RefundInput, returnId: string, lines: readonly RefundLine[]) {
  const { live, row, returns } = pass;
  return performWrite<RefundAnswer>(
    live,
    {
      ...write(pass),
      kind: 'refund-create',
      key,
      class: 'final',
      before: { orderId: row.orderId },
      after: { ...input, returnId, lines },
    },
    {
      async send() {
        const told = await returns.process(returnId, lines, input);
        // where no money moved Shopify makes no refund
        return told ?? (await refundOfProcessed(input.note, pass)) ?? { refundId: returnId, amount: 0 };
      },
      ask: () => refundWith(input.note, pass),
    },
  );
}

/** Ends a registered return without restocking anything, once. */
export async function closeReturn(pass: RefundPass, returnId: string): Promise<Reason | null> {
  const { live, row, returns } = pass;
  const done = await performWrite(
    live,
    { ...write(pass), kind: 'return-close', key: `return-close:${row.id}`, class: 'reversible', after: { returnId } },
    {
      async send() {
        await returns.close(returnId);
        return { returnId };
      },
      async ask() {
        const found = (await returns.list(row.orderId)).find(({ id }) => id === returnId);
        return found?.status === 'CLOSED' ? { returnId } : null;
      },
    },
  );
  return done.outcome === 'withheld' ? done.reason : null;
}
