import { randomInt } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryRecords } from '../../contract/battery.ts';
import type { Connector, RemoteOrder, Shipment, StockLevel } from '../../contract/index.ts';
import { connectorIn, orderOf, type SettingsInput, type World } from './world.ts';

const thrown = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);
const minute = 60_000;

async function shipmentsOf(connector: Connector, { reference }: RemoteOrder, since: string | null = null): Promise<Shipment[]> {
  const found: Shipment[] = [];
  for await (const page of connector.shipments?.pull({ since }) ?? []) found.push(...page.shipments);
  return found.filter((one) => one.reference === reference);
}

async function levelsOf(
  { stock }: Connector,
  request: { facilityIds?: string[]; since?: number | null; skus?: string[] } = {},
): Promise<StockLevel[]> {
  const found: StockLevel[] = [];
  for await (const { levels } of stock?.pull({ facilityIds: ['5', '6', '7', '8'], since: null, ...request }) ?? [])
    found.push(...levels);
  return found;
}

/** Shipments, stock, products and returns over REST. */
export function describeGoodsQuirks(world: World): void {
  afterEach(() => world.clearFaults());
  const units = ({ lines }: Shipment) => lines.map(({ sku, quantity }) => `${sku} ${quantity}`).sort();
  const plain: SettingsInput = { statusExportId: 103 };

  describe('OrderWise over REST: shipments', () => {
    it('have each delivery’s lines with our line ids, its couriers and links', async () => {
      const connector = connectorIn(world);
      const sent = orderOf({ A: 2, B: 1 });
      const made = await connector.orders.create(sent);
      const boxes = [
        { lines: [{ sku: 'A', quantity: 2 }], consignments: ['ONE', 'TWO'], carrier: 'DPD' },
        { lines: [{ sku: 'B', quantity: 1 }], carrier: 'Van' },
      ];
      await world.act('/ship', { reference: sent.reference, boxes });
      const [first, second] = await shipmentsOf(connector, made);
      expect(first).toMatchObject({
        facilityId: '5',
        lines: [{ lineId: sent.lines[0]?.lineId, sku: 'A', quantity: 2 }],
        tracking: [
          { number: 'ONE', carrier: 'DPD', url: 'https://track.dpd.co.uk/search?reference=ONE' },
          { number: 'TWO', carrier: 'DPD', url: null },
        ],
      });
      expect(second).toMatchObject({ lines: [{ sku: 'B', quantity: 1 }], tracking: [] });
      expect(Math.abs(Date.parse(first?.shippedAt ?? '') - world.nowMs())).toBeLessThan(minute);
    });

    it('are one for each stock location of a delivery', async () => {
      const connector = connectorIn(world);
      const sent = orderOf({ A: 1, B: 1 });
      const [first] = sent.lines;
      const made = await connector.orders.create({ ...sent, lines: [...sent.lines, { ...first!, facilityId: '6' }] });
      await world.act('/ship', { reference: sent.reference, tracking: 'BOTH' });
      const found = await shipmentsOf(connector, made);
      expect(found.map(({ facilityId, lines }) => [facilityId, ...lines.map(({ sku }) => sku)])).toEqual([
        ['5', 'A', 'B'],
        ['6', 'A'],
      ]);
      expect(found[1]?.lines[0]?.lineId).toBe(first?.lineId);
      expect(new Set(found.map(({ remoteId }) => remoteId)).size).toBe(2);
    });

    it('wait for the whole order where the export tells no lines, and the partial despatch is named meanwhile', async () => {
      const connector = connectorIn(world, plain);
      const since = new Date(world.nowMs()).toISOString();
      const made = await connector.orders.create(orderOf({ A: 2, B: 1 }));
      const { reference } = made;
      const heard = async () => {
        const found: string[] = [];
        for await (const page of connector.orders.changes?.({ since }) ?? []) found.push(...page.references);
        return found.includes(reference);
      };
      await world.act('/ship', { reference, lines: [{ sku: 'A', quantity: 1 }], tracking: 'P1' });
      expect(await shipmentsOf(connector, made)).toEqual([]);
      expect(await heard()).toBe(true);
      expect(await connector.orders.find(reference)).toMatchObject({
        state: 'partly-shipped',
        trouble: expect.stringMatching(/Partially despatched/) as string,
      });
      await world.act('/ship', { reference, tracking: 'P2' });
      const whole = await shipmentsOf(connector, made);
      expect(whole.map(units)).toEqual([['A 2', 'B 1']]);
      expect(whole[0]?.tracking.map(({ number }) => number)).toEqual(['P1', 'P2']);
      expect(await heard()).toBe(true);
      expect(await connector.orders.find(reference)).toMatchObject({ state: 'shipped', trouble: null });
    });

    it('name no trouble for a partial despatch whose lines the export tells', async () => {
      const connector = connectorIn(world);
      const made = await connector.orders.create(orderOf({ A: 2 }));
      await world.act('/ship', { reference: made.reference, lines: [{ sku: 'A', quantity: 1 }], tracking: 'X1' });
      expect((await shipmentsOf(connector, made)).map(units)).toEqual([['A 1']]);
      expect(await connector.orders.find(made.reference)).toMatchObject({ state: 'partly-shipped', trouble: null });
    });

    it('have no tracking for what was completed without a delivery', async () => {
      const connector = connectorIn(world);
      const made = await connector.orders.create(orderOf({ A: 1 }));
      await world.act('/status', { reference: made.reference, status: 'Completed' });
      expect(await shipmentsOf(connector, made)).toMatchObject([{ lines: [{ sku: 'A', quantity: 1 }], tracking: [] }]);
    });

    it('stand for the whole order where the export tells no lines and what it held is forgotten', async () => {
      const records = memoryRecords(() => world.nowMs());
      const connector = connectorIn(world, plain, { records });
      const made = await connector.orders.create(orderOf({ A: 1 }));
      await records.remove('order', [made.reference]);
      await world.act('/ship', { reference: made.reference, tracking: 'LATE' });
      expect(await shipmentsOf(connector, made)).toMatchObject([{ lines: [], tracking: [{ number: 'LATE' }], cancelled: false }]);
    });

    it('use a window of minutes while it reaches back far enough, then the definition for everything, else say what was missed', async () => {
      const windowed = { statusExportId: 112, statusExportStyle: 'window', statusWindowMinutes: 60 } as const;
      const records = memoryRecords(() => world.nowMs());
      const connector = connectorIn(world, windowed, { records });
      const made = await connector.orders.create(orderOf({ A: 1 }));
      await world.act('/ship', { reference: made.reference, tracking: 'W1' });
      const since = new Date(world.nowMs()).toISOString();
      world.advance(30 * minute);
      expect(await shipmentsOf(connector, made, since)).toHaveLength(1);
      world.advance(45 * minute);
      expect(await thrown(shipmentsOf(connector, made, since))).toMatchObject({
        code: 'orderwise-window-missed',
        params: { id: 112, window: 60, missed: 75 },
      });
      const whole = (await world.act('/export', { kind: 'status-lines' })) as { id: number };
      const repaired = connectorIn(world, { ...windowed, fullStatusExportId: whole.id }, { records });
      expect(await shipmentsOf(repaired, made, since)).toHaveLength(1);
    });

    it('name a column that the export lacks', async () => {
      const made = (await world.act('/export', { kind: 'status-lines', since: true, columns: { orderReference: null } })) as {
        id: number;
      };
      const connector = connectorIn(world, { statusExportId: made.id });
      const order = await connector.orders.create(orderOf({ A: 1 }));
      expect(await thrown(shipmentsOf(connector, order))).toMatchObject({
        code: 'orderwise-export-column',
        params: { column: 'orderReference' },
      });
    });
  });

  describe('OrderWise over REST: stock', () => {
    it('is told by location, with kits as what can be built, and alternate codes', async () => {
      const sku = `S${randomInt(2 ** 40)}`;
      await world.act('/product', { sku, alternates: [`${sku}-ALT`] });
      await world.act('/product', { sku: `${sku}-KIT`, kit: [{ sku, quantity: 2 }] });
      await world.act('/stock', { sku, facility: 'Main Warehouse', available: 7 });
      await world.act('/stock', { sku, facility: 'Downtown Store', available: 3 });
      const found = (await levelsOf(connectorIn(world))).filter((level) => level.sku.startsWith(sku));
      const at = (code: string, facilityId: string) =>
        found.find((level) => level.sku === code && level.facilityId === facilityId)?.available;
      expect([at(sku, '5'), at(sku, '7'), at(sku, '8'), at(`${sku}-ALT`, '5'), at(`${sku}-KIT`, '5')]).toEqual([
        7,
        3,
        undefined,
        7,
        5,
      ]);
    });

    it('without locations lies in the one of the settings, and nowhere without them', async () => {
      const sku = `L${randomInt(2 ** 40)}`;
      await world.act('/product', { sku: ` ${sku} ` });
      await world.act('/stock', { sku: ` ${sku} `, facility: 'East Warehouse', available: -2.5 });
      const single: SettingsInput = { stockExportId: 101, kitExportId: null };
      expect(await thrown(levelsOf(connectorIn(world, single)))).toMatchObject({ code: 'orderwise-stock-location-missing' });
      const found = await levelsOf(connectorIn(world, { ...single, stockLocation: 'downtown store' }));
      expect(found.find((level) => level.sku === sku)).toMatchObject({ facilityId: '7', available: -3 });
      expect(await levelsOf(connectorIn(world, { ...single, stockLocation: '7' }), { facilityIds: ['5'] })).toEqual([]);
    });

    it('with a window of its own is read whole at first and after a gap', async () => {
      const connector = connectorIn(world, {
        ...{ stockExportId: 110, stockExportStyle: 'window', stockWindowMinutes: 30, fullStockExportId: 116, kitExportId: null },
      });
      const ran = async (since: number | null) => {
        const before = world.calls().length;
        await levelsOf(connector, { since });
        return world
          .calls()
          .slice(before)
          .map(({ path }) => path.split('/').at(-1));
      };
      expect(await ran(null)).toContain('116');
      expect(await ran(world.nowMs() - 20 * minute)).toContain('110');
      expect(await ran(world.nowMs() - 40 * minute)).toContain('116');
    });

    it('is named where the user may not run export definitions', async () => {
      await world.act('/user', { username: 'no_stock', password: 'secret-enough', lacks: ['API Export Definitions'] });
      const connector = connectorIn(world, { username: 'no_stock', password: 'secret-enough' });
      expect(await thrown(levelsOf(connector))).toMatchObject({
        code: 'orderwise-right-missing',
        params: { right: 'API Export Definitions', verb: 'POST' },
      });
    });
  });

  describe('OrderWise over REST: products and returns', () => {
    const product = (sku: string) => ({
      ...{
        variantId: `gid://shopify/ProductVariant/${sku}`,
        productId: 'gid://shopify/Product/1',
        sku,
        barcode: null,
        title: 'New',
      },
      ...{
        variantTitle: 'Red',
        productType: '',
        vendor: '',
        tags: [],
        price: { amount: 1, currency: 'GBP' },
        cost: null,
        weight: null,
      },
      ...{ countryOfOrigin: null, hsCode: null, imageUrl: null, active: true, storeId: null, remoteId: null },
      ...{ options: [], attributes: {}, inventoryItemId: 'gid://shopify/InventoryItem/1' },
    });

    it('are linked and left as they are, and made only where a template is named', async () => {
      const connector = connectorIn(world);
      const [known, unknown] = (await connector.products?.upsert([product('A'), product('NEW-1')])) ?? [];
      expect(known).toMatchObject({ outcome: 'unchanged' });
      expect(unknown).toMatchObject({ outcome: 'refused', field: 'sku' });
      expect(await connector.products?.findBySku(['A'])).toMatchObject([{ sku: 'A', title: 'Article A' }]);
      const [made] = (await connectorIn(world, { templateVariantId: 40_001 }).products?.upsert([product('NEW-1')])) ?? [];
      expect(made).toMatchObject({ outcome: 'created' });
      expect(await connector.products?.findBySku(['NEW-1'])).toMatchObject([{ title: 'New – Red' }]);
    });

    it('are told by a product export, every column under the merchant’s own name, since a moment or all at once', async () => {
      const definition = async (since: boolean) =>
        (await world.act('/export', {
          kind: 'products',
          since,
          windowMinutes: null,
          columns: { brand: 'Marke', weight: null },
        })) as {
          id: number;
        };
      const toldBy = async (settings: SettingsInput, since: number | null) => {
        const pages = [];
        for await (const page of connectorIn(world, settings).products?.updates?.({ since }) ?? []) pages.push(page);
        return pages;
      };
      const [page] = await toldBy({ productExportId: (await definition(true)).id }, null);
      const told = page?.updates.find(({ sku }) => sku === 'A');
      expect(told).toMatchObject({ sku: 'A', title: 'Article A', fields: { name: 'Article A' } });
      expect(Object.keys(told?.fields ?? {})).not.toContain('weight');
      expect(Math.abs((page?.upTo ?? 0) - world.nowMs())).toBeLessThan(minute);
      const all = await toldBy({ productExportId: (await definition(false)).id, productExportStyle: 'all' }, world.nowMs());
      expect(all[0]?.updates.map(({ sku }) => sku)).toContain('A');
      expect(connectorIn(world, { productExportId: null }).products?.updates).toBeUndefined();
    });

    it('are told of an order that is forgotten with a database that was put back, and of no other that we don’t know', async () => {
      const order = orderOf({ A: 2 });
      await connectorIn(world).orders.create(order);
      await world.act('/ship', { reference: order.reference });
      await world.act('/return', { reference: order.reference, lines: [{ sku: 'A', quantity: 1 }] });
      for (const lacking of [true, false]) {
        const records = { ...memoryRecords(() => world.nowMs()), mayLack: () => lacking };
        const found = [];
        for await (const { returns } of connectorIn(world, {}, { records }).returns?.pull({ since: null }) ?? [])
          found.push(...returns);
        expect(found.filter(({ reference }) => reference === order.reference)).toMatchObject(
          lacking ? [{ lines: [{ lineId: null, sku: 'A', quantity: 1 }] }] : [],
        );
      }
    });

    it('are one return for the whole order where its status says refunded and no export tells lines', async () => {
      const connector = connectorIn(world, { refundedStatuses: 'Credited', returnExportId: null });
      const sent = orderOf({ A: 2, B: 1 });
      const { reference } = await connector.orders.create(sent);
      await world.act('/ship', { reference });
      await world.act('/status', { reference, status: 'Credited' });
      const found = [];
      for await (const { returns } of connector.returns?.pull({ since: null }) ?? []) found.push(...returns);
      expect(found.filter((one) => one.reference === reference)).toMatchObject([
        {
          lines: sent.lines.map(({ lineId, sku, quantity }) => ({ lineId, sku, quantity, restocked: false })),
          receivedAt: null,
        },
      ]);
      const before = world.calls().length;
      for await (const { returns } of connectorIn(world, { returnExportId: null }).returns?.pull({ since: null }) ?? [])
        expect(returns).toEqual([]);
      expect(world.calls()).toHaveLength(before);
    });
  });

  describe('OrderWise over REST: customers’ credit', () => {
    it('is told in minor units, with no e-mail address where OrderWise keeps something else', async () => {
      const { exports } = (await world.act('/exports')) as { exports: { id: number; kind: string }[] };
      const creditExportId = exports.find(({ kind }) => kind === 'credit')?.id ?? 0;
      const read = async (connector: Connector) => {
        const found = [];
        for await (const page of connector.customers?.credit({ since: null }) ?? []) found.push(...page.customers);
        return found;
      };
      expect(await read(connectorIn(world, { creditExportId }))).toContainEqual({
        remoteId: 'HARB001',
        email: null,
        available: 374_950,
        used: 125_050,
      });
      expect(connectorIn(world).customers).toBeUndefined();
      expect(await thrown(read(connectorIn(world, { creditExportId: 101, creditExportStyle: 'since' })))).toMatchObject({
        code: 'orderwise-export-column',
      });
    });
  });
}
