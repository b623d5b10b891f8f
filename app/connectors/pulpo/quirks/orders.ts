import { randomInt } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type RejectedError, TransientError } from '../../../core/errors.ts';
import { batteryOrder, batteryProduct } from '../../contract/battery-samples.ts';
import type { SalesOrder } from '../../contract/index.ts';
import { pulpo } from '../index.ts';
import { thirdPartyOf } from '../third-parties.ts';
import * as wire from '../wire.ts';
import { accountIn, connectorIn, ordersIn, warehouseId, type SettingsInput, type World } from './world.ts';

/** How orders get into PULPO, once each, and out again. */
export function describeOrderQuirks(world: World): void {
  const names = { main: 'Main Warehouse', east: 'East Warehouse', foreign: 'Old Depot' };
  const ids: Record<keyof typeof names, string> = { main: '', east: '', foreign: '' };
  beforeAll(async () => {
    for (const key of ['main', 'east', 'foreign'] as const) ids[key] = await warehouseId(world, names[key]);
  });
  const order = (units: Record<string, number> = { A: 1 }, changes: Partial<SalesOrder> = {}) =>
    ({
      ...batteryOrder({ facilityId: ids.main }, changes.reference ?? `#Q${randomInt(2 ** 40)}`, units),
      ...changes,
    }) as SalesOrder;
  const raw = async (remoteId: string) =>
    (await accountIn(world).client.get(`/sales/orders/${remoteId}`, wire.anything)) as Record<string, unknown>;
  const foreign = async (reference: string, attributes: object = {}) => {
    const account = accountIn(world);
    const product = (await connectorIn(world).products?.findBySku(['C']))?.[0];
    const third_party_id = Number(await thirdPartyOf(account, order()));
    const items = [{ product_id: Number(product?.remoteId), quantity: 7, line_order_id: 'amazon-1' }];
    const body = { order_num: reference, type: 'sales_order', warehouse_id: Number(ids.main), third_party_id, items, attributes };
    return account.client.write('POST', '/sales/orders', { ...body, delivery_date: '2026-12-01 12:00:00' }, wire.salesOrder);
  };

  describe('PULPO: the order number is the key', () => {
    it('makes one order of the same new order sent twice at the same moment', async () => {
      const { orders } = connectorIn(world);
      const sent = order();
      const [first, second] = await Promise.all([orders.create(sent), orders.create(sent)]);
      expect(first.remoteId).toBe(second.remoteId);
      expect(await ordersIn(world, sent.reference)).toHaveLength(1);
    });

    it('records a sale at the till as over at once, and mirrors no parcel of it', async () => {
      const { orders, shipments } = connectorIn(world);
      const sold = order({ A: 1 }, { handedOver: true });
      const made = await orders.create(sold);
      expect(made).toMatchObject({ state: 'shipped', reference: sold.reference });
      expect(await raw(made.remoteId)).toMatchObject({ type: 'POS_external', state: 'ended' });
      expect((await orders.create(sold)).remoteId).toBe(made.remoteId);
      expect(await ordersIn(world, sold.reference)).toHaveLength(1);
      expect(await shipments?.ofOrder?.(made.remoteId)).toEqual([]);
      const told: unknown[] = [];
      for await (const page of shipments?.pull({ since: null }) ?? []) told.push(...page.shipments);
      expect(told).not.toContainEqual(expect.objectContaining({ reference: sold.reference }));
    });

    it('never takes another order with our number for ours', async () => {
      const sent = order();
      await foreign(sent.reference);
      const error: unknown = await connectorIn(world)
        .orders.create(sent)
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'pulpo-order-number-taken', kind: 'rejected' });
      expect(await ordersIn(world, sent.reference)).toMatchObject([{ lines: [{ sku: 'C', quantity: 7 }] }]);
    });

    it('does not see the order of another shop that has our number', async () => {
      const sent = order();
      await foreign(sent.reference, { crossdock_shop: 'other.myshopify.com' });
      expect(await connectorIn(world).orders.find(sent.reference)).toBeNull();
    });

    it('looks numbers up letter by letter, however widely PULPO searches', async () => {
      const { orders } = connectorIn(world);
      const other = await orders.create(order());
      world.fault({
        match: 'GET /sales/orders',
        kind: 'status',
        status: 200,
        body: { sales_orders: [await raw(other.remoteId)], total_results: 1 },
      });
      expect(await orders.find(other.reference.slice(0, -1))).toBeNull();
    });
  });

  describe('PULPO: what an order refers to', () => {
    it('makes a customer once for all of its orders, and one guest for orders without', async () => {
      const account = accountIn(world);
      const { orders } = connectorIn(world);
      const id = `gid://shopify/Customer/${randomInt(2 ** 40)}`;
      const customer = { id, name: 'Grace Hopper', email: 'grace@example.com', phone: null, tags: [] };
      const remote = await Promise.all(
        [order({}, { customer }), order({}, { customer }), order({}, { customer: null }), order({}, { customer: null })].map(
          (one) => orders.create({ ...one, lines: order().lines }),
        ),
      );
      const parties = await Promise.all(remote.map(async ({ remoteId }) => (await raw(remoteId))['third_party_id']));
      expect(parties[0]).toBe(parties[1]);
      expect(parties[2]).toBe(parties[3]);
      expect(parties[0]).not.toBe(parties[2]);
      const found = await account.client.list('/iam/third_parties', 'third_parties', wire.thirdParty, {
        identifier_number: `battery_${id.split('/').at(-1)}`,
      });
      expect(found).toMatchObject([{ name: 'Grace Hopper', third_type: 'C' }]);
    });

    it('takes the customer that the settings name for orders without one', async () => {
      const account = accountIn(world);
      const named = await thirdPartyOf(
        account,
        order({ A: 1 }, { customer: { id: 'gid://shopify/Customer/555', name: 'Counter', email: null, phone: null, tags: [] } }),
      );
      const { remoteId } = await connectorIn(world, { fallbackCustomer: 'battery_555' }).orders.create(
        order({ A: 1 }, { customer: null }),
      );
      expect(String((await raw(remoteId))['third_party_id'])).toBe(named);
    });

    it('finds SKUs with a comma or a colon', async () => {
      const { products, orders } = connectorIn(world);
      const skus = ['RED,LARGE', 'gte:5', 'PLAIN'];
      await products?.upsert(skus.map((sku) => batteryProduct(sku)));
      const taken = await orders.create(order(Object.fromEntries(skus.map((sku) => [sku, 1]))));
      expect(taken.lines.map(({ sku }) => sku).sort()).toEqual([...skus].sort());
    });

    it('hands over method, priority, date, notes, texts and pick-up point as the settings say', async () => {
      const connector = connectorIn(world, {
        ...{
          priority: 3,
          deliveryDate: 'working-days',
          deliveryDays: 2,
          criterium: 'web',
          channel: 'Shop',
        },
        servicePointAttribute: 'pickup',
      } satisfies SettingsInput);
      const method = (await connector.referenceData?.list('shipping-method'))?.find(({ label }) => label.startsWith('UPS'));
      const attributes = [
        { key: 'pickup', value: 'SP-77' },
        { key: 'gift', value: 'yes' },
      ];
      const shipping = { title: 'Standard', code: 's', carrier: null, method: method?.id ?? null };
      const placedAt = '2026-11-20T09:00:00Z'; // a Friday
      const { remoteId } = await connector.orders.create(order({ A: 1 }, { shipping, attributes, note: 'Ring twice', placedAt }));
      expect(await raw(remoteId)).toMatchObject({
        ...{ priority: 3, criterium: 'web', channel: 'Shop', service_point_id: 'SP-77' },
        notes: 'Ring twice\npickup: SP-77\ngift: yes',
        shipping_method_id: Number(method?.id),
      });
      expect(JSON.stringify((await raw(remoteId))['delivery_date'])).toContain('2026-11-24');
    });

    it('names a shipping method or a warehouse that PULPO does not have', async () => {
      const { orders } = connectorIn(world);
      const shipping = { title: 'x', code: 'x', carrier: null, method: 'Pigeon' };
      await expect(orders.create(order({ A: 1 }, { shipping }))).rejects.toMatchObject({ code: 'pulpo-shipping-method-unknown' });
      await expect(orders.create(order({ A: 1 }, { facilityId: 'Main' }))).rejects.toMatchObject({
        code: 'pulpo-warehouse-unknown',
      });
      const unknown: unknown = await orders.create(order({ A: 1 }, { facilityId: '999999' })).catch((thrown: unknown) => thrown);
      expect(['pulpo-warehouse-refused', 'pulpo-forbidden']).toContain((unknown as RejectedError).code);
    });

    it('parks only the order when the user is not assigned to its warehouse', async () => {
      await expect(connectorIn(world).orders.create(order({ A: 1 }, { facilityId: ids.foreign }))).rejects.toMatchObject({
        ...{ code: 'pulpo-forbidden', kind: 'needs-merchant', scope: 'record' },
      });
    });
  });

  describe('PULPO: changes', () => {
    it('moves an order to another warehouse while it is in queue', async () => {
      const { orders } = connectorIn(world);
      const sent = order({ A: 2 });
      const { remoteId } = await orders.create(sent);
      expect(await orders.amend?.(remoteId, { ...sent, facilityId: ids.east })).toMatchObject({
        verdict: 'accepted',
        order: { facilityId: ids.east, remoteId },
      });
    });

    it('keeps two lines of one SKU apart', async () => {
      const { orders } = connectorIn(world);
      const [line] = order({ A: 2 }).lines;
      const lines = [1, 2].map((number) => ({
        ...line,
        lineId: `gid://shopify/LineItem/${number}`,
        quantity: number,
      })) as SalesOrder['lines'];
      const { lines: taken } = await orders.create({ ...order(), lines });
      expect(taken.map(({ lineId, quantity }) => [lineId, quantity])).toEqual(
        lines.map(({ lineId, quantity }) => [lineId, quantity]),
      );
    });

    it('reports a refusal of what was sent as a refusal, not as too late', async () => {
      const { orders } = connectorIn(world);
      const { remoteId, reference } = await orders.create(order({ A: 1 }));
      world.fault({
        match: 'PUT /sales/orders/:id',
        kind: 'status',
        status: 422,
        body: { errors: [{ priority: 'is invalid' }] },
      });
      await expect(orders.amend?.(remoteId, order({ A: 2 }, { reference }))).rejects.toMatchObject({
        code: 'pulpo-refused',
        field: 'priority',
        vendorText: 'priority: is invalid',
      });
    });

    it('answers that it is too late when picking began between looking and sending', async () => {
      const sent = order({ A: 1 });
      const meanwhile = async (method: string) =>
        void (method === 'PUT' && (await world.act('/pick', { reference: sent.reference })));
      const { orders } = pulpo.connect(accountIn(world, {}, meanwhile).context);
      const { remoteId } = await orders.create(sent);
      expect(await orders.amend?.(remoteId, order({ A: 2 }, { reference: sent.reference }))).toMatchObject({
        verdict: 'too-late',
        state: 'picking',
      });
    });

    it('can not cancel while picking without a free packing location', async () => {
      const { orders } = connectorIn(world);
      const { remoteId, reference } = await orders.create(order({ A: 1 }));
      await world.act('/warehouse', { name: names.main, packingLocations: 0 });
      await world.act('/pick', { reference });
      try {
        expect(await orders.cancel?.(remoteId, 'customer')).toMatchObject({ verdict: 'too-late', state: 'picking' });
      } finally {
        await world.act('/warehouse', { name: names.main, packingLocations: 3 });
      }
      expect(await orders.cancel?.(remoteId, 'customer')).toMatchObject({ verdict: 'accepted' });
    });

    it('finds its cancellation done after an answer that was lost', async () => {
      const { orders } = connectorIn(world);
      const { remoteId } = await orders.create(order({ A: 1 }));
      world.fault({ match: 'POST /sales/orders/:id/cancel', kind: 'timeout-after-commit', ms: 4000 });
      await expect(orders.cancel?.(remoteId, 'customer')).rejects.toBeInstanceOf(TransientError);
      expect(await orders.cancel?.(remoteId, 'customer')).toMatchObject({ verdict: 'accepted', order: { state: 'cancelled' } });
    });
  });
}
