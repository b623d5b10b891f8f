import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { NeedsMerchantError } from '../../../core/errors.ts';
import { formatDecimal } from '../../../core/money.ts';
import { memoryRecords } from '../../contract/battery.ts';
import { anyOrder } from './any-order.ts';
import { connectorIn, orderOf, type World } from './world.ts';

const thrown = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);
const posts = (world: World) => world.calls().filter(({ operation }) => operation === 'POST /sales/order').length;
const exportsRun = (world: World) => world.calls().filter(({ operation }) => operation.startsWith('export ')).length;
const skuOf = () => `N${randomInt(2 ** 40)}`;

const buyer = (email: string) => ({
  id: `gid://shopify/Customer/${randomInt(2 ** 40)}`,
  name: 'Grace Hopper',
  email,
  phone: null,
  tags: [],
});

/** How orders go over REST, and what keeps them single. */
export function describeOrderQuirks(world: World): void {
  afterEach(() => world.clearFaults());

  describe('OrderWise over REST: an order', () => {
    it('is taken to the penny, whatever its prices, discounts, taxes and charges are', async () => {
      const { orders } = connectorIn(world);
      const customer = { ...buyer('ada@example.com'), remoteId: '1375' };
      await fc.assert(
        fc.asyncProperty(anyOrder(), async (given) => {
          const order = { ...given, customer, reference: `#P${randomInt(2 ** 40)}` };
          await orders.create(order);
          const [made] = await world.ordersOf(order.reference);
          expect(made?.total).toBe(formatDecimal(order.total));
          expect(made?.lines.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(
            order.lines.reduce((sum, { quantity }) => sum + quantity, 0),
          );
        }),
        { numRuns: 40 },
      );
    });

    it('carries number, reference, addresses, locations, payment, tax rate and note', async () => {
      const order = orderOf({ A: 2, B: 1 }, { note: 'Ring twice', attributes: [{ key: 'Gift', value: 'yes' }] });
      const [first, second] = order.lines;
      const lines = [first!, { ...second!, facilityId: '6' }];
      const settings = {
        taxRates: '19 = Standard 20%',
        orderType: 'web order',
        currency: 'Euro',
      } as const;
      const payments = [{ gateway: 'klarna', method: 'Klarna', amount: order.total.amount, paid: true }];
      await connectorIn(world, settings).orders.create({ ...order, lines, payments });
      const [made] = await world.ordersOf(order.reference);
      expect(made).toMatchObject({
        customerOrderRef: order.reference,
        total: '35.00',
        lines: [
          { sku: 'A', quantity: 2, price: '10.00', facility: 'Main Warehouse' },
          { sku: 'B', quantity: 1, price: '10.00', facility: 'East Warehouse' },
        ],
        payments: [{ methodId: 3, amount: '35.00' }],
        deliveryAddress: {
          deliveryName: 'Ada Lovelace',
          town: 'Berlin',
          country: 'Germany',
          countryCode: 'DE',
          postcode: '10115',
        },
        header: { specialInstructions: 'Ring twice\nGift: yes', orderTypeId: 1, currencyId: 2 },
      });
    });

    it('says tips as a surcharge and rounding below zero as a discount, by their names in OrderWise', async () => {
      const extra = (kind: 'tip' | 'rounding', amount: number) => ({ kind, title: kind, amount, discount: 0, taxes: [] });
      const order = orderOf({ A: 1 });
      const charges = [...order.charges, extra('tip', 200), extra('rounding', -2)];
      const total = { ...order.total, amount: 1698 };
      await connectorIn(world, { surchargeCode: 'Tip', discountCode: 'Rounding' }).orders.create({ ...order, charges, total });
      expect((await world.ordersOf(order.reference))[0]).toMatchObject({
        total: '16.98',
        dissurs: [
          { description: 'Tip', price: '2.00', discount: false },
          { description: 'Rounding', price: '0.02', discount: true },
        ],
      });
    });

    it('needs a delivery method that OrderWise has', async () => {
      const shipping = { title: 'Drone', code: 'drone', carrier: null, method: null };
      const { orders } = connectorIn(world);
      expect(await thrown(orders.create(orderOf({ A: 1 }, { shipping })))).toMatchObject({
        code: 'orderwise-delivery-method-missing',
      });
      const named = orderOf({ A: 1 }, { shipping: { ...shipping, method: 'Drone' } });
      expect(await thrown(orders.create(named))).toMatchObject({ code: 'orderwise-choice-unknown', kind: 'needs-merchant' });
      const fallen = orderOf({ A: 1 }, { shipping });
      await connectorIn(world, { defaultDeliveryMethod: 'next day' }).orders.create(fallen);
      expect(await world.ordersOf(fallen.reference)).toHaveLength(1);
    });

    it('is sent with the code as OrderWise writes it, stray blanks and all', async () => {
      const sku = skuOf();
      await world.act('/product', { sku: `${sku} ` });
      const order = orderOf({ A: 1, [sku]: 2 });
      const made = await connectorIn(world).orders.create(order);
      expect(made.lines.map((line) => line.sku)).toEqual(['A', sku]);
      expect((await world.ordersOf(order.reference))[0]?.lines.map((line) => line.sku)).toEqual(['A', `${sku} `]);
    });

    it('names the code that OrderWise doesn’t know, and leaves nothing behind', async () => {
      const order = orderOf({ A: 1, 'NO SUCH': 1 });
      const { orders } = connectorIn(world);
      expect(await thrown(orders.create(order))).toMatchObject({
        code: 'orderwise-variant-unknown',
        field: 'sku',
        params: { sku: 'NO SUCH' },
      });
      expect(await orders.find(order.reference)).toBeNull();
    });

    it('can’t have a number that OrderWise would break apart', async () => {
      const refusal = await thrown(connectorIn(world).orders.create(orderOf({ A: 1 }, { reference: '#1~2' })));
      expect(refusal).toMatchObject({ code: 'orderwise-number-unusable' });
    });
  });

  describe('OrderWise over REST: the same order again', () => {
    it('is looked up before it is sent again, though OrderWise would take it twice', async () => {
      const { orders } = connectorIn(world);
      const order = orderOf({ A: 1 });
      world.fault({ match: 'POST /sales/order', kind: 'cut-after-commit' });
      expect(await thrown(orders.create(order))).toMatchObject({ mayHaveLanded: true });
      const before = posts(world);
      const again = await orders.create(order);
      expect(posts(world)).toBe(before);
      expect(await world.ordersOf(order.reference)).toMatchObject([{ orderId: Number(again.remoteId) }]);
    });

    it('is sent again when it never arrived', async () => {
      const { orders } = connectorIn(world);
      const order = orderOf({ A: 1 });
      world.fault({ match: 'POST /sales/order', kind: 'drop' });
      expect(await thrown(orders.create(order))).toMatchObject({ mayHaveLanded: true });
      expect(await orders.find(order.reference)).toBeNull();
      await orders.create(order);
      expect(await world.ordersOf(order.reference)).toHaveLength(1);
    });

    it('is never sent again while nobody can look it up', async () => {
      const { orders } = connectorIn(world, { statusExportId: null });
      const order = orderOf({ A: 1 });
      world.fault({ match: 'POST /sales/order', kind: 'cut-after-commit' });
      await thrown(orders.create(order));
      expect(await thrown(orders.create(order))).toMatchObject({ code: 'orderwise-cannot-look-up' });
      expect(await world.ordersOf(order.reference)).toHaveLength(1);
    });

    it('is simply sent again after a refusal of which it is certain that nothing arrived', async () => {
      await world.act('/user', { username: 'no_orders', password: 'secret-enough', lacks: ['Sales orders POST'] });
      const records = memoryRecords(() => world.nowMs());
      const order = orderOf({ A: 1 });
      const barred = connectorIn(world, { statusExportId: null, username: 'no_orders', password: 'secret-enough' }, { records });
      expect(await thrown(barred.orders.create(order))).toMatchObject({
        code: 'orderwise-right-missing',
        params: { right: 'Sales orders', verb: 'POST' },
      });
      await connectorIn(world, { statusExportId: null }, { records }).orders.create(order);
      expect(await world.ordersOf(order.reference)).toHaveLength(1);
    });

    it('is never sent again when the export’s window has passed and there is none for everything', async () => {
      const windowed = { statusExportId: 112, statusExportStyle: 'window', statusWindowMinutes: 60 } as const;
      const records = memoryRecords(() => world.nowMs());
      const order = orderOf({ A: 1 });
      world.fault({ match: 'POST /sales/order', kind: 'cut-after-commit' });
      const { orders } = connectorIn(world, windowed, { records });
      await thrown(orders.create(order));
      world.advance(2 * 3_600_000);
      expect(await thrown(orders.create(order))).toMatchObject({ code: 'orderwise-window-missed' });
      const whole = (await world.act('/export', { kind: 'status-lines' })) as { id: number };
      const repaired = connectorIn(world, { ...windowed, fullStatusExportId: whole.id }, { records });
      await repaired.orders.create(order);
      expect(await world.ordersOf(order.reference)).toHaveLength(1);
    });

    it('is answered by the order that is there, where OrderWise refuses a number twice', async () => {
      const order = orderOf({ A: 1 });
      const first = await connectorIn(world).orders.create(order);
      await world.act('/limits', { duplicates: 'refused' });
      // Its memory is gone, as after a connection was made anew.
      const again = await connectorIn(world)
        .orders.create(order)
        .finally(() => world.act('/limits', { duplicates: 'accepted' }));
      expect(again.remoteId).toBe(first.remoteId);
    });

    it('is looked for though nothing is remembered of it, where the database was put back to a backup', async () => {
      const emptied = () => ({ ...memoryRecords(() => world.nowMs()), mayLack: (since: string) => since < '2026-11-01' });
      const order = orderOf({ A: 2 }, { placedAt: '2026-10-31T12:00:00Z' });
      const first = await connectorIn(world).orders.create(order);
      const records = emptied();
      const { orders } = connectorIn(world, {}, { records });
      // With which lines it went OrderWise doesn't tell; from now on it is remembered as what it is meant to be.
      expect(await orders.create(order)).toMatchObject({ remoteId: first.remoteId, lines: [] });
      expect(await orders.find(order.reference)).toMatchObject({ remoteId: first.remoteId, lines: [{ sku: 'A', quantity: 2 }] });
      expect(await world.ordersOf(order.reference)).toHaveLength(1);

      const before = exportsRun(world);
      await connectorIn(world, {}, { records: emptied() }).orders.create(orderOf({ A: 1 }, { placedAt: '2026-11-02T12:00:00Z' }));
      expect(exportsRun(world)).toBe(before);
      const never = orderOf({ A: 1 }, { placedAt: '2026-10-31T12:00:00Z' });
      await connectorIn(world, {}, { records: emptied() }).orders.create(never);
      expect(await world.ordersOf(never.reference)).toHaveLength(1);
    });

    it('is found after its memory went', async () => {
      const order = orderOf({ A: 1 });
      const { remoteId } = await connectorIn(world).orders.create(order);
      expect(await connectorIn(world).orders.find(order.reference)).toMatchObject({ remoteId, state: 'open' });
    });

    it('is read by its id, not by an export', async () => {
      const { orders } = connectorIn(world);
      const { reference } = await orders.create(orderOf({ A: 1 }));
      const before = exportsRun(world);
      expect(await orders.find(reference)).toMatchObject({ state: 'open' });
      expect(exportsRun(world)).toBe(before);
    });
  });

  describe('OrderWise over REST: an order that waits for the session', () => {
    it('counts as offered until it was imported, and is named when that takes too long', async () => {
      const { orders } = connectorIn(world);
      // Its own schedule would fetch the order between two lines of this test, once in a while.
      await world.act('/session', { name: 'Crossdock API', everyMinutes: 100_000 });
      await world.act('/limits', { orders: 'queued' });
      const order = orderOf({ A: 1 });
      const made = await orders.create(order).finally(() => world.act('/limits', { orders: 'at-once' }));
      expect(made).toMatchObject({ state: 'offered' });
      const before = posts(world);
      expect(await orders.create(order)).toMatchObject({ state: 'offered' });
      expect(posts(world)).toBe(before);
      await world.act('/session/poll', { name: 'Crossdock API' });
      expect(await orders.find(order.reference)).toMatchObject({ state: 'open', remoteNumber: expect.any(String) as string });
      expect((await world.ordersOf(order.reference))[0]?.orderId).toBe(Number((await orders.find(order.reference))?.remoteId));

      await world.act('/limits', { orders: 'queued' });
      const bad = orderOf({ 'NO SUCH': 1 });
      await orders.create(bad).finally(() => world.act('/limits', { orders: 'at-once' }));
      await world.act('/session/poll', { name: 'Crossdock API' });
      world.advance(3 * 3_600_000);
      expect(await orders.find(bad.reference)).toMatchObject({
        state: 'offered',
        trouble: expect.stringMatching(/Session/) as string,
      });
    });
  });

  describe('OrderWise over REST: what people did with an order', () => {
    it('is told by its status texts, as the settings name them', async () => {
      const { orders } = connectorIn(world, { cancelledStatuses: 'Cancelled, Binned', refundedStatuses: 'Credited' });
      const { reference } = await orders.create(orderOf({ A: 2 }));
      const stateAfter = async (path: string, body: object = {}) => {
        await world.act(path, { reference, ...body });
        return (await orders.find(reference))?.state;
      };
      expect(await stateAfter('/hold')).toBe('held');
      expect(await stateAfter('/release')).toBe('open');
      expect(await stateAfter('/pick')).toBe('picking');
      expect(await stateAfter('/pack')).toBe('packed');
      expect(await stateAfter('/ship', { lines: [{ sku: 'A', quantity: 1 }] })).toBe('partly-shipped');
      expect(await stateAfter('/ship')).toBe('shipped');
      expect(await stateAfter('/status', { status: 'BINNED ' })).toBe('cancelled');
      expect(await stateAfter('/status', { status: 'Credited' })).toBe('shipped');
      expect(await stateAfter('/status', { status: 'Something of the merchant’s own' })).toBe('open');
    });

    it('is heard whenever its status text is a new one, and again if nobody took it in', async () => {
      const { orders } = connectorIn(world);
      const since = new Date(world.nowMs()).toISOString();
      const made = [];
      for (let count = 0; count < 3; count++) made.push((await orders.create(orderOf({ A: 1 }))).reference);
      const heard = async () => {
        const found: string[] = [];
        for await (const page of orders.changes?.({ since }) ?? []) found.push(...page.references);
        return found;
      };
      for await (const page of orders.changes?.({ since }) ?? []) {
        expect(page.references.sort()).toEqual(made.toSorted());
        break;
      }
      expect((await heard()).sort()).toEqual(made.toSorted());
      await world.act('/cancel', { reference: made[0] });
      await world.act('/pick', { reference: made[1] });
      expect(await heard()).toEqual([made[0]]);
      expect(await orders.find(made[0] ?? '')).toMatchObject({ vendorStatus: 'Cancelled', state: 'cancelled' });
      expect(await heard()).toEqual([]);
    });

    it('has the order type that its channel is mapped to, else the one of the settings', async () => {
      const { orders } = connectorIn(world, { orderType: 'Telephone order' });
      const [mapped, plain] = [orderOf({ A: 1 }, { channel: '3' }), orderOf({ A: 1 }, { channel: 'web' })];
      for (const order of [mapped, plain]) await orders.create(order);
      expect((await world.ordersOf(mapped.reference))[0]?.header['orderTypeId']).toBe(3);
      expect((await world.ordersOf(plain.reference))[0]?.header['orderTypeId']).toBe(2);
    });

    it('of another shop with our number is never taken for ours', async () => {
      const reference = `#S${randomInt(2 ** 40)}`;
      const ours = connectorIn(world);
      const { remoteId } = await ours.orders.create(orderOf({ A: 1 }, { reference }));
      await connectorIn(world).orders.create(orderOf({ B: 1 }, { reference }));
      await world.act('/ship', { reference, tracking: 'THEIRS' });
      const reports = [];
      for await (const page of ours.shipments?.pull({ since: null }) ?? []) reports.push(...page.shipments);
      expect(reports.filter((one) => one.reference === reference)).toEqual([]);
      await world.act('/status', { reference, status: 'Cancelled' });
      const heard = [];
      for await (const page of ours.orders.changes?.({ since: null }) ?? []) heard.push(...page.references);
      expect(heard).not.toContain(reference);
      expect(await ours.orders.find(reference)).toMatchObject({ remoteId, state: 'open' });
    });
  });

  describe('OrderWise over REST: customers', () => {
    const customerOf = async (reference: string) => (await world.ordersOf(reference))[0]?.customerId;

    it('are made once for all of their orders, remembered by id', async () => {
      const { orders } = connectorIn(world);
      const customer = buyer(`g${randomInt(2 ** 40)}@example.com`);
      const first = await orders.create(orderOf({ A: 1 }, { customer }));
      const asked = () => world.calls().filter(({ operation }) => operation.endsWith('/customers')).length;
      const before = asked();
      const second = await orders.create(orderOf({ A: 1 }, { customer }));
      expect(asked()).toBe(before);
      expect(await customerOf(second.reference)).toBe(await customerOf(first.reference));
    });

    it('are found by e-mail, else by name and address, in data as dirty as it is', async () => {
      const email = `h${randomInt(2 ** 40)}@example.com`;
      const known = (await world.act('/customer', {
        statementName: 'G. Hopper ',
        statementEmail: ` ${email.toUpperCase()} `,
      })) as { id: number };
      const byMail = await connectorIn(world).orders.create(orderOf({ A: 1 }, { customer: buyer(email) }));
      expect(await customerOf(byMail.reference)).toBe(known.id);
      const street = `Kai ${randomInt(2 ** 40)}`;
      const order = orderOf({ A: 1 });
      const billing = { ...order.billing!, address1: street };
      const neighbour = (await world.act('/customer', {
        ...{ statementName: 'ada lovelace', statementAddress1: `${street} `, statementPostcode: '10115' },
      })) as { id: number };
      const byAddress = await connectorIn(world).orders.create({ ...order, billing, customer: null });
      expect(await customerOf(byAddress.reference)).toBe(neighbour.id);
    });

    it('are whom the order names, by account number too', async () => {
      const named = (remoteId: string) => orderOf({ A: 1 }, { customer: { ...buyer('ada@example.com'), remoteId } });
      const order = named('harb001');
      await connectorIn(world).orders.create(order);
      expect(await customerOf(order.reference)).toBe(1376);
      expect(await thrown(connectorIn(world).orders.create(named('NOBODY')))).toBeInstanceOf(NeedsMerchantError);
    });

    it('get the price list that their tag is mapped to, else the one of the settings, when they are made', async () => {
      const customer = buyer(`p${randomInt(2 ** 40)}@example.com`);
      const plain = orderOf({ A: 1 }, { customer });
      const order = { ...plain, billing: { ...plain.billing!, address1: `Kai ${randomInt(2 ** 40)}` } };
      expect(await thrown(connectorIn(world, { priceList: 'Wholesale' }).orders.create(order))).toMatchObject({
        code: 'orderwise-choice-unknown',
      });
      const classed = { ...order, customer: { ...customer, class: 'No such list' } };
      expect(await thrown(connectorIn(world, { priceList: 'trade' }).orders.create(classed))).toMatchObject({
        params: { list: 'priceList', value: 'No such list' },
      });
      await connectorIn(world, { priceList: 'trade' }).orders.create(order);
      expect(await world.ordersOf(order.reference)).toHaveLength(1);
    });
  });
}
