import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { all } from '../../contract/battery-bench.ts';
import { batteryOrder, batteryProduct } from '../../contract/battery-samples.ts';
import type { SalesOrder, Shipment } from '../../contract/index.ts';
import { warehousesOf } from '../facilities.ts';
import { secretOf } from '../inbound.ts';
import * as wire from '../wire.ts';
import { accountIn, connectorIn, warehouseId, type SettingsInput, type World } from './world.ts';

/** What comes out of PULPO: parcels, stock, returns, calls; and products on their way in. */
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
      world.advance(3_600_000);
      await world.act('/label', { reference, tracking: 'LATE-1', carrier: 'DHL' });
      const second = await pull(first.cursor);
      expect(second.shipments.map(({ remoteId: id, tracking }) => [id, tracking[0]?.number])).toEqual([
        [first.shipments[0]?.remoteId, 'LATE-1'],
      ]);
      expect(brief((await connector.shipments?.ofOrder(remoteId)) ?? [])).toEqual([['A 1', 'LATE-1']]);
      expect((await pull(second.cursor)).cursor).not.toContain('|');
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

  describe('PULPO: products', () => {
    const product = (sku = `P-${randomInt(2 ** 40)}`) => batteryProduct(sku);
    const shown = async (sku: string) =>
      (await accountIn(world).client.list('/inventory/products', 'products', wire.product, { sku }))[0];

    it('sends many in one call; what is refused there is named one by one', async () => {
      const { products } = connectorIn(world);
      const many = Array.from({ length: 6 }, () => product());
      const results = (await products?.upsert(many.map((one, index) => (index === 2 ? { ...one, title: '' } : one)))) ?? [];
      const outcomes = many.map(({ variantId }) => results.find((one) => one.variantId === variantId)?.outcome);
      expect(outcomes).toEqual(['created', 'created', 'refused', 'created', 'created', 'created']);
      expect(results.find(({ outcome }) => outcome === 'refused')).toMatchObject({
        field: 'name',
        vendorText: expect.stringContaining('name') as string,
      });
      expect(world.calls().filter(({ operation }) => operation === 'POST /inventory/bulk/products').length).toBeGreaterThan(0);
    });

    it('updates many in one call, and says which needed nothing', async () => {
      const { products } = connectorIn(world);
      const many = Array.from({ length: 5 }, () => product());
      await products?.upsert(many);
      const changed = many.map((one, index) => (index === 0 ? one : { ...one, title: 'New name' }));
      const results = (await products?.upsert(changed)) ?? [];
      expect(results.map(({ outcome }) => outcome).sort()).toEqual(['unchanged', 'updated', 'updated', 'updated', 'updated']);
      expect((await shown(many[1]?.sku ?? ''))?.name).toBe('New name');
    });

    it('makes no twin of a product whose answer was lost', async () => {
      const { products } = connectorIn(world);
      const one = product();
      world.fault({ match: 'POST /inventory/products', kind: 'timeout-after-commit', ms: 4000 });
      await expect(products?.upsert([one])).rejects.toMatchObject({ kind: 'transient', mayHaveLanded: true });
      expect(await products?.upsert([one])).toMatchObject([{ outcome: 'unchanged' }]);
      const found = await accountIn(world).client.list('/inventory/products', 'products', wire.product, { sku: one.sku });
      expect(found).toHaveLength(1);
    });

    it('leaves barcodes and the management type that people set in PULPO', async () => {
      const { products } = connectorIn(world);
      const account = accountIn(world);
      const one = { ...product(), barcode: '4006381333931' };
      const [made] = (await products?.upsert([one])) ?? [];
      const id = made && 'remoteId' in made ? made.remoteId : '';
      await account.client.write(
        'PUT',
        `/inventory/products/${id}`,
        { sku: one.sku, name: one.title, barcodes: ['4006381333931', 'BOX-4006'], management_type: 'lot' },
        wire.product,
      );
      await products?.upsert([{ ...one, barcode: '4006381333948', title: 'Renamed' }]);
      expect(await shown(one.sku)).toMatchObject({
        name: 'Renamed',
        management_type: 'lot',
        barcodes: ['4006381333948', '4006381333931', 'BOX-4006'],
      });
    });

    it('finds a product by SKU again when its link leads nowhere', async () => {
      const { products } = connectorIn(world);
      const one = product();
      const [made] = (await products?.upsert([one])) ?? [];
      const again = await products?.upsert([{ ...one, remoteId: '99999999', title: 'Found again' }]);
      expect(again).toMatchObject([{ outcome: 'updated', remoteId: made && 'remoteId' in made ? made.remoteId : '' }]);
    });
  });

  describe('PULPO: calls to us', () => {
    const calls: { url: string; body: string }[] = [];
    const address = 'http://127.0.0.1:3198/inbound/token';
    let stop: () => Promise<void> = () => Promise.resolve();
    beforeAll(async () => void (stop = await world.listen(3198, (call) => void calls.push(call))));
    afterAll(() => stop());
    const hooks = () => accountIn(world).client.list('/webhook/', 'webhooks', wire.webhook);
    const receive = (given: { url: string; body: string }, settings: SettingsInput = {}) =>
      connectorIn(world, settings).inbound?.receive({
        method: 'POST',
        path: '',
        query: new URL(given.url).searchParams,
        headers: new Headers(),
        body: given.body,
      });

    it('registers one address in each warehouse of the user, once, and takes it away', async () => {
      const { inbound } = connectorIn(world);
      await inbound?.subscribe?.(address);
      await inbound?.subscribe?.(address);
      const { usable } = await warehousesOf(accountIn(world));
      expect((await hooks()).map(({ warehouse_id: id }) => id).sort()).toEqual(usable.map(({ id }) => id).sort());
      await connectorIn(world, { stockOnCounts: false }).inbound?.subscribe?.(address);
      expect((await hooks()).some(({ allowed_types: types }) => types.includes('counting_task_closed'))).toBe(false);
      await connectorIn(world, { webhooks: false }).inbound?.subscribe?.(address);
      expect(await hooks()).toEqual([]);
    });

    it('understands what PULPO sends: hints, each under an id of its own', async () => {
      const { connector, reference, remoteId } = await taken();
      await connector.inbound?.subscribe?.(address);
      await connector.orders.cancel?.(remoteId, 'customer');
      await expect.poll(() => calls.some(({ body }) => body.includes('sales_order_cancelled')), { timeout: 20_000 }).toBe(true);
      const call = calls.find(({ body }) => body.includes('sales_order_cancelled'));
      const { hints, response } = (await receive(call ?? { url: address, body: '' })) ?? { hints: [], response: null };
      expect(response).toMatchObject({ status: 200 });
      expect(hints).toContainEqual({ eventId: expect.stringMatching(/ orders$/) as string, about: 'orders', subject: reference });
      expect(new Set(hints.map(({ eventId }) => eventId)).size).toBe(hints.length);
      await connector.inbound?.unsubscribe?.(address);
      expect(await hooks()).toEqual([]);
    });

    it('refuses a call without our secret or without sense', async () => {
      const { context } = accountIn(world);
      const good = `${address}?secret=${secretOf(context)}`;
      const body = JSON.stringify({ id: 'e-1', type: 'packing_box_closed', data: {} });
      expect(await receive({ url: good, body })).toMatchObject({
        hints: [{ eventId: 'e-1 shipments', about: 'shipments', subject: null }],
      });
      expect(await receive({ url: good, body: JSON.stringify({ id: 'e-2', type: 'something_new', data: null }) })).toMatchObject({
        hints: [],
      });
      await expect(receive({ url: address, body })).rejects.toMatchObject({ code: 'pulpo-call-refused' });
      await expect(receive({ url: `${address}?secret=${'0'.repeat(40)}`, body })).rejects.toMatchObject({
        code: 'pulpo-call-refused',
      });
      await expect(receive({ url: good, body: 'hello' })).rejects.toMatchObject({ code: 'pulpo-call-unreadable' });
    });
  });
}
