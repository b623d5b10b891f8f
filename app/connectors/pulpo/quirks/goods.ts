import { randomInt } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { all } from '../../contract/battery-bench.ts';
import { batteryOrder } from '../../contract/battery-samples.ts';
import type { SalesOrder, Shipment } from '../../contract/index.ts';
import * as wire from '../wire.ts';
import { accountIn, connectorIn, warehouseId, type SettingsInput, type World } from './world.ts';

/** What comes out of PULPO: parcels, stock, returns. */
export function describeGoodsQuirks(world: World): void {
  let main = '';
  beforeAll(async () => void (main = await warehouseId(world, 'Main Warehouse')));
  const order = (units: Record<string, number> = { A: 1 }) =>
    batteryOrder({ facilityId: main }, `#G${randomInt(2 ** 40)}`, units);
  const taken = async (given: SettingsInput = {}, sent = order()) => {
    const connector = connectorIn(world, given);
    const { remoteId } = await connector.orders.create(sent);
    const pull = async (since: string | null) => {
      const pages = await all(connector.shipments?.pull({ since }));
      const shipments = pages.flatMap((page) => page.shipments).filter(({ reference }) => reference === sent.reference);
      return { shipments, cursor: pages.at(-1)?.cursor ?? null };
    };
    return { connector, remoteId, reference: sent.reference, sent, pull };
  };
  const brief = (shipments: Shipment[]) =>
    shipments.map(({ lines, tracking }) => [
      lines
        .map(({ sku, quantity }) => `${sku} ${quantity}`)
        .sort()
        .join(' '),
      tracking.map(({ number }) => number).join(),
    ]);

  describe('PULPO: boxes', () => {
    it('reports each box of a packing order with its own label', async () => {
      const { reference, pull } = await taken({}, order({ A: 2, B: 1 }));
      const boxes = [
        { lines: [{ sku: 'A', quantity: 1 }], tracking: 'BOX-1', carrier: 'DHL' },
        {
          lines: [
            { sku: 'A', quantity: 1 },
            { sku: 'B', quantity: 1 },
          ],
          tracking: 'BOX-2',
          carrier: 'UPS',
        },
      ];
      await world.act('/ship', { reference, boxes });
      expect(brief((await pull(null)).shipments).sort()).toEqual([
        ['A 1 B 1', 'BOX-2'],
        ['A 1', 'BOX-1'],
      ]);
    });

    it('ties units to the very line, where two lines have one SKU', async () => {
      const [line] = order().lines;
      const lines = [1, 2].map((number) => ({
        ...line,
        lineId: `gid://shopify/LineItem/9${number}`,
        quantity: number,
      })) as SalesOrder['lines'];
      const { reference, pull } = await taken({}, { ...order(), lines });
      await world.act('/ship', { reference, tracking: 'T' });
      const shipped = (await pull(null)).shipments.flatMap((one) => one.lines);
      expect(shipped.map(({ lineId, quantity }) => `${lineId?.at(-1)} ${quantity}`).sort()).toEqual(['1 1', '2 2']);
    });

    it('reports a box without a label at once, and its tracking when the label came, though nothing else changed', async () => {
      const { reference, pull, connector, remoteId } = await taken();
      await world.act('/ship', { reference, label: 'failed' });
      const first = await pull(null);
      expect(brief(first.shipments)).toEqual([['A 1', '']]);
      // Reading goes far beyond this packing order, which itself never changes again.
      world.advance(3_600_000);
      const later = await taken();
      await world.act('/ship', { reference: later.reference, tracking: 'T' });
      const second = await pull(first.cursor);
      await world.act('/label', { reference, tracking: 'LATE-1', carrier: 'DHL' });
      const third = await pull(second.cursor);
      expect(third.shipments.map(({ remoteId: id, tracking }) => [id, tracking[0]?.number])).toEqual([
        [first.shipments[0]?.remoteId, 'LATE-1'],
      ]);
      expect(brief((await connector.shipments?.ofOrder(remoteId)) ?? [])).toEqual([['A 1', 'LATE-1']]);
      const { shipments, cursor } = await pull(third.cursor);
      expect([shipments, cursor?.includes('|')]).toEqual([[], false]);
    });

    it('reads what was stored no second time, however long nothing else is packed, unless it is asked for from before', async () => {
      const before = await taken();
      await world.act('/ship', { reference: before.reference, tracking: 'BEFORE' });
      const start = await before.pull(null);
      world.advance(10_000);
      const { reference, pull } = await taken();
      await world.act('/ship', { reference, tracking: 'WAVE' });
      world.advance(10_000);
      const last = await taken();
      await world.act('/ship', { reference: last.reference, tracking: 'LAST' });
      const first = await pull(start.cursor);
      expect(brief(first.shipments)).toEqual([['A 1', 'WAVE']]);
      const boxes = () => world.calls().filter(({ operation }) => operation.endsWith('/boxes')).length;
      const read = boxes();
      expect((await pull(first.cursor)).shipments).toEqual([]);
      // The last one's second isn't over.
      expect(boxes() - read).toBe(1);
      expect(brief((await pull(start.cursor)).shipments)).toEqual([['A 1', 'WAVE']]);
      expect(brief((await pull(null)).shipments)).toEqual([['A 1', 'WAVE']]);
    });

    it('keeps a box without a label back where the settings say so, until its label comes', async () => {
      const { reference, pull } = await taken({ unlabelledBoxes: 'wait' });
      await world.act('/ship', { reference, label: 'none' });
      const first = await pull(null);
      expect(first.shipments).toEqual([]);
      world.advance(3_600_000);
      await world.act('/label', { reference, tracking: 'LATE-2' });
      expect(brief((await pull(first.cursor)).shipments)).toEqual([['A 1', 'LATE-2']]);
    });

    it('waits for no label where the shipping method prints none', async () => {
      const { referenceData } = connectorIn(world);
      const pickup = (await referenceData?.list('shipping-method'))?.find(({ label }) => label.startsWith('Pickup'));
      const sent = { ...order(), shipping: { title: 'Pickup', code: 'p', carrier: null, method: pickup?.id ?? null } };
      const { reference, pull } = await taken({ unlabelledBoxes: 'wait' }, sent);
      await world.act('/ship', { reference, label: 'none' });
      expect(brief((await pull(null)).shipments)).toEqual([['A 1', '']]);
    });

    it('says nothing of parcels that belong to orders of others', async () => {
      const account = accountIn(world);
      const { sent } = await taken();
      const mine = await connectorIn(world).orders.find(sent.reference);
      const copy = await account.client.get(`/sales/orders/${mine?.remoteId}`, wire.anything);
      const { third_party_id, items } = copy as { third_party_id: number; items: { product_id: number }[] };
      const reference = `AMZ-${randomInt(2 ** 40)}`;
      const body = {
        order_num: reference,
        type: 'sales_order',
        warehouse_id: Number(main),
        third_party_id,
        items: [{ product_id: items[0]?.product_id, quantity: 1 }],
      };
      await account.client.write('POST', '/sales/orders', { ...body, delivery_date: '2026-12-01 12:00:00' }, wire.salesOrder);
      await world.act('/ship', { reference, tracking: 'NOT-OURS' });
      const pages = await all(connectorIn(world).shipments?.pull({ since: null }));
      expect(JSON.stringify(pages)).not.toContain('NOT-OURS');
    });
  });

  describe('PULPO: returns', () => {
    it('tells goods that can be sold again from those that can not', async () => {
      const { reference, connector } = await taken({}, order({ A: 1, B: 1 }));
      await world.act('/ship', { reference });
      await world.act('/return', {
        reference,
        notes: 'opened',
        lines: [
          { sku: 'A', quantity: 1 },
          { sku: 'B', quantity: 1, state: 'rejected', notes: 'broken' },
        ],
      });
      const returns = (await all(connector.returns?.pull({ since: null })))
        .flatMap((page) => page.returns)
        .filter((one) => one.reference === reference);
      expect(returns).toHaveLength(1);
      expect(returns[0]?.lines.map(({ sku, restocked, lineId }) => [sku, restocked, lineId !== null]).sort()).toEqual([
        ['A', true, true],
        ['B', false, true],
      ]);
      expect(returns[0]?.note).toBe('opened\nB: broken');
    });
  });

  describe('PULPO: stock', () => {
    it('counts per warehouse', async () => {
      const east = await warehouseId(world, 'East Warehouse');
      await world.act('/stock', { sku: 'B', facility: 'East Warehouse', available: 13 });
      const pages = await all(connectorIn(world).stock?.pull({ facilityIds: [east], since: null, skus: ['B'] }));
      expect(pages.flatMap(({ levels }) => levels)).toMatchObject([{ facilityId: east, sku: 'B', available: 13 }]);
    });
  });

  describe('PULPO: what its specification leaves open', () => {
    it('takes no labels at all for no label', async () => {
      const { reference, connector, remoteId } = await taken();
      await world.act('/ship', { reference, tracking: 'UNSEEN' });
      world.fault({
        match: 'GET /packing/orders/:id/boxes/:id/shipment_tracking',
        kind: 'status',
        status: 404,
        body: { errors: { message: 'not found' } },
      });
      expect(brief((await connector.shipments?.ofOrder(remoteId)) ?? [])).toEqual([['A 1', '']]);
    });

    it('reads an availability that comes as one record, or in an envelope', async () => {
      const product = (await connectorIn(world).products?.findBySku(['A']))?.[0];
      const row = { product_id: product?.remoteId, available_quantity: 5, reception_quantity: 0, return_quantity: 0 };
      for (const body of [row, { availabilities: [row], total_results: 1 }, [row]]) {
        world.fault({ match: 'GET /inventory/stocks/availability', kind: 'status', status: 200, body });
        const pages = await all(connectorIn(world).stock?.pull({ facilityIds: [main], since: null, skus: ['A'] }));
        expect(pages.flatMap(({ levels }) => levels)).toMatchObject([{ sku: 'A', available: 5 }]);
      }
    });

    it('does not believe a stock summary that was cut to ten rows', async () => {
      const products = await connectorIn(world).products?.findBySku(['A']);
      const cut = Array.from({ length: 10 }, () => ({ product_id: Number(products?.[0]?.remoteId), sku: 'A', available: 1 }));
      world.fault({ match: 'GET /inventory/stocks/summary', kind: 'status', status: 200, body: cut });
      const pages = await all(connectorIn(world).stock?.pull({ facilityIds: [main], since: null }));
      expect(pages.flatMap(({ levels }) => levels.map(({ sku }) => sku))).toEqual(expect.arrayContaining(['A', 'B', 'C']));
    });
  });
}
