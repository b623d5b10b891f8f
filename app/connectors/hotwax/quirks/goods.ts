import { randomInt } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { all } from '../../contract/battery-bench.ts';
import { batteryOrder, batteryProduct } from '../../contract/battery-samples.ts';
import type { SalesOrder, Shipment } from '../../contract/index.ts';
import { shipmentsPort } from '../shipments.ts';
import { stockPort } from '../stock.ts';
import * as wire from '../wire.ts';
import { accountIn, connectorIn, ordersIn, thrownBy, type SettingsInput, type World } from './world.ts';

/** What comes out of HotWax: shipments, stock, returns. */
export function describeGoodsQuirks(world: World): void {
  afterEach(() => world.act('/limits', { pageSize: 0, wrappedReturns: 0 }));
  const order = (units: Record<string, number> = { A: 1 }, facilityId = '_NA_') =>
    batteryOrder({ facilityId }, `#G${randomInt(2 ** 40)}`, units);
  const taken = async (sent: SalesOrder = order(), given: SettingsInput = {}) => {
    const connector = connectorIn(world, given);
    const { remoteId } = await connector.orders.create(sent);
    const pull = async (since: string | null) => {
      const pages = await all(connector.shipments?.pull({ since }));
      const shipments = pages.flatMap((page) => page.shipments).filter(({ reference }) => reference === sent.reference);
      return { shipments, cursor: pages.at(-1)?.cursor ?? null };
    };
    return { connector, remoteId, reference: sent.reference, sent, pull };
  };
  const brief = (shipments: readonly Shipment[]) =>
    shipments
      .map(({ lines, tracking }) => [
        lines
          .map(({ sku, quantity }) => `${sku} ${quantity}`)
          .sort()
          .join(' '),
        tracking.map(({ number }) => number).join(),
      ])
      .sort();

  describe('HotWax: shipments', () => {
    it('of one order come from several facilities, each once, with its carrier as Shopify names it', async () => {
      const { reference, pull, connector, remoteId } = await taken(order({ A: 2, B: 1 }));
      await world.act('/ship', {
        reference,
        lines: [{ sku: 'A', quantity: 1 }],
        tracking: 'ONE',
        carrier: 'FEDEX',
        facility: 'Main Warehouse',
      });
      await world.act('/stock', { sku: 'B', facility: 'East Warehouse', available: 9 });
      await world.act('/ship', {
        reference,
        lines: [{ sku: 'B', quantity: 1 }],
        tracking: 'TWO',
        carrier: 'UPS',
        facility: 'East Warehouse',
      });
      const { shipments } = await pull(null);
      expect(brief(shipments)).toEqual([
        ['A 1', 'ONE'],
        ['B 1', 'TWO'],
      ]);
      expect(shipments.map(({ facilityId, tracking }) => [facilityId, tracking[0]?.carrier]).sort()).toEqual([
        ['EAST_WH', 'UPS'],
        ['MAIN_WH', 'FedEx'],
      ]);
      expect(await connector.orders.find(reference)).toMatchObject({ state: 'partly-shipped', remoteId });
    });

    it('come from another facility when one rejected the item', async () => {
      const { reference, pull, connector } = await taken(order({ B: 1 }));
      await world.act('/stock', { sku: 'B', facility: 'East Warehouse', available: 50 });
      await world.act('/broker', { reference, facility: 'Main Warehouse' });
      await world.act('/reject', { reference });
      expect(await connector.orders.find(reference)).toMatchObject({ state: 'open' });
      await world.act('/broker', { reference, facility: 'East Warehouse' });
      await world.act('/ship', { reference, tracking: 'AGAIN' });
      const { shipments } = await pull(null);
      expect(brief(shipments)).toEqual([['B 1', 'AGAIN']]);
      expect(shipments[0]?.facilityId).toBe('EAST_WH');
    });

    it('tie units to the very line, where two lines have one SKU', async () => {
      const [line] = order().lines;
      const lines = [1, 2].map((number) => ({
        ...line,
        lineId: `gid://shopify/LineItem/9${number}`,
        quantity: number,
      })) as SalesOrder['lines'];
      const { reference, pull } = await taken({ ...order(), lines });
      await world.act('/ship', { reference, tracking: 'T' });
      const shipped = (await pull(null)).shipments.flatMap((one) => one.lines);
      expect(shipped.map(({ lineId, quantity }) => `${lineId?.at(-1)} ${quantity}`).sort()).toEqual(['1 1', '2 2']);
    });

    it('of other channels’ orders are left out', async () => {
      const stranger = {
        orderTypeId: 'SALES_ORDER',
        orderName: `#S${randomInt(2 ** 40)}`,
        externalId: 'x',
        productStoreId: 'STORE',
        statusId: 'ORDER_CREATED',
      };
      await accountIn(world).client.write('POST', '/oms/orders', stranger, wire.orderMade);
      const pages = await all(connectorIn(world).shipments?.pull({ since: null }));
      expect(pages.flatMap(({ shipments }) => shipments).some(({ reference }) => reference === stranger.orderName)).toBe(false);
    });

    it('without a tracking number are reported at once, or kept back where the settings say so', async () => {
      for (const [untracked, count] of [
        ['report', 1],
        ['wait', 0],
      ] as const) {
        const { reference, pull } = await taken(order(), { untracked });
        await world.act('/ship', { reference });
        const { client } = accountIn(world);
        const rows = await client.list('/poorti/shipments', wire.shipment, {
          orderId: (await ordersIn(world, reference))[0]?.orderId ?? '',
        });
        // A stand-in that always makes a label has it voided here.
        const blank = rows.every(
          (row) => row.trackingIdNumber === null && row.shipmentPackageRouteSegDetails.every((one) => one.trackingCode === null),
        );
        const { shipments, cursor } = await pull(null);
        if (blank) expect([untracked, shipments.length, cursor?.includes('|')]).toEqual([untracked, count, true]);
        else expect(shipments).toHaveLength(1);
      }
    });

    it('are read to the end, though pages are cut in silence, and a cursor overlaps', async () => {
      const port = shipmentsPort(accountIn(world), 50);
      const whole = (await all(port.pull({ since: null }))).flatMap(({ shipments }) => shipments);
      await world.act('/limits', { pageSize: 3 });
      const cut = await all(shipmentsPort(accountIn(world), 50).pull({ since: null }));
      expect(
        cut
          .flatMap(({ shipments }) => shipments)
          .map(({ remoteId }) => remoteId)
          .sort(),
      ).toEqual(whole.map(({ remoteId }) => remoteId).sort());
      const { reference } = await taken();
      await world.act('/ship', { reference, tracking: 'OVER' });
      const later = (await all(port.pull({ since: cut.at(-1)?.cursor ?? null }))).flatMap(({ shipments }) => shipments);
      expect(later.map((one) => one.reference)).toContain(reference);
    });
  });

  describe('HotWax: stock', () => {
    const levels = async (facilityIds: string[], sku: string, given: SettingsInput = {}, since: number | null = null) => {
      const pages = await all(
        connectorIn(world, given).stock?.pull({ facilityIds, since, ...(since === null ? { skus: [sku] } : {}) }),
      );
      const found = pages.flatMap((page) => page.levels).filter((level) => level.sku === sku);
      return Object.fromEntries(found.map(({ facilityId, available }) => [facilityId, available]));
    };
    const product = async () => {
      const sku = `STOCK-${randomInt(2 ** 40)}`;
      await connectorIn(world).products?.upsert([batteryProduct(sku)]);
      return sku;
    };
    const set = (sku: string, facility: string, available: number) => world.act('/stock', { sku, facility, available });

    it('of the queue is the sum over the facilities; each facility’s own stands beside it', async () => {
      const sku = await product();
      expect(await levels(['_NA_', 'MAIN_WH'], sku)).toEqual({});
      await set(sku, 'Main Warehouse', 7);
      await set(sku, 'East Warehouse', 4);
      expect(await levels(['_NA_', 'MAIN_WH', 'EAST_WH', 'DOWNTOWN'], sku)).toEqual({ _NA_: 11, MAIN_WH: 7, EAST_WH: 4 });
      expect(await levels(['_NA_', 'MAIN_WH'], sku, { stockMode: 'queue-only' })).toEqual({ _NA_: 11 });
      expect(await levels(['_NA_', 'MAIN_WH'], sku, { stockMode: 'facilities-only' })).toEqual({ MAIN_WH: 7 });
    });

    it('of the queue falls with each order, whether it waits, is brokered or is rejected, and never twice', async () => {
      const sku = await product();
      await set(sku, 'Main Warehouse', 10);
      await set(sku, 'East Warehouse', 10);
      const { reference } = await taken(order({ [sku]: 3 }));
      expect(await levels(['_NA_', 'MAIN_WH'], sku)).toEqual({ _NA_: 17, MAIN_WH: 10 });
      await world.act('/broker', { reference, facility: 'Main Warehouse' });
      expect(await levels(['_NA_', 'MAIN_WH'], sku)).toEqual({ _NA_: 17, MAIN_WH: 7 });
      await world.act('/broker', { reference, facility: 'East Warehouse' }).catch(() => undefined);
      expect((await levels(['_NA_'], sku))['_NA_']).toBe(17);
      await world.act('/ship', { reference, tracking: 'T' });
      expect((await levels(['_NA_'], sku))['_NA_']).toBe(17);
    });

    it('of a facility falls with an order that waits there for its approval', async () => {
      const sku = await product();
      await set(sku, 'Main Warehouse', 10);
      const { reference, connector, remoteId } = await taken(order({ [sku]: 4 }, 'MAIN_WH'));
      expect(await levels(['_NA_', 'MAIN_WH'], sku)).toEqual({ _NA_: 6, MAIN_WH: 6 });
      await world.act('/broker', { reference });
      expect(await levels(['_NA_', 'MAIN_WH'], sku)).toEqual({ _NA_: 6, MAIN_WH: 6 });
      await connector.orders.cancel?.(remoteId, 'customer');
      expect(await levels(['_NA_', 'MAIN_WH'], sku)).toEqual({ _NA_: 10, MAIN_WH: 10 });
    });

    it('may be below zero at a facility and never is in the queue', async () => {
      const sku = await product();
      await set(sku, 'Main Warehouse', -3);
      expect(await levels(['_NA_', 'MAIN_WH'], sku)).toEqual({ _NA_: 0, MAIN_WH: -3 });
    });

    it('that changed is reported after a moment, also when only an order took it', async () => {
      const [sku, other] = [await product(), await product()];
      for (const one of [sku, other]) await set(one, 'Main Warehouse', 10);
      world.advance(3_600_000);
      const before = Date.now() + world.offsetMs() - 60_000;
      await taken(order({ [sku]: 2 }));
      expect(await levels(['_NA_'], sku, {}, before)).toEqual({ _NA_: 8 });
      expect(await levels(['_NA_'], other, {}, before)).toEqual({});
    });

    it('is told by HotWax itself where the settings say so', async () => {
      const sku = await product();
      await set(sku, 'Main Warehouse', 7);
      const given = { onlineTotal: 'hotwax', facilityGroupId: world.facilityGroupId } as const;
      expect(await levels(['_NA_'], sku, given)).toEqual({ _NA_: 7 });
      expect(await levels(['_NA_'], await product(), given)).toEqual({});
      const nowhere = levels(['_NA_'], sku, { ...given, facilityGroupId: 'NO_GROUP' });
      expect(await thrownBy(nowhere)).toMatchObject({ code: 'hotwax-group-unknown', scope: 'connection' });
    });

    it('is read before nothing else: what is accepted later is not credited', async () => {
      const sku = await product();
      await set(sku, 'Main Warehouse', 10);
      const calls: string[] = [];
      const account = accountIn(
        world,
        {},
        async (_method, path) => void calls.push(path.split('/').at(-1) ?? '') as unknown as Promise<void>,
      );
      const start = Date.now();
      const [page] = await all(stockPort(account).pull({ facilityIds: ['_NA_'], since: null, skus: [sku] }));
      expect(page?.asOf).toBeGreaterThanOrEqual(start);
      expect(calls.indexOf('orders')).toBeLessThan(calls.indexOf('productFacilities'));
    });

    it('can be set once: by the difference to what is there, each refusal named', async () => {
      const sku = await product();
      const set = connectorIn(world).stock?.setOnHand;
      const level = (facilityId: string, onHand: number, of = sku) => ({ facilityId, sku: of, remoteProductId: null, onHand });
      expect(await set?.([level('MAIN_WH', 12), level('_NA_', 3), level('MAIN_WH', 3, 'NOWHERE')])).toEqual({
        refused: [
          { facilityId: '_NA_', sku, vendorText: expect.stringMatching(/./) as string },
          { facilityId: 'MAIN_WH', sku: 'NOWHERE', vendorText: expect.stringMatching(/NOWHERE/) as string },
        ],
      });
      const writes = () => world.calls().filter(({ path }) => path.endsWith('/updateInventoryByIdentification')).length;
      const before = writes();
      expect(await set?.([level('MAIN_WH', 12)])).toEqual({ refused: [] });
      expect(writes()).toBe(before);
      await set?.([level('MAIN_WH', 5)]);
      expect(await levels(['MAIN_WH'], sku)).toEqual({ MAIN_WH: 5 });
    });
  });

  describe('HotWax: returns', () => {
    const shipped = async () => {
      const one = await taken(order({ A: 2 }, 'MAIN_WH'));
      await world.act('/ship', { reference: one.reference, tracking: 'R' });
      return one;
    };
    const expected = ({ reference, remoteId, sent }: Awaited<ReturnType<typeof shipped>>) => ({
      reference: `${reference}-R1`,
      shopifyReturnId: `gid://shopify/Return/${randomInt(2 ** 40)}`,
      orderReference: reference,
      orderRemoteId: remoteId,
      facilityId: 'MAIN_WH',
      lines: [{ lineId: sent.lines[0]?.lineId ?? '', sku: 'A', quantity: 1, reason: 'SIZE_TOO_SMALL' }],
      note: null,
    });

    it('are announced once, and are not reported before they are received', async () => {
      const one = await shipped();
      const { returns } = one.connector;
      const announced = expected(one);
      const { remoteId } = (await returns?.expect?.(announced)) ?? { remoteId: '' };
      expect(await returns?.expect?.(announced)).toEqual({ remoteId });
      const reported = (await all(returns?.pull({ since: null }))).flatMap((page) => page.returns);
      expect(reported.filter(({ reference }) => reference === one.reference)).toEqual([]);
    });

    it('of lines that the order doesn’t have are named', async () => {
      const one = await shipped();
      const strange = { ...expected(one), lines: [{ lineId: 'gid://shopify/LineItem/1', sku: 'A', quantity: 1, reason: null }] };
      expect(await thrownBy(one.connector.returns?.expect?.(strange) ?? Promise.resolve())).toMatchObject({
        code: 'hotwax-return-lines-unknown',
      });
    });

    it('are read in both envelopes, of which one counts its page only', async () => {
      const one = await shipped();
      await world.act('/return', { reference: one.reference, lines: [{ sku: 'A', quantity: 1 }] });
      for (const wrappedReturns of [0, 1]) {
        await world.act('/limits', { wrappedReturns, pageSize: 1 });
        const found = (await all(one.connector.returns?.pull({ since: null }))).flatMap((page) => page.returns);
        const mine = found.filter(({ reference }) => reference === one.reference);
        expect(mine.map(({ lines }) => lines)).toMatchObject([[{ lineId: one.sent.lines[0]?.lineId, sku: 'A', quantity: 1 }]]);
      }
    });
  });
}
