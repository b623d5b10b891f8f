import { z } from 'zod';
import type { RecordStore, RemoteOrder, SalesOrder } from '../contract/index.ts';

const shape = z.object({
  reference: z.string(),
  /** When it was first sent; epoch ms. */
  attemptedAt: z.number(),
  /** Null until OrderWise told it. */
  remoteId: z.string().nullable(),
  number: z.string().nullable(),
  /** OrderWise took it for a later import. */
  queued: z.boolean(),
  /** As it was sent, without anything of the buyer: the exports tell codes and quantities, not lines. */
  lines: z.array(z.object({ lineId: z.string(), sku: z.string(), quantity: z.number(), facilityId: z.string() })),
  total: z.number(),
  /** It once was in trouble, so each change of it is looked at. */
  troubled: z.boolean(),
  /** The status text that was last told as news. */
  heard: z.string().nullable().default(null),
});

/** What is remembered of an order that was sent. */
export type OrderMemory = z.output<typeof shape>;

export const remembranceOf = (order: SalesOrder): Pick<OrderMemory, 'reference' | 'lines' | 'total'> => ({
  reference: order.reference,
  lines: order.lines.map(({ lineId, sku, quantity, facilityId }) => ({ lineId, sku, quantity, facilityId })),
  total: order.total.amount,
});

/** The line that a code in an export means: blanks around don't count. Null as the line's id where several lines have the SKU. */
export function lineOf(lines: OrderMemory['lines'], code: string): Pick<RemoteOrder['lines'][number], 'lineId' | 'sku'> {
  const found = lines.filter(({ sku }) => sku.trim() === code.trim());
  // One line may be there twice, once for each of its stock locations.
  const [lineId = null, ...others] = new Set(found.map((line) => line.lineId));
  return { lineId: others.length === 0 ? lineId : null, sku: found[0]?.sku ?? code.trim() };
}

const orders = 'order';
const ids = 'order-id';

/** Orders that were sent, by our reference and by OrderWise's id. */
export function orderMemory(records: RecordStore) {
  const get = async (reference: string): Promise<OrderMemory | null> => {
    const found = shape.safeParse(await records.get(orders, reference));
    return found.success ? found.data : null;
  };
  return {
    get,
    async put(memory: OrderMemory): Promise<void> {
      await records.put(orders, memory.reference, memory);
      if (memory.remoteId !== null) await records.put(ids, memory.remoteId, { reference: memory.reference });
    },
    async forget(reference: string): Promise<void> {
      await records.remove(orders, [reference]);
    },
    async byRemoteId(remoteId: string): Promise<OrderMemory | null> {
      const found = z.object({ reference: z.string() }).safeParse(await records.get(ids, remoteId));
      return found.success ? get(found.data.reference) : null;
    },
  };
}
