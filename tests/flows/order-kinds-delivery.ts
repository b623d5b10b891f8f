import { expect } from 'vitest';
import {
  appSays,
  fulfilled,
  goods,
  held,
  mainWarehouse,
  noPart,
  onePart,
  sent,
  skipped,
  thePart,
  untouched,
  type OrderKind,
} from './order-kind.ts';

const group = 'Delivery';
const { board, cellar } = goods;
const elsewhere = {
  ...{ firstName: 'Ada', lastName: 'Moved', address1: 'Elsewhere 9', zip: '10013', city: 'New York' },
  ...{ province: 'New York', provinceCode: 'NY', country: 'United States', countryCode: 'US' },
};

export const deliveries: OrderKind[] = [
  {
    group,
    kind: 'Local delivery',
    verdict: 'Sent',
    backOffice: 'One order, marked as local delivery',
    shopify: 'Nothing',
    order: { lines: [{ sku: board, quantity: 1 }], delivery: 'local', shipping: { title: 'Standard', price: 5 } },
    app: sent,
    backOfficeHas(view) {
      onePart(`${board}×1`)(view);
      expect(thePart(view).deliveryMethod).toBe('local');
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'To a pickup point',
    verdict: 'Sent',
    backOffice: 'One order, marked for a pickup point',
    shopify: 'Nothing',
    order: { lines: [{ sku: board, quantity: 1 }], delivery: 'pickup_point', shipping: { title: 'Express', price: 3.9 } },
    app: sent,
    backOfficeHas(view) {
      onePart(`${board}×1`)(view);
      expect(thePart(view).deliveryMethod).toBe('pickup-point');
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Picked up in the store',
    verdict: 'Left out: nobody ships it',
    backOffice: 'Nothing',
    shopify: 'Nothing',
    order: { lines: [{ sku: board, quantity: 1 }], delivery: 'pickup', location: 'Downtown Store' },
    app: skipped('local-pickup'),
    backOfficeHas: noPart,
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Sold at the till (POS), no shipping line, no customer',
    verdict: 'Recorded as completed at once',
    backOffice: 'One order that is shipped already, at the facility of the location; its units leave the stock',
    shopify: "Nothing; the till's own fulfilment stays the only one",
    order: { lines: [{ sku: board, quantity: 1 }], pos: true, customer: null },
    app: appSays('shipped'),
    backOfficeHas(view) {
      expect(view.parts).toMatchObject([{ state: 'shipped', shipments: [], lines: [{ sku: board, quantity: 1, shipped: 1 }] }]);
    },
    shopifyHas(view) {
      expect(view.shopify.fulfilments).toHaveLength(1);
      expect(view.shopify.refunds).toEqual([]);
    },
  },
  {
    group,
    kind: 'Sold at the till, to be shipped, no shipping line',
    verdict: 'Sent: there is no method to map',
    backOffice: 'One order without a method and without a charge for shipping',
    shopify: 'Nothing',
    order: { lines: [{ sku: board, quantity: 1 }], channel: 'pos', shipping: null },
    app: sent,
    backOfficeHas(view) {
      onePart(`${board}×1`)(view);
      expect(thePart(view)).toMatchObject({ shipping: null, charges: [] });
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Draft order without a shipping method',
    verdict: 'Sent: there is no method to map',
    backOffice: 'One order without a method',
    shopify: 'Nothing',
    order: { lines: [{ sku: board, quantity: 1 }], channel: 'draft_orders', shipping: [] },
    app: sent,
    backOfficeHas(view) {
      onePart(`${board}×1`)(view);
      expect(thePart(view).shipping).toBeNull();
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Without a customer',
    verdict: 'Sent',
    backOffice: 'One order to the address, with no customer',
    shopify: 'Nothing',
    order: { lines: [{ sku: cellar, quantity: 1 }], customer: null },
    app: sent,
    backOfficeHas(view) {
      onePart(`${cellar}×1`)(view);
      expect(thePart(view).shipTo?.countryCode).toBe('US');
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Scheduled for later (pre-order)',
    verdict: 'Held until its day; then it goes by itself',
    backOffice: 'Nothing before its day; then one order',
    shopify: 'Nothing',
    alone: true,
    order: { lines: [{ sku: cellar, quantity: 1 }], fulfillAt: 'in an hour' },
    async play({ shop, until }) {
      await until((view) => {
        held('scheduled')(view);
        noPart(view);
      });
      await shop.control.post('/clock', { advanceMs: 65 * 60_000 });
    },
    app: sent,
    backOfficeHas: onePart(`${cellar}×1`),
    shopifyHas: untouched,
  },
  {
    group,
    kind: "On the merchant's own hold, then released",
    verdict: 'Held as long as the merchant holds it; then it goes by itself',
    backOffice: 'Nothing before the release; then one order',
    shopify: 'Nothing: the hold is theirs',
    order: { lines: [{ sku: cellar, quantity: 1 }], hold: 'HIGH_RISK_OF_FRAUD' },
    async play({ until, inShopify }) {
      await until((view) => {
        held('on-hold')(view);
        noPart(view);
      });
      await inShopify('fulfilment-orders/1/release');
    },
    app: sent,
    backOfficeHas: onePart(`${cellar}×1`),
    shopifyHas(view) {
      untouched(view);
      expect(view.shopify.fulfilmentOrders).toMatchObject([{ location: mainWarehouse, status: 'OPEN', holds: [] }]);
    },
  },
  {
    group,
    kind: 'Put on hold by the merchant once it has gone',
    verdict: 'A problem that names the order and what to do; it closes when the hold is released',
    backOffice: 'The order as it was: it goes on with it unless somebody stops it there',
    shopify: 'Nothing: the hold is theirs',
    order: { lines: [{ sku: cellar, quantity: 1 }] },
    async play({ until, inShopify }) {
      await until(sent);
      await inShopify('fulfilment-orders/1/hold', { reason: 'HIGH_RISK_OF_FRAUD' });
    },
    app: appSays('sent', 'held-after-hand-over'),
    backOfficeHas: onePart(`${cellar}×1`),
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Sent to another address after it has gone',
    verdict: 'The change follows while nobody picks yet',
    backOffice: 'The same order with the new address',
    shopify: 'Nothing',
    order: { lines: [{ sku: cellar, quantity: 1 }] },
    async play({ until, inShopify }) {
      await until(sent);
      await inShopify('update', { address: elsewhere });
    },
    app: sent,
    backOfficeHas(view) {
      onePart(`${cellar}×1`)(view);
      expect(thePart(view).shipTo).toMatchObject({ address1: elsewhere.address1 });
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Sent to another address once its parcel has left',
    verdict: 'A problem that names the order, for two weeks: only the carrier can help',
    backOffice: 'The order as it left',
    shopify: 'A fulfilment with tracking, as without the change',
    order: { lines: [{ sku: cellar, quantity: 1 }] },
    async play({ until, inShopify, ship }) {
      await until(sent);
      await ship({ tracking: 'TOOLATE1' });
      await until(fulfilled(['TOOLATE1', `${cellar}×1`]));
      await inShopify('update', { address: elsewhere });
    },
    app: appSays('shipped', 'left-for-other-address'),
    backOfficeHas(view) {
      onePart(`${cellar}×1`)(view);
      expect(thePart(view).shipTo?.address1).not.toBe(elsewhere.address1);
    },
    shopifyHas: fulfilled(['TOOLATE1', `${cellar}×1`]),
  },
];
