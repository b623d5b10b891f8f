import { sceneContext, type Documents, type Scene } from '../../contract/battery-scene.ts';
import inventorySample from '../fixtures/inventory.json' with { type: 'json' };
import orderSample from '../fixtures/order.json' with { type: 'json' };
import { extensiv } from '../index.ts';

/** The documents of the `n`th order with its carton, and of a product, after the fixtures. */
const documentsOf = (n: number): Documents => ({
  order: {
    ...orderSample,
    cust_ref: `#${n}`,
    items: orderSample.items.slice(0, 1),
    shipments: orderSample.shipments.map((one) => ({ ...one, tracking_no: `T${n}`, items: one.items.slice(0, 1) })),
  },
  stock: { ...inventorySample[0], sku: `SKU-${n}`, warehouses: { '7': inventorySample[0]?.warehouses['7'] } },
});

const all = [1, 2, 3].map(documentsOf);
const told = (n: number): Scene['good'] => ({ shipments: [`#${n}/T${n}`], returns: [], levels: [[`SKU-${n}`, 12]] });

/** An Integration Manager with three orders that left, the second of which may be anything. */
export const scene: Scene = {
  documents: documentsOf(2),
  stockAt: ['stock', 'warehouses', '7', 'qty_available'],
  facilityIds: ['7'],
  order: { reference: '#2', remoteId: '#2' },
  good: { shipments: ['#1/T1', '#3/T3'], returns: [], levels: [...told(1).levels, ...told(3).levels] },
  bad: told(2),
  open(given) {
    const records = [all[0] ?? {}, given, all[2] ?? {}];
    const every = (name: string) => records.map((one) => one[name]).filter((one) => one !== undefined);
    // Each has a bucket of calls of its own.
    const apiUser = `scene ${Math.random()}`;
    const { context, warnings } = sceneContext(
      { definition: extensiv, settings: { apiUser, apiKey: 'x' } },
      ({ path, query = {} }) => {
        const page = (rows: unknown[]) => ({
          body: { success_code: true, response: query['page'] === 1 ? rows : [] },
          headers: { 'total-records': String(rows.length) },
        });
        const [, list] = /\/cart\/orders\/list\/(\w+)$/.exec(path) ?? [];
        if (list !== undefined) return page(['partial', 'new'].includes(list) ? every('order') : []);
        if (path.includes('/cart/orders/')) return { body: { success_code: true, response: given['order'] } };
        return path.endsWith('/merchant/inventory') ? page(every('stock')) : undefined;
      },
    );
    return Promise.resolve({ connector: extensiv.connect(context), warnings });
  },
};
