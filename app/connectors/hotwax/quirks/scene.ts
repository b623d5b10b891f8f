import { sceneContext, type Documents, type Scene } from '../../contract/battery-scene.ts';
import orderSample from '../fixtures/order.json' with { type: 'json' };
import returnSample from '../fixtures/return.json' with { type: 'json' };
import shipmentSample from '../fixtures/shipments.json' with { type: 'json' };
import { orderIdOf } from '../ids.ts';
import { hotwax } from '../index.ts';

const idOf = (n: number) => orderIdOf('battery.myshopify.com', `#${n}`);
const host = 'https://hotwax.example.com';
const token = JSON.stringify({ token: 't', oms: `${host}/api`, moqui: `${host}/rest/s1`, front: 'oms', graphql: false });

/** The documents of the `n`th order, its parcel, its return and a product, after the fixtures. */
function documentsOf(n: number): Documents {
  const [orderId, productId] = [idOf(n), `P${n}`];
  const [group] = orderSample.shipGroups;
  const [parcel] = shipmentSample.shipments;
  const [back] = returnSample.items;
  const items = group?.items.map((item) => ({ ...item, productId, quantity: 2 })) ?? [];
  return {
    order: { ...orderSample, orderId, orderName: `#${n}`, externalId: String(n), shipGroups: [{ ...group, items }] },
    detail: {
      ...{ orderId, orderName: `#${n}`, orderStatusId: 'ORDER_APPROVED', grandTotal: 20, currencyUom: 'EUR' },
      shipGroups: [
        { shipGroupSeqId: '00001', facilityId: 'BROADWAY', items: [{ orderItemSeqId: '01', productId, quantity: 2 }] },
      ],
    },
    shipment: {
      ...parcel,
      ...{ shipmentId: `S${n}`, orderId, shippedDate: 1_778_560_800_000 },
      items: [{ shipmentItemSeqId: '00001', orderItemSeqId: '01', productId, quantity: 2 }],
    },
    return: {
      ...returnSample,
      ...{ returnId: `R${n}`, externalId: String(n) },
      items: [{ ...back, orderId, orderItemSeqId: '01', productId }],
    },
    product: { productId, internalName: `SKU-${n}`, productName: `Article ${n}` },
    level: { productId, facilityId: 'BROADWAY', lastInventoryCount: 41, lastUpdatedStamp: 1_778_560_800_000 },
  };
}

const all = [1, 2, 3].map(documentsOf);
const told = (n: number): Scene['good'] => ({ shipments: [`S${n}`], returns: [`R${n}`], levels: [[`SKU-${n}`, 41]] });
const [first, third] = [told(1), told(3)];

/** A HotWax with three parcels, the second of which may be anything. */
export const scene: Scene = {
  documents: documentsOf(2),
  stockAt: ['level', 'lastInventoryCount'],
  facilityIds: ['BROADWAY'],
  order: { reference: '#2', remoteId: idOf(2) },
  good: {
    shipments: [...first.shipments, ...third.shipments],
    returns: [...first.returns, ...third.returns],
    levels: [...first.levels, ...third.levels],
  },
  bad: told(2),
  open(given) {
    const records = [all[0] ?? {}, given, all[2] ?? {}];
    const every = (name: string) => records.map((one) => one[name]).filter((one) => one !== undefined);
    const settings = {
      baseUrl: host,
      username: 'crossdock',
      password: 'x',
      productStoreId: 'STORE',
      stockMode: 'facilities-only' as const,
    };
    const { context, warnings } = sceneContext({ definition: hotwax, settings, token }, ({ path, query = {} }) => {
      const page = (rows: unknown[]) => ({
        body: Number(query['pageIndex'] ?? 0) === 0 ? rows : [],
        headers: { 'x-total-count': String(rows.length) },
      });
      switch (path.replace(/^.*\/rest\/s1/, '')) {
        case '/poorti/shipments':
          return page(query['orderId'] === undefined ? every('shipment') : [given['shipment']]);
        case '/oms/orders':
          // What waits to be brokered is asked for by its state: nothing does.
          return page(query['statusId'] === undefined ? every('order') : []);
        case '/oms/returns':
          return page(every('return'));
        case '/oms/products':
          return page(every('product'));
        case '/oms/productFacilities':
          return page(every('level'));
        case '/oms/facilities':
          return page([{ facilityId: 'BROADWAY', facilityName: 'Broadway', facilityTypeId: 'RETAIL_STORE' }]);
        default:
          return path.includes('/oms/orders/') ? { body: { orderDetail: given['detail'] } } : undefined;
      }
    });
    return Promise.resolve({ connector: hotwax.connect(context), warnings });
  },
};
