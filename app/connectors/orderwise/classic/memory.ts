import { z } from 'zod';
import type { RecordStore, RemoteOrder } from '../../contract/index.ts';
import { isPartial, partsUnknown, stateOf } from '../status-words.ts';
import type { Settings } from '../settings.ts';

const delivery = z.object({
  number: z.string().nullable(),
  at: z.string().nullable(),
  courier: z.string().nullable(),
  consignments: z.string().nullable(),
  link: z.string().nullable(),
  lines: z.array(z.object({ code: z.string(), quantity: z.number(), facilityId: z.string().nullable() })).nullable(),
});
const shape = z.object({
  reference: z.string(),
  /** Laid out, confirmed by OrderWise, or taken back before that. */
  stage: z.enum(['offered', 'confirmed', 'withdrawn']),
  /** Epoch ms; null until OrderWise confirmed it. */
  confirmedAt: z.number().nullable().default(null),
  lines: z.array(z.object({ lineId: z.string(), sku: z.string(), quantity: z.number(), facilityId: z.string() })),
  total: z.number(),
  /** OrderWise's own text; null until an export told it. */
  status: z.string().nullable(),
  deliveries: z.array(delivery),
  /** Fetched again and again without being confirmed. */
  unconfirmed: z.boolean(),
});

/** What is remembered of an order in classic mode, without anything of the buyer. */
export type ClassicMemory = z.output<typeof shape>;

const kind = 'classic-order';

export const classicMemory = (records: RecordStore) => ({
  async get(reference: string): Promise<ClassicMemory | null> {
    const found = shape.safeParse(await records.get(kind, reference));
    return found.success ? found.data : null;
  },
  put: (memory: ClassicMemory): Promise<void> => records.put(kind, memory.reference, memory),
  /** For what OrderWise's calls change: one whose answer it didn't wait for may still be at work while the next one is. Null leaves it as it is. */
  change: (reference: string, to: (known: ClassicMemory) => ClassicMemory | null): Promise<boolean> =>
    records.change(kind, reference, (body) => {
      const found = shape.safeParse(body);
      return found.success ? to(found.data) : null;
    }),
});

/** OrderWise has the order: it said so, or told something of it. */
export const asConfirmed = (known: ClassicMemory, at: number): ClassicMemory =>
  known.stage === 'confirmed' ? known : { ...known, stage: 'confirmed', confirmedAt: at, unconfirmed: false };

function troubleOf({ stage, status, deliveries, unconfirmed }: ClassicMemory, settings: Settings): string | null {
  if (stage === 'offered' && unconfirmed)
    return 'OrderWise fetched the order several times and never confirmed it. Its E-Commerce Session says in its log why.';
  const wordless = deliveries.length === 0 || deliveries.some(({ lines }) => lines === null);
  const unknown = wordless && status !== null && isPartial(status, settings);
  return unknown ? partsUnknown(status) : null;
}

/** The order as the engine sees it. OrderWise tells no id of its own here, so ours is its id. */
export function classicOrder(memory: ClassicMemory, settings: Settings): RemoteOrder {
  const { reference, stage, confirmedAt, status, lines, total } = memory;
  const confirmed = status === null ? 'open' : stateOf(status, null, settings);
  return {
    remoteId: reference,
    remoteNumber: null,
    reference,
    state: stage === 'offered' ? 'offered' : stage === 'withdrawn' ? 'cancelled' : confirmed,
    lines: lines.map(({ lineId, sku, quantity }) => ({ lineId, sku, quantity })),
    total,
    facilityId: lines[0]?.facilityId ?? null,
    url: null,
    ...(confirmedAt === null ? {} : { acceptedAt: new Date(confirmedAt).toISOString() }),
    ...(status === null ? {} : { vendorStatus: status }),
    trouble: troubleOf(memory, settings),
  };
}
