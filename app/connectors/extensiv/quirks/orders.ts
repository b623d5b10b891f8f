import { describe, expect, it } from 'vitest';
import { all } from '../../contract/battery-bench.ts';
import { orderChanges } from '../order-changes.ts';
import { ordersPort } from '../orders.ts';
import { accountIn, connectorIn, orderIn, ordersIn, warehouseId, type World } from './world.ts';

const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Taking, finding and cancelling orders as only IM does it. */
export function describeOrderQuirks(world: World): void {
  const inIm = async (reference: string) => {
    const [order] = await ordersIn(world, reference);
    return order;
  };
  /** Works with options of the cart in IM, and puts them back. */
  const withOptions = async (options: Record<string, unknown>, back: Record<string, unknown>, work: () => Promise<void>) => {
    await world.act('/options', options);
    try {
      await work();
    } finally {
      await world.act('/options', back);
    }
  };
  const changes = async (since: string | null) => {
    const pages = await all(connectorIn(world).orders.changes?.({ since }));
    return { references: pages.flatMap(({ references }) => references), cursor: pages.at(-1)?.cursor ?? null };
  };

  describe('Integration Manager: taking orders', () => {
    it('takes discounts that no unit count divides, taxes on top, tips and a rounding below zero, to the penny', async () => {
      const sent = await orderIn(world, { A: 3, B: 7 });
      const [first, second] = sent.lines;
      if (!first || !second) throw new Error('An order of two lines was expected');
      const lines = [
        { ...first, discount: 100, total: 2900, taxes: [{ title: 'VAT', rate: 0.19, amount: 551 }] },
        { ...second, unitPrice: 333, discount: 1, total: 2330, taxes: [{ title: 'VAT', rate: 0.19, amount: 443 }] },
      ];
      const charges = [
        {
          kind: 'shipping' as const,
          title: 'Standard',
          amount: 590,
          discount: 90,
          taxes: [{ title: 'VAT', rate: 0.19, amount: 95 }],
        },
        { kind: 'tip' as const, title: 'tip', amount: 123, discount: 0, taxes: [] },
        { kind: 'rounding' as const, title: 'rounding', amount: -2, discount: 0, taxes: [] },
      ];
      const total = 2900 + 2330 + 551 + 443 + 500 + 95 + 123 - 2;
      await connectorIn(world).orders.create({
        ...sent,
        taxesIncluded: false,
        lines,
        charges,
        total: { amount: total, currency: 'EUR' },
      });
      expect(await connectorIn(world).orders.find(sent.reference)).toMatchObject({ total });
      expect(Number((await inIm(sent.reference))?.total)).toBe(total / 100);
    });

    it('names the warehouse by its name, by its key or not at all, and names one that is not there', async () => {
      const east = await warehouseId(world, 'East Warehouse');
      for (const orderWarehouse of ['name', 'id'] as const) {
        const sent = await orderIn(world, { A: 1 }, { facilityId: east });
        await connectorIn(world, { orderWarehouse }).orders.create(sent);
        await world.settle();
        expect(await connectorIn(world).orders.find(sent.reference)).toMatchObject({ facilityId: east });
      }
      const free = await orderIn(world, { A: 1 }, { facilityId: east });
      await connectorIn(world, { orderWarehouse: 'none' }).orders.create(free);
      await world.settle();
      expect(await connectorIn(world).orders.find(free.reference)).toMatchObject({
        facilityId: await warehouseId(world, 'Main Warehouse'),
      });
      expect(
        await thrownBy(connectorIn(world).orders.create(await orderIn(world, { A: 1 }, { facilityId: '987654' }))),
      ).toMatchObject({
        ...{ code: 'extensiv-warehouse-unknown', params: { warehouse: '987654' } },
      });
    });

    it('asks for the name of a warehouse once for many orders', async () => {
      const connector = connectorIn(world);
      await connector.orders.create(await orderIn(world, { A: 1 }));
      const before = world.calls().length;
      await connector.orders.create(await orderIn(world, { A: 1 }));
      await connectorIn(world).orders.create(await orderIn(world, { B: 1 }));
      expect(
        world
          .calls()
          .slice(before)
          .map(({ operation }) => operation),
      ).toEqual(['POST /cart/orders/cartrover', 'POST /cart/orders/cartrover']);
    });

    it('takes an address of a country without states, and names what a parcel can not do without', async () => {
      const sent = await orderIn(world, { A: 1 });
      const shipTo = { ...sent.shipTo, zip: null, countryCode: 'HK', city: 'Kowloon' } as typeof sent.shipTo;
      await connectorIn(world).orders.create({ ...sent, shipTo });
      for (const [change, field] of [
        [{ city: '' }, 'city'],
        [{ address1: '', address2: null }, 'address'],
        [{ countryCode: 'US' }, 'state'],
      ] as const) {
        const order = await orderIn(world, { A: 1 });
        const broken = { ...order, shipTo: order.shipTo && { ...order.shipTo, ...change } };
        expect(await thrownBy(connectorIn(world).orders.create(broken))).toMatchObject({
          code: 'extensiv-address-incomplete',
          field,
        });
      }
      const counter = await orderIn(world, { A: 1 }, { shipTo: null });
      expect(await thrownBy(connectorIn(world).orders.create(counter))).toMatchObject({ code: 'extensiv-address-incomplete' });
    });

    it('fills the fields that the WMS wants on every order', async () => {
      await withOptions({ requiredFields: ['custom_field_1'] }, { requiredFields: [] }, async () => {
        const without = await orderIn(world, { A: 1 });
        await connectorIn(world).orders.create(without);
        const sent = await orderIn(world, { A: 1 });
        await connectorIn(world, { orderFields: 'custom_field_1=Web; extra.department=7' }).orders.create(sent);
        await world.settle();
        expect([(await inIm(without.reference))?.state, (await inIm(sent.reference))?.state]).toEqual(['held', 'open']);
      });
    });

    it('finds its order again after OrderDuplicate, whatever became of it meanwhile', async () => {
      const sent = await orderIn(world, { A: 1 });
      await connectorIn(world).orders.create(sent);
      await world.settle();
      await world.act('/ship', { reference: sent.reference });
      await world.settle();
      expect(await connectorIn(world).orders.create(sent)).toMatchObject({ remoteId: sent.reference, state: 'shipped' });
    });

    it('takes nobody else’s order under its number for its own', async () => {
      const sent = await orderIn(world, { A: 1 });
      await connectorIn(world).orders.create({ ...sent, shopifyOrderId: 'gid://shopify/Order/1' });
      expect(await thrownBy(connectorIn(world).orders.create(sent))).toMatchObject({ code: 'extensiv-order-number-taken' });
      const other = accountIn(world);
      other.context.shop.domain = 'another.myshopify.com';
      expect(await ordersPort(other).find(sent.reference)).toBeNull();
    });

    it('says that a canceled number takes no second order, rather than losing it', async () => {
      const sent = await orderIn(world, { A: 1 });
      const { orders } = connectorIn(world);
      await orders.cancel?.((await orders.create(sent)).remoteId, 'customer');
      expect(await thrownBy(orders.create(sent))).toMatchObject({ code: 'extensiv-order-canceled-there', kind: 'rejected' });
    });

    it('waits for an order that IM has but does not show yet', async () => {
      const sent = await orderIn(world, { A: 1 });
      await connectorIn(world).orders.create(sent);
      await world.act('/limits', { findDelaySeconds: 60 });
      expect(await thrownBy(connectorIn(world).orders.create(sent))).toMatchObject({
        ...{ code: 'extensiv-order-not-visible', kind: 'transient' },
      });
      await world.act('/limits', { findDelaySeconds: 0 });
      expect(await connectorIn(world).orders.create(sent)).toMatchObject({ remoteId: sent.reference });
    });

    it('hands Shopify’s shipping code over for IM to map, where that is chosen', async () => {
      const shipping = { title: 'Drone', code: 'DRONE', carrier: 'UPS', method: '20' };
      await withOptions({ rejectUnmapped: true }, { rejectUnmapped: false }, async () => {
        const [mapped, own] = [await orderIn(world, { A: 1 }, { shipping }), await orderIn(world, { A: 1 }, { shipping })];
        await connectorIn(world).orders.create(mapped);
        await connectorIn(world, { shipCode: 'shopify' }).orders.create(own);
        await world.settle();
        expect([(await inIm(mapped.reference))?.state, (await inIm(own.reference))?.state]).toEqual(['open', 'held']);
        await world.act('/ship-method', { cartCode: 'DRONE', wmsCode: '20' });
        await world.settle();
        expect((await inIm(own.reference))?.state).toBe('open');
      });
    });
  });

  describe('Integration Manager: what becomes of orders', () => {
    it('reads held, stopped, failed and canceled ones, each with IM’s own words, and tells when one moves again', async () => {
      const { cursor: before } = await changes(null);
      const references: Record<string, string> = {};
      const acts = ['hold', 'cancel-sending', 'error', 'cancel'] as const;
      for (const what of [...acts, 'nothing', 'unknown'] as const) {
        const sent = await orderIn(world, { [what === 'unknown' ? 'NO-SUCH-SKU' : 'A']: 1 });
        await connectorIn(world).orders.create(sent);
        references[what] = sent.reference;
        if (acts.some((one) => one === what)) await world.act(`/${what}`, { reference: sent.reference });
      }
      await world.settle();
      const shown = async (what: string) => {
        const found = await connectorIn(world).orders.find(references[what] ?? '');
        return [found?.state, found?.trouble];
      };
      expect(await Promise.all([...acts, 'nothing', 'unknown'].map(shown))).toEqual([
        ['held', 'On Hold'],
        ['cancelled', null],
        ['held', 'Address Error: The address could not be validated.'],
        ['cancelled', null],
        ['picking', null],
        ['held', 'WMS Error: Item(s) not found in WMS: NO-SUCH-SKU'],
      ]);
      const troubled = await changes(before);
      const { nothing = '', error = '', hold = '', cancel = '', ...others } = references;
      expect([hold, error, cancel, ...Object.values(others)].filter((one) => !troubled.references.includes(one))).toEqual([]);
      expect(troubled.references).not.toContain(nothing);
      // Nothing happened since: nobody is named again, except who was canceled in the minutes that are read twice.
      expect((await changes(troubled.cursor)).references).not.toContain(error);
      await world.act('/resend', { reference: error });
      await world.act('/release', { reference: hold });
      await world.settle();
      expect([await shown('error'), await shown('hold')]).toEqual([
        ['picking', null],
        ['picking', null],
      ]);
      const moved = await changes(troubled.cursor);
      expect([error, hold].filter((one) => !moved.references.includes(one))).toEqual([]);
      world.advance(3_600_000);
      expect((await changes(moved.cursor)).references).toContain(cancel);
      world.advance(3_600_000);
      const later = await changes((await changes(moved.cursor)).cursor);
      expect([error, hold, cancel].filter((one) => later.references.includes(one))).toEqual([]);
    });

    it('takes nobody’s absence from a list that moved while it was read for a recovery', async () => {
      const stop = async () => {
        const { remoteId } = await connectorIn(world).orders.create(await orderIn(world, { 'NO-SUCH-SKU': 1 }));
        await world.settle();
        return remoteId;
      };
      const stopped: string[] = [];
      for (let count = 0; count < 6; count += 1) stopped.push(await stop());
      const { cursor } = await changes(null);
      const [first = ''] = stopped;
      await world.act('/cancel', { reference: first });
      const restless = accountIn(world, {}, async (path) => {
        if (path.endsWith('/list/error')) await stop();
      });
      const momentOf = (given: string | null | undefined) => (JSON.parse(given ?? '[]') as string[])[0];
      const [page] = await all(orderChanges(restless, cursor, 5));
      expect(momentOf(page?.cursor)).toBe(momentOf(cursor));
      expect(JSON.parse(page?.cursor ?? '[]')).toContain(first);
      expect(momentOf((await changes(page?.cursor ?? null)).cursor)).not.toBe(momentOf(cursor));
    }, 60_000);

    it('begins anew with a cursor that it can not read', async () => {
      expect((await changes('not one of ours')).cursor).toMatch(/^\["20/);
    });

    it('leaves out lines that IM’s own filter struck out', async () => {
      const itemFilter = { mode: 'blacklist', level: 'item', skus: ['B'] };
      await withOptions({ itemFilter }, { itemFilter: null }, async () => {
        const sent = await orderIn(world, { A: 1, B: 1 });
        await connectorIn(world).orders.create(sent);
        expect((await connectorIn(world).orders.find(sent.reference))?.lines.map(({ sku }) => sku)).toEqual(['A']);
        await world.act('/options', { itemFilter: { ...itemFilter, level: 'order' } });
        expect(await thrownBy(connectorIn(world).orders.create(await orderIn(world, { B: 1 })))).toMatchObject({
          code: 'extensiv-refused',
        });
      });
    });
  });

  describe('Integration Manager: cancelling', () => {
    it('asks the WMS once the order is there, if it may, and says what the WMS says', async () => {
      const taken = async () => {
        const { remoteId } = await connectorIn(world).orders.create(await orderIn(world, { A: 1 }));
        await world.settle();
        return remoteId;
      };
      const atWms = await taken();
      expect(await connectorIn(world, { cancelAtWarehouse: false }).orders.cancel?.(atWms, 'customer')).toMatchObject({
        ...{ verdict: 'too-late', state: 'picking' },
      });
      expect(await connectorIn(world).orders.cancel?.(atWms, 'customer')).toMatchObject({ verdict: 'accepted' });
      const picked = await taken();
      await world.act('/pick', { reference: picked });
      expect(await connectorIn(world).orders.cancel?.(picked, 'customer')).toMatchObject({
        ...{ verdict: 'too-late', state: 'picking', text: 'Order is already being processed in the WMS.' },
      });
    });

    it('accepts one that a person cancelled there, and names one that is not there', async () => {
      const { remoteId } = await connectorIn(world).orders.create(await orderIn(world, { A: 1 }));
      await world.act('/cancel', { reference: remoteId });
      expect(await connectorIn(world).orders.cancel?.(remoteId, 'customer')).toMatchObject({ verdict: 'accepted' });
      expect(await thrownBy(connectorIn(world).orders.cancel?.('#404', 'customer') ?? Promise.resolve())).toMatchObject({
        code: 'extensiv-order-gone',
      });
    });
  });
}
