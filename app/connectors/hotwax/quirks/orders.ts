import { randomInt } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { RejectedError } from '../../../core/errors.ts';
import { batteryOrder } from '../../contract/battery-samples.ts';
import type { SalesOrder } from '../../contract/index.ts';
import { orderIdOf } from '../ids.ts';
import { ordersWhere, orderReader } from '../order-read.ts';
import * as wire from '../wire.ts';
import { accountIn, connectorIn, ordersIn, shopDomain, thrownBy, type SettingsInput, type World } from './world.ts';

/** Handing orders over, finding and cancelling them. */
export function describeOrderQuirks(world: World): void {
  afterEach(() => world.act('/limits', { graphql: 0, graphqlCredits: 1000 }));
  const order = (units: Record<string, number> = { A: 1 }, changes: Partial<SalesOrder> = {}) => ({
    ...batteryOrder({ facilityId: 'MAIN_WH' }, `#O${randomInt(2 ** 40)}`, units),
    ...changes,
  });
  const rowOf = async (remoteId: string) =>
    (await accountIn(world).client.list('/oms/orders', wire.anything, { orderId: remoteId, dependentLevels: 2 }))[0] as {
      statusId: string;
      shipGroups: { facilityId: string; carrierPartyId: string; items: unknown[] }[];
      contactMechs: { contactMechPurposeTypeId: string; postalAddress?: { city: string; stateProvinceGeoId?: string } }[];
      roles: { partyId: string; roleTypeId: string }[];
    };

  describe('HotWax: orders', () => {
    it('have a ship group at each facility, and wait in the queue where that is the facility', async () => {
      const { orders } = connectorIn(world);
      const sent = order({ A: 1, B: 1, C: 1 });
      const places = ['MAIN_WH', '_NA_', 'MAIN_WH'];
      const lines = sent.lines.map((line, index) => ({ ...line, facilityId: places[index] ?? '' }));
      const { remoteId } = await orders.create({ ...sent, lines });
      expect(remoteId).toBe(orderIdOf(shopDomain, sent.reference));
      expect((await rowOf(remoteId)).shipGroups.map(({ facilityId, items }) => [facilityId, items.length])).toEqual([
        ['MAIN_WH', 2],
        ['_NA_', 1],
      ]);
    });

    it('name people and places that were made before, for HotWax skips nested ones without a word', async () => {
      const { remoteId } = await connectorIn(world).orders.create(order());
      const { contactMechs, roles } = await rowOf(remoteId);
      expect(contactMechs.map(({ contactMechPurposeTypeId }) => contactMechPurposeTypeId).sort()).toEqual([
        ...['BILLING_LOCATION', 'ORDER_EMAIL', 'PHONE_SHIPPING', 'SHIPPING_LOCATION'],
      ]);
      expect(contactMechs.find((one) => one.contactMechPurposeTypeId === 'SHIPPING_LOCATION')?.postalAddress?.city).toBe(
        'Berlin',
      );
      expect(new Set(roles.map(({ partyId }) => partyId)).size).toBe(2);
    });

    it('make one party of one customer, and one Guest of all without a customer', async () => {
      const { orders } = connectorIn(world);
      const partyOf = async (customer: SalesOrder['customer']) => {
        const { roles } = await rowOf((await orders.create(order({ A: 1 }, { customer }))).remoteId);
        return roles.find(({ roleTypeId }) => roleTypeId === 'PLACING_CUSTOMER')?.partyId;
      };
      const somebody = { id: `gid://shopify/Customer/${randomInt(2 ** 40)}`, name: 'Ada', email: null, phone: null, tags: [] };
      const [first, second, guest, another] = [
        await partyOf(somebody),
        await partyOf(somebody),
        await partyOf(null),
        await partyOf({ ...somebody, id: 'gid://shopify/Customer/0' }),
      ];
      expect([first === second, guest === another, first === guest]).toEqual([true, true, false]);
    });

    it('make one party of a customer whose two first orders come at once', async () => {
      const customer = { id: `gid://shopify/Customer/${randomInt(2 ** 40)}`, name: 'Eve', email: null, phone: null, tags: [] };
      const made = await Promise.all([1, 2, 3].map(() => connectorIn(world).orders.create(order({ A: 1 }, { customer }))));
      const parties = await Promise.all(
        made.map(
          async ({ remoteId }) => (await rowOf(remoteId)).roles.find((one) => one.roleTypeId === 'BILL_TO_CUSTOMER')?.partyId,
        ),
      );
      expect(new Set(parties).size).toBe(1);
    });

    it('go with the province behind the city where HotWax doesn’t know it', async () => {
      const sent = order();
      const shipTo = sent.shipTo && { ...sent.shipTo, city: 'Milano', province: 'Milano', provinceCode: 'MI', countryCode: 'IT' };
      world.fault({
        match: 'POST /oms/customers/:id/postalAddresses',
        kind: 'status',
        status: 400,
        body: { errorCode: 400, errors: 'No Geo IT-MI' },
      });
      const { remoteId } = await connectorIn(world).orders.create({ ...sent, shipTo });
      const shipping = (await rowOf(remoteId)).contactMechs.find((one) => one.contactMechPurposeTypeId === 'SHIPPING_LOCATION');
      expect(shipping?.postalAddress).toMatchObject({ city: 'Milano (MI)' });
    });

    it('are never taken twice, also where HotWax calls the taken id a fault of its own', async () => {
      const { orders } = connectorIn(world);
      const sent = order();
      world.fault({ match: 'POST /oms/orders', kind: 'status', status: 500, body: { errorCode: 500, errors: 'Duplicate key' } });
      expect(await thrownBy(orders.create(sent))).toMatchObject({ kind: 'transient', mayHaveLanded: true });
      const first = await orders.create(sent);
      const answers = await Promise.all([1, 2].map(() => connectorIn(world).orders.create(sent)));
      expect(answers.map(({ remoteId }) => remoteId)).toEqual([first.remoteId, first.remoteId]);
      expect(await ordersIn(world, sent.reference)).toHaveLength(1);
    });

    it('that two send at the very same moment become one', async () => {
      const sent = order();
      const answers = await Promise.all([1, 2, 3].map(() => connectorIn(world).orders.create(sent)));
      expect(new Set(answers.map(({ remoteId }) => remoteId)).size).toBe(1);
      expect(await ordersIn(world, sent.reference)).toHaveLength(1);
    });

    it('that HotWax imported by itself are not handed over a second time', async () => {
      const sent = order();
      const other = {
        orderTypeId: 'SALES_ORDER',
        orderName: sent.shopifyOrderName,
        externalId: sent.shopifyOrderId.split('/').at(-1),
        productStoreId: 'STORE',
        statusId: 'ORDER_CREATED',
      };
      const { orderId } = await accountIn(world).client.write('POST', '/oms/orders', other, wire.orderMade);
      expect(await thrownBy(connectorIn(world).orders.create(sent))).toMatchObject({
        ...{ code: 'hotwax-order-from-elsewhere', kind: 'rejected', params: { order: orderId, reference: sent.reference } },
      });
      expect(await connectorIn(world).orders.find(sent.reference)).toBeNull();
    });

    it('of several parts are told apart by their references', async () => {
      const { orders } = connectorIn(world);
      const sent = order({ A: 1 });
      const second = { ...order({ B: 1 }), shopifyOrderId: sent.shopifyOrderId, reference: `${sent.reference}_2`, partNumber: 2 };
      const [one, two] = [await orders.create(sent), await orders.create(second)];
      expect(one.remoteId).not.toBe(two.remoteId);
      expect(await orders.find(second.reference)).toMatchObject({ remoteId: two.remoteId, lines: [{ sku: 'B', quantity: 1 }] });
    });

    it('are approved by HotWax, or at once where the settings say so', async () => {
      const status = async (given: SettingsInput) =>
        (await rowOf((await connectorIn(world, given).orders.create(order())).remoteId)).statusId;
      expect([await status({}), await status({ approval: 'at-once' })]).toEqual(['ORDER_CREATED', 'ORDER_APPROVED']);
    });

    it('that were made but not approved are approved by the next try', async () => {
      const { orders } = connectorIn(world, { approval: 'at-once' });
      const sent = order();
      world.fault({ match: 'PUT /oms/orders/:id', kind: 'status', status: 503, times: 2 });
      expect(await thrownBy(orders.create(sent))).toMatchObject({ kind: 'transient' });
      const { remoteId } = await orders.create(sent);
      expect((await rowOf(remoteId)).statusId).toBe('ORDER_APPROVED');
    });

    it('leave nothing behind when a SKU is unknown', async () => {
      const posts = () => world.calls().filter(({ method }) => method === 'POST').length;
      const { orders } = connectorIn(world);
      await orders.find('#nothing');
      const before = posts();
      expect(await thrownBy(orders.create(order({ A: 1, NOWHERE: 1 })))).toMatchObject({
        code: 'hotwax-product-unknown',
        params: { sku: 'NOWHERE' },
      });
      expect(posts()).toBe(before);
    });
  });

  describe('HotWax: methods', () => {
    const taken = async (shipping: SalesOrder['shipping'], given: SettingsInput = {}) =>
      (await rowOf((await connectorIn(world, given).orders.create(order({ A: 1 }, { shipping }))).remoteId)).shipGroups[0];
    const mapped = (method: string | null, carrier: string | null) => ({ title: 'x', code: 'x', method, carrier });

    it.each([
      ['a choice of the list', mapped('FEDEX/STANDARD', 'FedEx'), 'FEDEX', 'STANDARD'],
      ['a choice without a carrier', mapped('NEXT_DAY', null), '_NA_', 'NEXT_DAY'],
      ['a typed name', mapped('next day', 'fedex'), 'FEDEX', 'NEXT_DAY'],
      ['nothing', mapped(null, null), '_NA_', 'STANDARD'],
    ])('take %s', async (_what, shipping, carrierPartyId, shipmentMethodTypeId) => {
      expect(await taken(shipping)).toMatchObject({ carrierPartyId, shipmentMethodTypeId });
    });

    it('that HotWax doesn’t have are named with the one thing to do', async () => {
      expect(await thrownBy(taken(mapped('Drone', null)))).toMatchObject({
        code: 'hotwax-shipping-method-unknown',
        kind: 'needs-merchant',
      });
      expect(await thrownBy(taken(mapped('STANDARD', 'Pigeon')))).toMatchObject({
        code: 'hotwax-carrier-unknown',
        params: { carrier: 'Pigeon' },
      });
      const payments = [{ gateway: 'x', method: 'Shells', amount: 100, paid: true }];
      expect(await thrownBy(connectorIn(world).orders.create(order({ A: 1 }, { payments })))).toMatchObject({
        code: 'hotwax-payment-type-unknown',
      });
    });

    it('offer each shipment method with each carrier that does it, and without one', async () => {
      const values = (await connectorIn(world).referenceData?.list('shipping-method')) ?? [];
      expect(values).toContainEqual({ id: 'STANDARD', label: 'Standard', group: null });
      expect(values).toContainEqual({ id: 'FEDEX/STANDARD', label: 'Standard', group: 'FedEx' });
    });
  });

  describe('HotWax: cancelling', () => {
    it('cancels what has not left and says what has', async () => {
      const { orders } = connectorIn(world);
      const sent = order({ A: 1, B: 1 });
      const { remoteId } = await orders.create(sent);
      await world.act('/ship', { reference: sent.reference, lines: [{ sku: 'A', quantity: 1 }], tracking: 'T' });
      expect(await orders.cancel?.(remoteId, 'customer')).toMatchObject({
        verdict: 'too-late',
        text: expect.stringMatching(/shipped/) as string,
      });
      expect(await orders.find(sent.reference)).toMatchObject({ lines: [{ sku: 'A', quantity: 1 }] });
    });

    it('shows an order that people in HotWax cancelled', async () => {
      const { orders } = connectorIn(world);
      const { reference } = await orders.create(order());
      await world.act('/cancel', { reference });
      expect(await orders.find(reference)).toMatchObject({ state: 'cancelled' });
    });

    it('of an order that is gone is a refusal', async () => {
      expect(await thrownBy(connectorIn(world).orders.cancel?.('NOBODY', 'x') ?? Promise.resolve())).toBeInstanceOf(
        RejectedError,
      );
    });
  });

  describe('HotWax: GraphQL', () => {
    const queries = () => world.calls().filter(({ method, path }) => method === 'POST' && path.endsWith('/graphql')).length;
    async function read(given: SettingsInput = {}) {
      const { remoteId } = await connectorIn(world).orders.create(order({ A: 2 }));
      const account = accountIn(world, given);
      await account.client.logIn();
      const before = queries();
      const known = (await orderReader(account)([remoteId])).get(remoteId);
      return {
        items: known?.items.map(({ quantity, externalId }) => [quantity, externalId !== null]),
        asked: queries() - before,
      };
    }
    const items = [[2, true]];

    it('reads an order where the instance offers it, and by REST where it does not', async () => {
      expect(await read()).toEqual({ items, asked: 0 });
      await world.act('/limits', { graphql: 1 });
      expect(await read()).toEqual({ items, asked: 1 });
      expect(await read({ graphql: 'off' })).toEqual({ items, asked: 0 });
    });

    it('gives way to REST where it refuses: throttled, forbidden, or in words we don’t know', async () => {
      await world.act('/limits', { graphql: 1 });
      for (const [status, body] of [
        [200, { errors: [{ message: 'slow down', extensions: { code: 'THROTTLED' } }] }],
        [200, { data: { order: { unexpected: true } } }],
        [403, { errorCode: 403, errors: 'not granted' }],
      ] as const) {
        world.fault({ match: '/rest/s1/graphql', kind: 'status', status, body, after: 1 });
        expect((await read()).items).toEqual(items);
      }
    });
  });

  it('HotWax: reads orders of this shop only', async () => {
    const { remoteId } = await connectorIn(world).orders.create(order());
    const stranger = {
      orderTypeId: 'SALES_ORDER',
      orderName: '#77',
      externalId: String(randomInt(2 ** 40)),
      productStoreId: 'STORE',
      statusId: 'ORDER_CREATED',
    };
    const { orderId } = await accountIn(world).client.write('POST', '/oms/orders', stranger, wire.orderMade);
    const account = accountIn(world);
    expect([...(await orderReader(account)([remoteId, orderId, null])).keys()]).toEqual([remoteId]);
    expect(await ordersWhere(account, { orderId })).toHaveLength(1);
  });
}
