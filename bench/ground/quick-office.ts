import { z } from 'zod';
import { defineConnector, type RemoteOrder, type StockLevel } from '../../app/connectors/contract/index.ts';

const unused = () => Promise.reject(new Error('not part of the bench'));

/** A back office over HTTP that takes every order and tells its stock, in as many milliseconds as `ground/world.ts` was told; it calls when stock changed. */
export const quickOffice = defineConnector({
  id: 'bench',
  label: 'Quick office',
  settings: z.object({ baseUrl: z.string(), account: z.string() }),
  capabilities: {
    handOver: 'order',
    findOrder: 'exact',
    reservesOnAccept: true,
    amend: false,
    cancel: false,
    partialShipments: true,
    returns: false,
    createsFacilities: false,
    remote: true,
    defaultFinancialStatuses: ['PAID'],
    minimumIntervalMinutes: 1,
  },
  guide: [],
  messages: { en: {} },
  limits: ({ account }) => ({ key: `bench ${account}`, concurrency: 16, perSecond: null }),
  connect: ({ http, settings: { account }, nowMs }) => ({
    check: [],
    facilities: { list: unused },
    orders: {
      preview: (order) => Promise.resolve([{ call: 'POST /office/orders', body: order }]),
      async create(order): Promise<RemoteOrder> {
        const { text } = await http.send({ method: 'POST', path: '/office/orders', json: order, writes: true });
        return JSON.parse(text) as RemoteOrder;
      },
      async find(reference): Promise<RemoteOrder | null> {
        const { status, text } = await http.send({ method: 'GET', path: '/office/orders', query: { reference } });
        return status === 404 ? null : (JSON.parse(text) as RemoteOrder);
      },
    },
    stock: {
      async *pull({ facilityIds: [facilityId = ''], since, skus }) {
        const asOf = nowMs();
        const query = { account, since: String(since ?? 0), ...(skus ? { skus: skus.join(',') } : {}) };
        const { text } = await http.send({ method: 'GET', path: '/office/stock', query });
        const levels = (JSON.parse(text) as [string, number][]).map(([sku, available]): StockLevel => {
          return { facilityId, sku, remoteProductId: null, available };
        });
        yield { asOf, levels };
      },
    },
    inbound: {
      receive: ({ body }) =>
        Promise.resolve({
          hints: [{ eventId: body, about: 'stock' as const, subject: null }],
          response: { status: 200, contentType: 'text/plain', body: '' },
        }),
    },
  }),
});
