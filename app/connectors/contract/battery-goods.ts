import { describe, expect } from 'vitest';
import { all, type Bench } from './battery-bench.ts';
import { batteryProduct } from './battery-samples.ts';
import type { Shipment } from './shipments.ts';

const reads = (shipment: Shipment) => shipment.tracking.map(({ number }) => number).join();

/** What a back office reports: shipments, stock, returns. */
export function describeGoods({ rig, definition, nextReference, order, settle, when }: Bench): void {
  const { connector, side, facilityId } = rig;
  const { capabilities } = definition;
  const [skuA, skuB, skuC] = rig.skus;

  const withShipments = when(connector.shipments !== undefined, 'it reports no shipments');
  describe('shipments', () => {
    const pull = (since: string | null) => all(connector.shipments?.pull({ since }));
    const pulled = async (since: string | null) => (await pull(since)).flatMap(({ shipments }) => shipments);

    withShipments('reports what left, with lines and tracking', async () => {
      const sent = order({ [skuA]: 2, [skuB]: 1 });
      const { remoteId } = await connector.orders.create(sent);
      await side.ship(sent.reference, undefined, 'TRACK-1');
      await settle();
      const mine = (await pulled(null)).filter(({ reference }) => reference === sent.reference);
      expect(mine.length).toBeGreaterThan(0);
      expect(mine.map(reads)).toContain('TRACK-1');
      const units = mine.flatMap(({ lines }) => lines.map(({ sku, quantity }) => `${sku} ${quantity}`));
      expect(units.sort()).toEqual([`${skuA} 2`, `${skuB} 1`].sort());
      expect(Number.isNaN(Date.parse(mine[0]?.shippedAt ?? ''))).toBe(false);
      expect((await connector.shipments?.ofOrder(remoteId))?.map(({ remoteId: id }) => id).sort()).toEqual(
        mine.map(({ remoteId: id }) => id).sort(),
      );
    });

    when(connector.shipments !== undefined && capabilities.partialShipments, 'it ships whole orders only')(
      'reports each part of an order once under its own id',
      async () => {
        const sent = order({ [skuA]: 3, [skuB]: 1 });
        await connector.orders.create(sent);
        await side.ship(sent.reference, [{ sku: skuA, quantity: 1 }], 'PART-1');
        await side.ship(
          sent.reference,
          [
            { sku: skuA, quantity: 2 },
            { sku: skuB, quantity: 1 },
          ],
          'PART-2',
        );
        await settle();
        const mine = (await pulled(null)).filter(({ reference }) => reference === sent.reference);
        const byTracking = new Map(
          mine.map((shipment) => [reads(shipment), shipment.lines.map(({ sku, quantity }) => `${sku} ${quantity}`).sort()]),
        );
        expect(byTracking.get('PART-1')).toEqual([`${skuA} 1`]);
        expect(byTracking.get('PART-2')).toEqual([`${skuA} 2`, `${skuB} 1`].sort());
        expect(new Set(mine.map(({ remoteId }) => remoteId)).size).toBe(2);
      },
    );

    withShipments('loses nothing over page boundaries, whichever cursor reading resumes from', async () => {
      const count = (rig.pageSize?.shipments ?? 2) * 2 + 1;
      const references: string[] = [];
      for (let made = 0; made < count; made++) {
        const sent = order({ [skuA]: 1 });
        await connector.orders.create(sent);
        await side.ship(sent.reference, undefined, `PAGE-${sent.reference.slice(1)}`);
        references.push(sent.reference);
      }
      await settle();
      const pages = await pull(null);
      const seen = pages.flatMap(({ shipments }) => shipments.map(({ reference }) => reference));
      expect(references.filter((reference) => !seen.includes(reference))).toEqual([]);
      if (rig.pageSize?.shipments) expect(pages.length).toBeGreaterThan(1);
      for (const [index, { cursor }] of pages.entries()) {
        const later = pages.slice(index + 1).flatMap(({ shipments }) => shipments.map(({ remoteId }) => remoteId));
        const again = new Set((await pulled(cursor)).map(({ remoteId }) => remoteId));
        expect(later.filter((id) => !again.has(id))).toEqual([]);
      }
    });

    withShipments('reports after a cursor what left since, though it may repeat some', async () => {
      const before = (await pull(null)).at(-1)?.cursor ?? null;
      expect(before).not.toBeNull();
      const sent = order({ [skuC]: 1 });
      await connector.orders.create(sent);
      await side.ship(sent.reference, undefined, 'LATER-1');
      await settle();
      const pages = await pull(before);
      expect(pages.flatMap(({ shipments }) => shipments.map(({ reference }) => reference))).toContain(sent.reference);
      const quiet = await pull(pages.at(-1)?.cursor ?? null);
      expect(quiet.flatMap(({ shipments }) => shipments).length).toBeLessThanOrEqual((await pulled(null)).length);
    });
  });

  const withStock = when(connector.stock !== undefined, 'it reports no stock');
  describe('stock', () => {
    const pull = (request: { since?: number | null; skus?: string[] } = {}) =>
      all(
        connector.stock?.pull({
          facilityIds: [facilityId],
          since: request.since ?? null,
          ...(request.skus ? { skus: request.skus } : {}),
        }),
      );
    const levelOf = async (sku: string, request: { since?: number | null; skus?: string[] } = {}) =>
      (await pull(request)).flatMap(({ levels }) => levels).find((level) => level.sku === sku);

    withStock('reports what can be sold, with the moment it was true, and only of the facilities asked for', async () => {
      await side.setStock(facilityId, skuC, 41);
      await settle();
      const pages = await pull();
      const levels = pages.flatMap((page) => page.levels);
      expect(levels.find(({ sku }) => sku === skuC)).toMatchObject({ facilityId, available: 41 });
      expect(levels.filter((level) => level.facilityId !== facilityId)).toEqual([]);
      for (const { asOf } of pages) expect(Number.isFinite(asOf) && asOf > 0).toBe(true);
    });

    withStock('leaves out a SKU it knows nothing of, rather than calling it zero', async () => {
      expect(await levelOf('NO-SUCH-SKU')).toBeUndefined();
      expect(await levelOf('NO-SUCH-SKU', { skus: ['NO-SUCH-SKU'] })).toBeUndefined();
    });

    withStock('reports what changed since a moment, and can be asked for single SKUs', async () => {
      await settle();
      const since = (await pull()).at(-1)?.asOf ?? null;
      await side.setStock(facilityId, skuB, 37);
      await settle();
      expect(await levelOf(skuB, { since })).toMatchObject({ available: 37 });
      expect(await levelOf(skuB, { skus: [skuB] })).toMatchObject({ available: 37 });
    });

    when(connector.stock !== undefined && capabilities.reservesOnAccept, 'it does not reserve when it accepts an order')(
      'lowers what can be sold when it takes an order',
      async () => {
        await side.setStock(facilityId, skuC, 20);
        await connector.orders.create(order({ [skuC]: 3 }));
        await settle();
        expect(await levelOf(skuC)).toMatchObject({ available: 17 });
      },
    );

    when(
      connector.stock !== undefined && connector.products !== undefined && rig.pageSize?.stock !== undefined,
      'its list has no small pages to cross',
    )('reports every level once over page boundaries', async () => {
      const count = (rig.pageSize?.stock ?? 0) * 2 + 1;
      const skus = Array.from({ length: count }, (_, index) => `PAGE${nextReference()}-${index}`);
      await connector.products?.upsert(skus.map((sku) => batteryProduct(sku)));
      for (const sku of skus) await side.setStock(facilityId, sku, 5);
      await settle();
      const pages = await pull();
      const seen = pages.flatMap(({ levels }) => levels.map(({ sku }) => sku));
      expect(pages.length).toBeGreaterThan(1);
      expect(skus.filter((sku) => seen.filter((one) => one === sku).length !== 1)).toEqual([]);
    });
  });

  describe('returns', () => {
    when(capabilities.returns, 'it reports no returns')('reports what came back, after a cursor too', async () => {
      const pull = (since: string | null) => all(connector.returns?.pull({ since }));
      const sent = order({ [skuA]: 2 });
      await connector.orders.create(sent);
      await side.ship(sent.reference, undefined, 'BACK-1');
      await settle();
      const before = (await pull(null)).at(-1)?.cursor ?? null;
      if (!side.receiveReturn) throw new Error('The rig needs receiveReturn');
      await side.receiveReturn(sent.reference, [{ sku: skuA, quantity: 1 }]);
      await settle();
      for (const since of [null, before]) {
        const mine = (await pull(since))
          .flatMap(({ returns }) => returns)
          .filter(({ reference }) => reference === sent.reference);
        expect(mine.map(({ lines }) => lines.map(({ sku, quantity }) => `${sku} ${quantity}`))).toEqual([[`${skuA} 1`]]);
      }
    });
  });
}
