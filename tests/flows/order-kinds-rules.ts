import { expect } from 'vitest';
import {
  appSays,
  fulfilled,
  goods,
  held,
  noPart,
  onePart,
  sent,
  skipped,
  unmappedMethod,
  untouched,
  type OrderKind,
} from './order-kind.ts';
import type { FlowShop, OrderView } from './flow-shop.ts';

const rules = 'Rules and mappings';
const events = 'Events that come wrong';
const { blanket, cellar } = goods;

export async function setRules({ merchant, connectionId }: FlowShop, settings: Record<string, unknown>): Promise<void> {
  const body = {
    intent: 'settings',
    connectionId,
    sync: 'orders',
    settings: { excludedTags: ['no-sync'], ...settings },
    intervalMinutes: 10,
  };
  await merchant.act('/app/sync-control', 'routes/app.sync-control', body);
}

const fault =
  (rule: Record<string, unknown>) =>
  ({ control }: FlowShop) =>
    control.post('/faults', { target: 'webhooks', ...rule }).then(() => undefined);
const noMoreFaults = ({ control }: FlowShop) => control.delete('/faults');
const routed = (view: OrderView) => expect(view.shopify.fulfilmentOrders).toMatchObject([{ status: 'OPEN' }]);
const exactlyOne = (view: OrderView) => {
  onePart(`${cellar}×1`)(view);
  expect(view.parts).toHaveLength(1);
};

export const rulesAndEvents: OrderKind[] = [
  {
    group: rules,
    kind: 'A shipping method that is not mapped',
    verdict: 'Held as a problem that names the method; goes by itself once it is mapped',
    backOffice: 'Nothing before; then one order by the mapped carrier and method',
    shopify: 'Nothing',
    order: { lines: [{ sku: blanket, quantity: 1 }], shipping: { title: unmappedMethod, code: 'DRONE', price: 9 } },
    async play({ shop, until }) {
      await until((view) => {
        held('shipping-unmapped')(view);
        noPart(view);
      });
      const mappings = [{ match: 'exact', source: unmappedMethod, target: { carrier: 'Skyways', method: 'Balcony' } }];
      await shop.merchant.act('/app/mappings', 'routes/app.mappings', {
        intent: 'save',
        connectionId: shop.connectionId,
        kind: 'shipping',
        mappings,
      });
    },
    app: sent,
    backOfficeHas(view) {
      onePart(`${blanket}×1`)(view);
      expect(view.parts[0]?.shipping).toMatchObject({ title: unmappedMethod, carrier: 'Skyways', method: 'Balcony' });
    },
    shopifyHas: untouched,
  },
  {
    group: rules,
    kind: 'With a tag that is left out',
    verdict: 'Left out, with the tag as the reason',
    backOffice: 'Nothing',
    shopify: 'Nothing',
    order: { lines: [{ sku: blanket, quantity: 1 }], tags: ['vip', 'No-Sync'] },
    app: skipped('tag-excluded'),
    backOfficeHas: noPart,
    shopifyHas: untouched,
  },
  {
    group: rules,
    kind: 'Without the tag that is asked for',
    verdict: 'Held until it has the tag',
    backOffice: 'Nothing before; then one order',
    shopify: 'Nothing',
    alone: true,
    order: { lines: [{ sku: blanket, quantity: 1 }], tags: ['vip'] },
    before: (shop) => setRules(shop, { requiredTags: ['approved'] }),
    async play({ until, inShopify }) {
      await until((view) => {
        held('tag-missing')(view);
        noPart(view);
      });
      await inShopify('update', { tags: ['vip', 'Approved'] });
    },
    after: (shop) => setRules(shop, {}),
    app: sent,
    backOfficeHas: onePart(`${blanket}×1`),
    shopifyHas: untouched,
  },
  {
    group: events,
    kind: 'The news of the payment comes before the news of the order',
    verdict: 'Sent once',
    backOffice: 'One order',
    shopify: 'Nothing',
    alone: true,
    order: { lines: [{ sku: cellar, quantity: 1 }] },
    before: fault({ kind: 'delay', match: 'orders/create', ms: 5000 }),
    after: noMoreFaults,
    app: sent,
    backOfficeHas: exactlyOne,
    shopifyHas: untouched,
  },
  {
    group: events,
    kind: 'Every webhook comes three times',
    verdict: 'Sent once, fulfilled once',
    backOffice: 'One order',
    shopify: 'One fulfilment',
    alone: true,
    order: { lines: [{ sku: cellar, quantity: 1 }] },
    before: fault({ kind: 'duplicate', times: 20 }),
    async play({ until, ship }) {
      await until(exactlyOne);
      await ship({ tracking: 'ONCE-1' });
    },
    after: noMoreFaults,
    app: appSays('shipped'),
    backOfficeHas: exactlyOne,
    shopifyHas: fulfilled(['ONCE-1', `${cellar}×1`]),
  },
  {
    group: events,
    kind: 'No webhook comes at all',
    verdict: 'The next sweep finds the order',
    backOffice: 'One order',
    shopify: 'Nothing',
    alone: true,
    order: { lines: [{ sku: cellar, quantity: 1 }] },
    before: fault({ kind: 'drop' }),
    async play({ shop, until }) {
      await until(routed);
      // The stand-in's search index lags a few seconds, as Shopify's does; the sweep's window overlaps it.
      await shop.control.post('/clock', { advanceMs: 11 * 60_000 });
    },
    after: noMoreFaults,
    app: sent,
    backOfficeHas: exactlyOne,
    shopifyHas: untouched,
  },
];
