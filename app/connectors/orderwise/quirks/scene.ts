import { memoryRecords } from '../../contract/battery.ts';
import { sceneContext, type Documents, type Scene } from '../../contract/battery-scene.ts';
import rows from '../fixtures/export-rows.json' with { type: 'json' };
import { orderwise } from '../index.ts';
import { orderMemory } from '../order-memory.ts';

const exports = { statusExportId: 1, returnExportId: 2, stockExportId: 3, creditExportId: 4 };

/** The rows of the `n`th order, its return, a product and a customer, after the fixtures. */
const documentsOf = (n: number): Documents => ({
  status: {
    ...rows.status[0],
    ...{ orderID: String(3_000 + n), orderNumber: 6_000 + n, orderReference: `#${n}`, orderStatus: 'Partially despatched' },
    ...{ deliveryNumber: `D${n}`, trackNumber: `T${n}`, dateShipped: '2026-11-20T10:00:00', courier: 'DPD' },
    ...{ sku: `SKU-${n}`, quantity: 2 },
  },
  return: {
    ...{ returnNumber: `R${n}`, orderNumber: 6_000 + n, orderReference: `#${n}`, sku: `SKU-${n}`, quantity: 1 },
    ...{ restocked: 1, dateReceived: '2026-11-21T10:00:00' },
  },
  stock: { ...rows.multiStock[0], sku: `SKU-${n}`, StocklocationId: 5 },
  credit: { accountNumber: `C${n}`, email: `c${n}@example.com`, availableCredit: 10.5, creditUsed: 3 },
  order: { orderNumber: String(3_000 + n), eCommerceOrderNumber: `#${n}`, orderStatus: 'Partially despatched', subStatus: null },
});

const all = [1, 2, 3].map(documentsOf);
const told = (n: number): Scene['good'] => ({
  shipments: [`${6_000 + n}/D${n}`],
  returns: [`R${n}`],
  levels: [[`SKU-${n}`, 12]],
});
const [first, third] = [told(1), told(3)];

/** An OrderWise with three orders that left, the second of which may be anything. */
export const scene: Scene = {
  documents: documentsOf(2),
  stockAt: ['stock', 'freeStock'],
  facilityIds: ['5'],
  order: { reference: '#2', remoteId: '6002' },
  good: {
    shipments: [...first.shipments, ...third.shipments],
    returns: [...first.returns, ...third.returns],
    levels: [...first.levels, ...third.levels],
  },
  bad: told(2),
  async open(given) {
    // The one in question comes first: columns are told from all rows.
    const records = [given, all[0] ?? {}, all[2] ?? {}];
    const every = (name: string) => records.map((one) => one[name]).filter((one) => one !== undefined);
    const settings = { baseUrl: 'acme', username: 'api', password: 'x', sessionId: 11, ...exports };
    const kept = memoryRecords();
    for (const n of [1, 2, 3]) {
      await orderMemory(kept).put({
        ...{ reference: `#${n}`, attemptedAt: 0, remoteId: String(6_000 + n), number: null, queued: false, total: 2000 },
        lines: [{ lineId: `gid://shopify/LineItem/${n}`, sku: `SKU-${n}`, quantity: 3, facilityId: '5' }],
        ...{ troubled: false, heard: null },
      });
    }
    const { context, warnings } = sceneContext({ definition: orderwise, settings, records: kept }, ({ path }) => {
      const [, id] = /export-definition\/(\d+)$/.exec(path) ?? [];
      if (id !== undefined) return { body: every(['status', 'return', 'stock', 'credit'][Number(id) - 1] ?? '') };
      return path.includes('/sales/order/') ? { body: given['order'] } : undefined;
    });
    return { connector: orderwise.connect(context), warnings };
  },
};
