import { describe, expect, it } from 'vitest';
import { all } from '../../contract/battery-bench.ts';
import type { Shipment } from '../../contract/index.ts';
import { ordersListed } from '../order-lists.ts';
import { shipmentsPort } from '../shipments.ts';
import { stockPort } from '../stock.ts';
import { accountIn, connectorIn, orderIn, ordersIn, warehouseId, type SettingsInput, type World } from './world.ts';

/** What comes back from IM: cartons and inventory. */
export function describeGoodsQuirks(world: World): void {
  const shipped = async (units: Record<string, number>, ship: object): Promise<Shipment[]> => {
    const sent = await orderIn(world, units);
    await connectorIn(world).orders.create(sent);
    await world.settle();
    await world.act('/ship', { reference: sent.reference, ...ship });
    await world.settle();
    return (await connectorIn(world).shipments?.ofOrder(sent.reference)) ?? [];
  };
  const shown = (shipments: Shipment[]) =>
    shipments
      .map(
        ({ tracking, lines }) => `${tracking[0]?.number}: ${lines.map(({ sku, quantity }) => `${sku} ${quantity}`).join(', ')}`,
      )
      .sort();

  describe('Integration Manager: cartons', () => {
    it('of one despatch are shipments of their own, with carrier, link and lots', async () => {
      const found = await shipped(
        { A: 3, B: 1 },
        {
          boxes: [
            { lines: [{ sku: 'A', quantity: 2, lot: 'L-7' }], tracking: '1Z-1', carrier: 'UPS' },
            {
              lines: [
                { sku: 'A', quantity: 1 },
                { sku: 'B', quantity: 1 },
              ],
              tracking: '1Z-2',
              carrier: 'FEDEX',
            },
          ],
        },
      );
      expect(shown(found)).toEqual(['1Z-1: A 2', '1Z-2: A 1, B 1']);
      expect(found.find(({ note }) => note !== null)).toMatchObject({
        note: 'A: L-7 × 2',
        tracking: [{ number: '1Z-1', carrier: 'UPS', url: expect.stringContaining('1Z-1') as string }],
      });
      expect(found.map(({ tracking }) => tracking[0]?.carrier).sort()).toEqual(['FedEx', 'UPS']);
      expect(new Set(found.map(({ remoteId }) => remoteId)).size).toBe(2);
    });

    it('under one tracking number keep their ids when another joins them', async () => {
      const box = (sku: string) => ({ lines: [{ sku, quantity: 1 }], tracking: 'SAME-1', carrier: 'UPS' });
      const sent = await orderIn(world, { A: 1, B: 1, C: 1 });
      const { orders, shipments } = connectorIn(world);
      await orders.create(sent);
      await world.settle();
      const seen = new Map<string, string>();
      for (const boxes of [[box('A')], [box('B'), box('C')]]) {
        await world.act('/ship', { reference: sent.reference, boxes });
        await world.settle();
        for (const one of (await shipments?.ofOrder(sent.reference)) ?? []) {
          const [line] = one.lines;
          expect(seen.get(one.remoteId) ?? line?.sku).toBe(line?.sku);
          seen.set(one.remoteId, line?.sku ?? '');
        }
      }
      expect([...seen.values()].sort()).toEqual(['A', 'B', 'C']);
    });

    it('name the order’s line, except where two lines have the SKU', async () => {
      const one = await orderIn(world, { A: 1, B: 2 });
      const [first, second] = one.lines;
      if (!first || !second) throw new Error('An order of two lines was expected');
      const twice = {
        ...one,
        lines: [first, second, { ...second, lineId: 'gid://shopify/LineItem/7', quantity: 1, total: 1000 }],
      };
      await connectorIn(world).orders.create({ ...twice, total: { amount: 4500, currency: 'EUR' } });
      await world.settle();
      await world.act('/ship', { reference: one.reference });
      await world.settle();
      const [shipment] = (await connectorIn(world).shipments?.ofOrder(one.reference)) ?? [];
      expect(shipment?.lines).toEqual([
        { lineId: first.lineId, sku: 'A', quantity: 1 },
        { lineId: null, sku: 'B', quantity: 3 },
      ]);
    });

    it('are confirmed by tracking number once Shopify has them, and the order once all are', async () => {
      const found = await shipped(
        { A: 2 },
        { boxes: ['C-1', 'C-2'].map((tracking) => ({ lines: [{ sku: 'A', quantity: 1 }], tracking })) },
      );
      const reference = found[0]?.reference ?? '';
      const port = shipmentsPort(accountIn(world));
      const state = async () => (await ordersIn(world, reference))[0]?.state;
      const before = await state();
      await port.confirm(reference, ['C-1']);
      await port.confirm(reference, ['C-1']);
      expect(await state()).toBe(before);
      await port.confirm(reference, ['C-2']);
      await world.settle();
      expect(await connectorIn(world).orders.find(reference)).toMatchObject({ state: 'shipped' });
      expect(
        (await all(ordersListed(accountIn(world), 'shipped_or_confirmed', null))).flatMap(({ orders }) => orders),
      ).toContainEqual(expect.objectContaining({ cust_ref: reference, order_status: 'confirmed' }));
      await expect(port.confirm(reference, ['NOT-ONE'])).rejects.toMatchObject({ code: 'extensiv-refused' });
    });

    it('that left while a list was read are not skipped: it is read again, and the cursor stays where it cannot be', async () => {
      const references: string[] = [];
      const leave = async () => {
        const sent = await orderIn(world, { A: 2 });
        await connectorIn(world).orders.create(sent);
        await world.settle();
        await world.act('/ship', {
          reference: sent.reference,
          lines: [{ sku: 'A', quantity: 1 }],
          tracking: `MOVE-${sent.reference}`,
        });
        await world.settle();
        references.push(sent.reference);
        return sent.reference;
      };
      const since = new Date(world.now()).toISOString();
      world.advance(3_600_000);
      for (let count = 0; count < 5; count += 1) await leave();
      const [first = ''] = references;
      let pages = 0;
      // The first of the list ships the rest between two pages: it leaves the list and all others move up one place.
      const moving = accountIn(world, {}, async (path) => {
        if (!path.endsWith('/list/partial')) return;
        pages += 1;
        if (pages !== 2) return;
        await world.act('/ship', { reference: first, tracking: 'MOVE-REST' });
        await world.settle();
      });
      const read = await all(shipmentsPort(moving, 2).pull({ since }));
      const seen = new Set(read.flatMap(({ shipments }) => shipments.map(({ reference }) => reference)));
      expect(references.filter((reference) => !seen.has(reference))).toEqual([]);
      const restless = accountIn(world, {}, async (path) => {
        if (path.endsWith('/list/partial')) await leave();
      });
      const unsettled = await all(shipmentsPort(restless, 2).pull({ since }));
      expect(unsettled.at(-1)?.cursor).toBe(since);
    }, 60_000);

    it('of the last minutes are read again, for lists lag', async () => {
      await world.act('/limits', { listLagSeconds: 600 });
      const sent = await orderIn(world, { A: 1 });
      const { orders, shipments } = connectorIn(world);
      await orders.create(sent);
      await world.settle();
      await world.act('/ship', { reference: sent.reference, tracking: 'LAG-1' });
      await world.settle();
      const pulled = async (since: string | null) => {
        const pages = await all(shipments?.pull({ since }));
        return {
          cursor: pages.at(-1)?.cursor ?? null,
          references: pages.flatMap((page) => page.shipments.map(({ reference }) => reference)),
        };
      };
      const first = await pulled(new Date(world.now()).toISOString());
      expect(first.references).not.toContain(sent.reference);
      world.advance(700_000);
      expect((await pulled(first.cursor)).references).toContain(sent.reference);
      await world.act('/limits', { listLagSeconds: 1 });
    });
  });

  describe('Integration Manager: inventory', () => {
    const levels = async (settings: SettingsInput, facilityIds: string[], skus?: string[], pageSize?: number) =>
      (
        await all(stockPort(accountIn(world, settings), pageSize).pull({ facilityIds, since: null, ...(skus ? { skus } : {}) }))
      ).flatMap((page) => page.levels);

    it('is given warehouse by warehouse or all together, and never of one that is excluded', async () => {
      for (const [facility, available] of [
        ['Main Warehouse', 12],
        ['East Warehouse', 5],
        ['Old Depot', 99],
      ] as const)
        await world.act('/stock', { sku: 'C', facility, available });
      await world.settle();
      const [main, east] = [await warehouseId(world, 'Main Warehouse'), await warehouseId(world, 'East Warehouse')];
      expect((await levels({}, [main, east])).filter(({ sku }) => sku === 'C').map(({ available }) => available)).toEqual([
        12, 5,
      ]);
      const combined = connectorIn(world, { stockFrom: 'combined' });
      const [whole] = await combined.facilities.list();
      expect(await combined.facilities.list()).toHaveLength(1);
      expect(await levels({ stockFrom: 'combined' }, [whole?.id ?? ''], ['C'])).toMatchObject([{ sku: 'C', available: 17 }]);
      expect((await connectorIn(world).facilities.list()).map(({ name }) => name)).not.toContain('Old Depot');
    });

    it('is matched by the chosen alias, and a product without one is left alone', async () => {
      const products = [
        { sku: 'AL-1', aliases: { UPC: '0123' } },
        { sku: 'AL-2', aliases: { UPC: '0456', ASIN: 'B00' } },
        { sku: 'AL-3', aliases: { UPC: '0456' } },
        { sku: 'AL-4' },
      ];
      await world.act('/products', { products });
      for (const [index, { sku }] of products.entries())
        await world.act('/stock', { sku, facility: 'Main Warehouse', available: 10 + index });
      await world.settle();
      const main = await warehouseId(world, 'Main Warehouse');
      const byAlias = await levels({ aliasType: 'UPC' }, [main]);
      // The same alias on two products: the lower figure never oversells.
      expect(byAlias.map(({ sku, available }) => `${sku} ${available}`).sort()).toEqual(['0123 10', '0456 11']);
      expect(await levels({ aliasType: 'UPC' }, [main], ['0123'])).toMatchObject([{ sku: '0123', available: 10 }]);
    });

    it('is read to its end over pages, each SKU once, also one whose name must be escaped', async () => {
      const products = [...Array.from({ length: 9 }, (_, index) => ({ sku: `LONG-${index}` })), { sku: 'A/B #1 + ü' }];
      await world.act('/products', { products });
      for (const { sku } of products) await world.act('/stock', { sku, facility: 'Main Warehouse', available: 4 });
      await world.settle();
      const main = await warehouseId(world, 'Main Warehouse');
      const skus = (await levels({}, [main], undefined, 3)).map(({ sku }) => sku);
      expect(products.filter(({ sku }) => skus.filter((one) => one === sku).length !== 1)).toEqual([]);
      expect(await levels({}, [main], ['A/B #1 + ü'])).toMatchObject([{ available: 4 }]);
      const many = products.map(({ sku }) => sku).concat(Array.from({ length: 40 }, (_, index) => `NONE-${index}`));
      const before = world.calls().length;
      expect(await levels({}, [main], many)).toHaveLength(products.length);
      expect(world.calls().length - before).toBeLessThan(5);
    });
  });
}
