import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { formatDecimal } from '../../../core/money.ts';
import { memoryRecords } from '../../contract/battery.ts';
import type { Connector, RemoteOrder, Shipment } from '../../contract/index.ts';
import { anyOrder } from './any-order.ts';
import { classicOrder, connectorIn, orderOf, type Door, type World } from './world.ts';

interface Run {
  imported: string[];
  again: string[];
  acknowledged: string[];
  refused: { reference: string | null }[];
  stock: number | null;
  despatch: number | null;
  problems: string[];
}
const minute = 60_000;
const thrown = (promise: Promise<unknown> | undefined): Promise<unknown> =>
  Promise.resolve(promise).catch((error: unknown) => error);
const form = (text: string) => new URLSearchParams({ ExportData: text }).toString();

/** OrderWise's session calls us: what it fetches, confirms and tells, and what is refused. */
export function describeClassicQuirks(world: World, port: number): void {
  const records = memoryRecords(() => world.nowMs());
  const settings = {
    mode: 'classic',
    stockLocations: '5 = Main Warehouse',
    taxRates: '20 = T1, 5 = T5, 0 = T0, 19 = T1',
  } as const;
  const connector = (given: object = {}): Connector => connectorIn(world, { ...settings, ...given }, { records });
  const { orders, inbound } = connector();
  let door: Door;
  const poll = async (options: object = {}) => (await world.act('/session/poll', options)) as Run;
  /** Without exports nothing but a confirmation tells that it has an order. */
  const quietly = async (act: () => Promise<void>): Promise<void> => {
    await world.act('/session', { exportOn: false });
    await act().finally(() => world.act('/session', { exportOn: true }));
  };
  const order = (units: Record<string, number>, changes: object = {}) => orderOf(units, { ...classicOrder, ...changes });
  const call = (path: string, body: string | null = null, mayHandOver = true, port = inbound) =>
    Promise.resolve(
      port?.receive({
        ...{
          method: body === null ? 'GET' : 'POST',
          path,
          query: new URLSearchParams(),
          headers: new Headers(),
          body: body ?? '',
          mayHandOver,
          callerAddress: '203.0.113.7',
        },
      }),
    );
  async function shipmentsOf(reference: string): Promise<Shipment[]> {
    const found: Shipment[] = [];
    for await (const page of connector().shipments?.pull({ since: null }) ?? []) found.push(...page.shipments);
    return found.filter((one) => one.reference === reference);
  }

  describe('OrderWise, classic session', () => {
    beforeAll(async () => {
      door = await world.door(port, connector);
      await world.act('/session', {
        ...{ importUrl: `${door.url}/orders`, successUrl: `${door.url}/success` },
        ...{ stockUrl: `${door.url}/stock`, despatchUrl: `${door.url}/despatch`, exportOn: true, everyMinutes: 100_000 },
      });
    });
    afterAll(() => door.close());
    afterEach(() => world.clearFaults());

    it('is only then proven when OrderWise has called, and not when it fell silent', async () => {
      const step = () => thrown(connector().check[0]?.run());
      expect(await step()).toMatchObject({ code: 'orderwise-never-called' });
      await poll();
      expect(await step()).toMatchObject({ detail: expect.any(String) as string });
      world.advance(30 * 60 * minute);
      expect(await step()).toMatchObject({ code: 'orderwise-silent', params: { hours: 30 } });
    });

    it('hands over orders that balance to the penny, whatever they hold', async () => {
      await fc.assert(
        fc.asyncProperty(anyOrder(), async (given) => {
          const one = { ...given, ...classicOrder, reference: `#X${randomInt(2 ** 40)}`, note: 'Ünïcode <&> "quotes"' };
          const payments = given.payments.map((payment) => ({ ...payment, method: 'Shopify Payments' }));
          await orders.create({ ...one, payments });
          const run = await poll();
          expect(run.refused).toEqual([]);
          expect(run.acknowledged).toContain(one.reference);
          const [made] = await world.ordersOf(one.reference);
          expect(made?.total).toBe(formatDecimal(one.total));
          expect(made?.header['specialInstructions']).toBe(one.note);
        }),
        { numRuns: 30 },
      );
    });

    it('counts an order as sent only when it is confirmed, and forgets the buyer then', async () => {
      const { reference } = await orders.create(order({ A: 1 }));
      expect(await orders.find(reference)).toMatchObject({ state: 'offered' });
      const before = door.hints.length;
      await quietly(async () => {
        expect((await poll({ withhold: [reference] })).imported).toContain(reference);
        expect(await orders.find(reference)).toMatchObject({ state: 'offered' });
        expect((await records.list('offer', { limit: 500 })).map(({ key }) => key)).toContain(reference);
      });
      expect((await poll()).again).toContain(reference);
      const sent = await orders.find(reference);
      expect(sent).toMatchObject({ state: 'open', remoteId: reference });
      // The stock that the same run pushes lacks its units: it must not be older than the confirmation.
      const counted: number[] = [];
      for await (const { asOf } of connector().stock?.pull({ facilityIds: ['5', '6'], since: null }) ?? []) counted.push(asOf);
      expect(counted).not.toEqual([]);
      expect(Date.parse(sent?.acceptedAt ?? '')).toBeLessThanOrEqual(Math.min(...counted));
      expect((await records.list('offer', { limit: 500 })).map(({ key }) => key)).not.toContain(reference);
      expect(door.hints.slice(before)).toContainEqual(expect.objectContaining({ about: 'orders', subject: reference }));
      expect(await world.ordersOf(reference)).toHaveLength(1);
    });

    it('makes one order when a confirmation was lost, and nothing of one that is replayed', async () => {
      const { reference } = await orders.create(order({ A: 1 }));
      world.fault({ target: 'webhooks', match: 'orderwise:acknowledge', kind: 'drop' });
      await quietly(async () => void (await poll()));
      expect(await orders.find(reference)).toMatchObject({ state: 'offered' });
      world.fault({ target: 'webhooks', match: 'orderwise:acknowledge', kind: 'duplicate' });
      await poll();
      expect(await orders.find(reference)).toMatchObject({ state: 'open' });
      expect(await world.ordersOf(reference)).toHaveLength(1);
      const replayed = await call('success', form(`${reference}~12345~`));
      expect(replayed).toMatchObject({ hints: [], response: { status: 200, body: '0 orders confirmed, 2 not on offer' } });
    });

    it('takes an order back for certain: not while OrderWise may have it', async () => {
      const unfetched = await orders.create(order({ A: 1 }));
      expect(await orders.cancel?.(unfetched.remoteId, 'customer')).toMatchObject({ verdict: 'accepted' });
      expect((await poll()).imported).not.toContain(unfetched.reference);

      const fetched = await orders.create(order({ A: 1 }));
      await quietly(async () => void (await poll({ withhold: [fetched.reference] })));
      const cancel = () => thrown(orders.cancel?.(fetched.remoteId, 'customer'));
      expect(await cancel()).toMatchObject({
        code: 'orderwise-unconfirmed',
        kind: 'transient',
        retryAfterMs: expect.any(Number) as number,
      });
      await call('success', form(fetched.reference));
      expect(await cancel()).toMatchObject({ verdict: 'too-late', state: 'open' });

      const refused = await orders.create(order({ 'NO-SUCH': 1 }));
      const again = () => thrown(orders.cancel?.(refused.remoteId, 'customer'));
      await poll();
      expect(await again()).toMatchObject({ code: 'orderwise-unconfirmed' });
      // Time proves nothing: it stays on offer, as its confirmation may have got lost.
      world.advance(60 * minute);
      expect((await poll()).refused.map(({ reference }) => reference)).toContain(refused.reference);
      expect(await again()).toMatchObject({ code: 'orderwise-unconfirmed' });
      // Others of the same run that are confirmed without it do, once that isn't an accident.
      await orders.create(order({ A: 1 }));
      await poll();
      expect(await again()).toMatchObject({ code: 'orderwise-unconfirmed' });
      await orders.create(order({ A: 1 }));
      await poll();
      expect(await orders.cancel?.(refused.remoteId, 'customer')).toMatchObject({
        verdict: 'accepted',
        order: { state: 'cancelled' },
      });
      expect((await poll()).refused.map(({ reference }) => reference)).not.toContain(refused.reference);
    });

    it('lets no change or cancellation through as long as a confirmation may have got lost, however long that takes', async () => {
      const { remoteId, reference } = await orders.create(order({ A: 1 }));
      const amend = () => thrown(orders.amend?.(remoteId, order({ B: 3 }, { reference })));
      await quietly(async () => {
        await poll({ withhold: [reference] });
        for (let run = 0; run < 4; run++) {
          world.advance(20 * minute);
          // Replayed confirmations of others say nothing.
          await call('success', form(`${run}~99999~`));
          expect(await amend()).toMatchObject({ code: 'orderwise-unconfirmed' });
          expect((await poll({ withhold: [reference] })).again).toContain(reference);
        }
        expect((await poll()).acknowledged).toContain(reference);
      });
      expect(await amend()).toMatchObject({ verdict: 'too-late', state: 'open' });
    });

    it('trusts no withdrawal that was cut short: the order may have been fetched before', async () => {
      const { remoteId, reference } = await orders.create(order({ A: 1 }));
      await quietly(async () => void (await poll({ withhold: [reference] })));
      const offer = await records.get('offer', reference);
      await records.put('offer', reference, { ...(offer as object), withdrawn: true });
      expect(await thrown(orders.cancel?.(remoteId, 'customer'))).toMatchObject({ code: 'orderwise-unconfirmed' });
      expect((await poll()).acknowledged).toContain(reference);
      expect(await orders.cancel?.(remoteId, 'customer')).toMatchObject({ verdict: 'too-late' });
    });

    it('takes an order that it tells the status of for one that it has, though it never confirmed it', async () => {
      const { remoteId, reference } = await orders.create(order({ A: 1 }));
      await poll({ withhold: [reference] });
      expect(await orders.find(reference)).toMatchObject({ state: 'open', acceptedAt: expect.any(String) as string });
      expect((await records.list('offer', { limit: 500 })).map(({ key }) => key)).not.toContain(reference);
      expect(await orders.cancel?.(remoteId, 'customer')).toMatchObject({ verdict: 'too-late', state: 'open' });
    });

    it('hands out the order as it was changed last', async () => {
      const one = order({ A: 2 });
      const { remoteId, reference } = await orders.create(one);
      await orders.amend?.(remoteId, order({ B: 3 }, { reference }));
      await poll();
      expect((await world.ordersOf(reference))[0]?.lines).toMatchObject([{ sku: 'B', quantity: 3 }]);
      expect(await orders.amend?.(remoteId, one)).toMatchObject({ verdict: 'too-late' });
    });

    it('lets no refused order keep others out, and names one that is never confirmed', async () => {
      const small = connector({ ordersPerRun: 2 });
      const narrow = await world.door(port + 1, () => small);
      await world.act('/session', { importUrl: `${narrow.url}/orders` });
      const bad: RemoteOrder[] = [];
      for (let count = 0; count < 3; count++) bad.push(await orders.create(order({ 'NO-SUCH': 1 })));
      const good = await orders.create(order({ A: 1 }));
      const imported: string[] = [];
      for (let run = 0; run < 9; run++) imported.push(...(await poll()).imported);
      expect(imported).toContain(good.reference);
      await world.act('/session', { importUrl: `${door.url}/orders` });
      await narrow.close();
      for (let run = 0; run < 3; run++) await poll();
      const found = await orders.find(bad[0]?.reference ?? '');
      expect(found).toMatchObject({ state: 'offered', trouble: expect.stringMatching(/never confirmed/) as string });
      const heard = door.hints.filter(({ subject }) => subject === bad[0]?.reference);
      expect(heard).toHaveLength(1);
    });

    it('keeps despatches until they are read, with lines, and names a part whose lines aren’t told', async () => {
      const { reference } = await orders.create(order({ A: 2, B: 1 }));
      await poll();
      await world.act('/session', { despatchLines: false });
      await world.act('/ship', { reference, lines: [{ sku: 'A', quantity: 1 }], consignments: ['C1', 'C2'], carrier: 'DPD' });
      expect(await poll()).toMatchObject({ despatch: expect.any(Number) as number, problems: [] });
      expect(await shipmentsOf(reference)).toEqual([]);
      expect(await orders.find(reference)).toMatchObject({ state: 'partly-shipped', trouble: expect.any(String) as string });
      await world.act('/session', { despatchLines: true });
      await world.act('/ship', { reference, tracking: 'C3', carrier: 'DHL' });
      await poll();
      const found = await shipmentsOf(reference);
      expect(found.map(({ lines }) => lines.map(({ sku, quantity }) => `${sku} ${quantity}`))).toEqual([['A 1'], ['A 1', 'B 1']]);
      expect(found[0]?.tracking.map(({ number, carrier }) => [number, carrier])).toEqual([
        ['C1', 'DPD'],
        ['C2', 'DPD'],
      ]);
      expect(await orders.find(reference)).toMatchObject({ state: 'shipped', trouble: null });
      const heard = door.hints.filter(({ about }) => about === 'shipments');
      expect(heard.length).toBeGreaterThan(0);
    });

    it('loses no despatch whose reply was lost, and reports none twice', async () => {
      const { reference } = await orders.create(order({ A: 1 }));
      await poll();
      await world.act('/ship', { reference, tracking: 'LOST-1' });
      world.fault({ target: 'webhooks', match: 'orderwise:despatch', kind: 'timeout' });
      await poll();
      await poll();
      expect(new Set((await shipmentsOf(reference)).map(({ remoteId }) => remoteId)).size).toBe(1);
    });

    it('loses no despatch that comes in while its order is only being confirmed: nobody waited for the answer', async () => {
      const { reference } = await orders.create(order({ A: 1 }));
      const delivery = `<deliveries><deliveryNumber>D1</deliveryNumber><deliveryLines><deliveryLine><variantCode>A</variantCode><quantity>1</quantity></deliveryLine></deliveryLines></deliveries>`;
      const told = `<orders><order><orderNo>${reference}</orderNo><orderStatus>Completed</orderStatus>${delivery}</order></orders>`;
      await Promise.all([call('success', form(reference)), call('despatch', form(told))]);
      expect(await orders.find(reference)).toMatchObject({ state: 'shipped' });
      expect((await shipmentsOf(reference)).map(({ remoteId }) => remoteId)).toEqual([`${reference}/D1`]);
    });

    it('keeps a delivery that a later export doesn’t tell again', async () => {
      const { reference } = await orders.create(order({ A: 2 }));
      await poll();
      const told = (number: string) =>
        `<orders><order><orderNo>${reference}</orderNo><orderStatus>Partially despatched</orderStatus><deliveries><deliveryNumber>${number}</deliveryNumber>` +
        `<deliveryLines><deliveryLine><variantCode>A</variantCode><quantity>1</quantity></deliveryLine></deliveryLines></deliveries></order></orders>`;
      await call('despatch', form(told('D1')));
      await call('despatch', form(told('D2')));
      expect((await shipmentsOf(reference)).map(({ remoteId }) => remoteId)).toEqual([`${reference}/D1`, `${reference}/D2`]);
      expect(await call('despatch', form(told('D2')))).toMatchObject({ hints: [] });
    });

    it('lays changes of stock over what it knows, and names the locations that were told', async () => {
      await world.act('/stock', { sku: 'A', facility: 'East Warehouse', available: 11 });
      await poll({ full: true });
      await world.act('/stock', { sku: 'A', facility: 'Main Warehouse', available: 9.5 });
      await poll();
      const names = (await connector().facilities.list()).map(({ id, name }) => [id, name]);
      expect(names).toContainEqual(['6', 'East Warehouse']);
      const levels = [];
      for await (const page of connector().stock?.pull({ facilityIds: ['5', '6'], since: null, skus: ['A'] }) ?? [])
        levels.push(...page.levels);
      expect(levels.map(({ facilityId, available }) => [facilityId, available]).sort()).toEqual([
        ['5', 9],
        ['6', 11],
      ]);
    });

    it('keeps the later of two stock exports, of which the first was still being taken when the second came', async () => {
      const told = (sku: string, free: number) =>
        `<Variants><Variant><vad_variant_code>${sku}</vad_variant_code><vsl_sl_id>5</vsl_sl_id><vsl_free_stock_quantity>${free}</vsl_free_stock_quantity></Variant></Variants>`;
      const own = memoryRecords(() => world.nowMs());
      const slow = connectorIn(world, settings, { records: own });
      const send = (sku: string, free: number) => call('stock', form(told(sku, free)), true, slow.inbound);
      await send('A', 1);
      // The first has read what is known; then the second is taken whole.
      const { list } = own;
      own.list = async (kind, page) => {
        const found = await list(kind, page);
        own.list = list;
        world.advance(1);
        await send('B', 7);
        await send('A', 9);
        return found;
      };
      await send('A', 4);
      const levels = new Map<string, number>();
      for await (const page of slow.stock?.pull({ facilityIds: ['5'], since: null }) ?? [])
        for (const { sku, available } of page.levels) levels.set(sku, available);
      expect([levels.get('A'), levels.get('B')]).toEqual([9, 7]);
    });

    it('hands nothing out while the connection may not: what waits is there when it may again', async () => {
      await orders.create(order({ A: 1 }, { reference: '#9401' }));
      expect((await call('orders', null, false))?.response.body).not.toContain('#9401');
      expect((await call('orders'))?.response.body).toContain('#9401');
    });

    it('serves only the addresses that the merchant named, whoever knows ours', async () => {
      const callFrom = (callerAddress: string | null, allowedAddresses: string) =>
        connectorIn(world, { ...settings, allowedAddresses }, { records: memoryRecords(() => world.nowMs()) }).inbound?.receive({
          ...{ method: 'GET', path: 'orders', query: new URLSearchParams(), headers: new Headers(), body: '' },
          ...{ mayHandOver: true, callerAddress },
        });
      await expect(callFrom('203.0.113.7', '203.0.113.0/24')).resolves.toMatchObject({ response: { status: 200 } });
      await expect(callFrom('198.51.100.1', '')).resolves.toMatchObject({ response: { status: 200 } });
      for (const stranger of ['198.51.100.1', null])
        await expect(callFrom(stranger, '203.0.113.0/24')).rejects.toMatchObject({ code: 'orderwise-caller-refused' });
    });

    it('takes stock that names no location as stock of everywhere', async () => {
      const xml =
        '<Variants><Variant><vad_variant_code>A</vad_variant_code><vasq_free_stock_quantity>4</vasq_free_stock_quantity></Variant></Variants>';
      const apart = memoryRecords(() => world.nowMs());
      const own = connectorIn(world, settings, { records: apart });
      const request = {
        method: 'POST',
        path: 'stock',
        query: new URLSearchParams(),
        headers: new Headers(),
        body: form(xml),
        mayHandOver: true,
        callerAddress: null,
      };
      expect(await own.inbound?.receive(request)).toMatchObject({
        response: { body: expect.stringMatching(/1 stock levels/) as string },
      });
      const levels = [];
      for await (const page of own.stock?.pull({ facilityIds: ['all'], since: null }) ?? []) levels.push(...page.levels);
      expect(levels).toMatchObject([{ facilityId: 'all', sku: 'A', available: 4 }]);
    });

    it('refuses what is no call of OrderWise’s, changes nothing and says why', async () => {
      const before = JSON.stringify([
        await records.list('classic-stock', { limit: 100 }),
        await records.list('classic-change', { limit: 5000 }),
      ]);
      const bomb = `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(50)}">]><orders><order><orderNo>&b;</orderNo></order></orders>`;
      const refusals: [string, string | null, RegExp][] = [
        ['despatch', form(bomb), /document type/],
        ['stock', form('<Variants><Variant>'), /well-formed/],
        ['stock', 'something=else', /ExportData/],
        ['despatch', null, /POST/],
        ['elsewhere', form('<orders/>'), /ends in/],
        ['stock', `ExportData=${'x'.repeat(50 * 1024 * 1024)}`, /too long/],
      ];
      for (const [path, body, why] of refusals)
        expect(await thrown(call(path, body))).toMatchObject({
          kind: 'rejected',
          vendorText: expect.stringMatching(why) as string,
        });
      const after = JSON.stringify([
        await records.list('classic-stock', { limit: 100 }),
        await records.list('classic-change', { limit: 5000 }),
      ]);
      expect(after).toBe(before);
    });

    it('takes nothing of an order that isn’t ours', async () => {
      const answer = await call(
        'despatch',
        form('<orders><order><orderNo>99999</orderNo><orderStatus>Completed</orderStatus></order></orders>'),
      );
      expect(answer).toMatchObject({ hints: [], response: { body: expect.stringMatching(/1 not from this shop/) as string } });
    });

    it('offers the methods that the merchant named, and needs one in each order', async () => {
      const named = connector({ deliveryMethods: 'Standard Delivery, Next Day' });
      expect(await named.referenceData?.list('shipping-method')).toMatchObject([{ id: 'Standard Delivery' }, { id: 'Next Day' }]);
      expect(named.referenceData?.kinds).toEqual(['shipping-method']);
      const shipping = { title: 'Drone', code: 'drone', carrier: null, method: null };
      expect(await thrown(orders.create(order({ A: 1 }, { shipping })))).toMatchObject({
        code: 'orderwise-delivery-method-missing',
      });
    });
  });
}
