import { sceneContext, type Documents, type Scene } from '../../contract/battery-scene.ts';
import goodsSample from '../fixtures/incoming-good.json' with { type: 'json' };
import packingSample from '../fixtures/packing.json' with { type: 'json' };
import orderSample from '../fixtures/sales-order.json' with { type: 'json' };
import { pulpo } from '../index.ts';

const zone = (text: unknown) => (typeof text === 'string' ? Date.parse(`${text}Z`) : NaN);

/** The documents of the `n`th parcel, return and product, after the fixtures. */
function documentsOf(n: number): Documents {
  const ours = { crossdock_shop: 'battery.myshopify.com', crossdock_order: `gid://shopify/Order/${n}` };
  const [orderId, productId] = [481_000 + n, 7_000 + n];
  return {
    packing: { ...packingSample.order, id: 700_000 + n, sales_order_id: orderId, items: [] },
    box: {
      ...packingSample.box,
      id: 900_000 + n,
      items: [{ ...packingSample.box.items[1], product_id: productId, quantity: 2 }],
    },
    label: { ...packingSample.trackings[1], id: 40_000 + n },
    order: {
      ...orderSample,
      ...{ id: orderId, order_num: `#${n}`, attributes: ours },
      items: [{ ...orderSample.items[0], id: n, product_id: productId, product: { sku: `SKU-${n}` } }],
    },
    goods: {
      ...goodsSample,
      ...{ id: 330_000 + n, sales_order_id: orderId },
      items: [{ ...goodsSample.items[0], product_id: productId, product: { sku: `SKU-${n}` } }],
    },
    product: { id: productId, sku: `SKU-${n}`, name: `Article ${n}`, active: true, weight: 1.5 },
    summary: { product_id: productId, sku: `SKU-${n}` },
    level: { product_id: String(productId), available_quantity: 41 },
  };
}

const all = [1, 2, 3].map(documentsOf);
const told = (n: number): Scene['good'] => ({
  shipments: [String(900_000 + n)],
  returns: [String(330_000 + n)],
  levels: [[`SKU-${n}`, 41]],
});
const [first, third] = [told(1), told(3)];

/** A PULPO with three parcels, the second of which may be anything. */
export const scene: Scene = {
  documents: documentsOf(2),
  stockAt: ['level', 'available_quantity'],
  facilityIds: ['3'],
  order: { reference: '#2', remoteId: '481002' },
  good: {
    shipments: [...first.shipments, ...third.shipments],
    returns: [...first.returns, ...third.returns],
    levels: [...first.levels, ...third.levels],
  },
  bad: told(2),
  open(given) {
    const records = [all[0] ?? {}, given, all[2] ?? {}];
    const list = (key: string, rows: unknown[]) => ({ body: { [key]: rows, total_results: rows.length } });
    const every = (name: string) => records.map((one) => one[name]).filter((one) => one !== undefined);
    /** As PULPO sorts them; what is no time stays where it stands. */
    const sorted = (name: string, by: string) =>
      every(name).sort((a, b) => {
        const [one, other] = [a, b].map((row) => zone((row as Record<string, unknown> | null)?.[by]));
        return (one ?? NaN) - (other ?? NaN) || 0;
      });
    /** The record that a path is about: a good one by its number, else the one in question. */
    const about = (id: string | undefined) => (/(001|003)$/.test(id ?? '') ? all[Number((id ?? '').slice(-1)) - 1] : given);
    const { context, warnings } = sceneContext(
      { definition: pulpo, settings: { username: 'acme_api', password: 'x' }, connectionId: `scene ${Math.random()}` },
      ({ path, query = {} }) => {
        const way = path
          .replace(/^.*\/api\/v1/, '')
          .split('/')
          .slice(1);
        const offset = Number(query['offset'] ?? 0);
        const page = (key: string, rows: unknown[]) => ({ body: { [key]: rows.slice(offset), total_results: rows.length } });
        switch (`${way[0]}/${way[1]}${way.length > 2 ? `/…${way.length > 3 ? `/${way.at(-1)}` : ''}` : ''}`) {
          case 'packing/orders':
            return page('packing_orders', query['sales_order_id'] ? [given['packing']] : sorted('packing', 'updated_at'));
          case 'packing/orders/…':
            return { body: about(way[2])?.['packing'] };
          case 'packing/orders/…/boxes':
            return page('packing_boxes', [about(way[2])?.['box']]);
          case 'packing/orders/…/shipment_tracking':
            return page('shipment_trackings', [about(way[4])?.['label']]);
          case 'sales/orders':
            return page('sales_orders', [given['order']]);
          case 'sales/orders/…':
            return { body: about(way[2])?.['order'] };
          case 'reception/incoming_goods':
            return page('incoming_goods', sorted('goods', 'inserted_at'));
          case 'inventory/products':
            return page('products', every('product'));
          case 'inventory/stocks/…':
            return way[2] === 'summary' ? list('stocks', every('summary')) : list('availabilities', every('level'));
          default:
            return undefined;
        }
      },
    );
    return Promise.resolve({ connector: pulpo.connect(context), warnings });
  },
};
