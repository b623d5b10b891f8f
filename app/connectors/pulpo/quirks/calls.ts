import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { all } from '../../contract/battery-bench.ts';
import { batteryOrder } from '../../contract/battery-samples.ts';
import { warehousesOf } from '../facilities.ts';
import * as wire from '../wire.ts';
import { accountIn, connectorIn, warehouseId, type SettingsInput, type World } from './world.ts';

/** PULPO's calls to our door. */
export function describeCallQuirks(world: World): void {
  describe('PULPO: calls to us', () => {
    const calls: { url: string; body: string }[] = [];
    const address = 'http://127.0.0.1:3198/inbound/token';
    let stop: () => Promise<void> = () => Promise.resolve();
    beforeAll(async () => void (stop = await world.listen(3198, (call) => void calls.push(call))));
    afterAll(() => stop());
    const hooks = () => accountIn(world).client.list('/webhook/', 'webhooks', wire.webhook);
    const receive = (given: { url: string; body: string }, settings: SettingsInput = {}) =>
      connectorIn(world, settings).inbound?.receive({
        mayHandOver: true,
        callerAddress: null,
        method: 'POST',
        path: '',
        query: new URL(given.url).searchParams,
        headers: new Headers(),
        body: given.body,
      });

    it('registers one address in each warehouse of the user, once, and takes it away', async () => {
      const { inbound } = connectorIn(world);
      const writes = () => world.calls().filter(({ operation }) => /^(POST|PUT) \/webhook/.test(operation)).length;
      await inbound?.subscribe?.(address);
      const before = writes();
      await inbound?.subscribe?.(address);
      expect(writes()).toBe(before);
      const { usable } = await warehousesOf(accountIn(world));
      expect((await hooks()).map(({ warehouse_id: id }) => id).sort()).toEqual(usable.map(({ id }) => id).sort());
      await connectorIn(world, { stockOnCounts: false }).inbound?.subscribe?.(address);
      expect((await hooks()).some(({ allowed_types: types }) => types.includes('counting_task_closed'))).toBe(false);
      await connectorIn(world, { webhooks: false }).inbound?.subscribe?.(address);
      expect(await hooks()).toEqual([]);
    });

    it('leaves the address of another connection to the same account alone', async () => {
      const [one, other] = [connectorIn(world), connectorIn(world)];
      const theirs = 'http://127.0.0.1:3198/inbound/theirs';
      const of = async (mine: string) => (await hooks()).filter(({ url }) => url === mine).length;
      await one.inbound?.subscribe?.(address);
      await other.inbound?.subscribe?.(theirs);
      const { usable } = await warehousesOf(accountIn(world));
      expect([await of(address), await of(theirs)]).toEqual([usable.length, usable.length]);
      await one.inbound?.unsubscribe?.(address);
      expect([await of(address), await of(theirs)]).toEqual([0, usable.length]);
      await other.inbound?.unsubscribe?.(theirs);
    });

    it('understands what PULPO sends: hints, each under an id of its own', async () => {
      const connector = connectorIn(world);
      const sent = batteryOrder({ facilityId: await warehouseId(world, 'Main Warehouse') }, `#C${randomInt(2 ** 40)}`, { A: 1 });
      const { remoteId, reference } = await connector.orders.create(sent);
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

    it('understands that a label was replaced: the call names the box, whose order has the new one, at once and later', async () => {
      const connector = connectorIn(world);
      const sent = batteryOrder({ facilityId: await warehouseId(world, 'Main Warehouse') }, `#C${randomInt(2 ** 40)}`, { A: 1 });
      const { remoteId, reference } = await connector.orders.create(sent);
      await world.act('/ship', { reference, tracking: 'FIRST' });
      const pages = await all(connector.shipments?.pull({ since: null }));
      const box = pages.flatMap((page) => page.shipments).find((one) => one.reference === reference);
      expect(box?.tracking[0]?.number).toBe('FIRST');
      await connector.inbound?.subscribe?.(address);
      await world.act('/label', { reference, tracking: 'SECOND', carrier: 'DHL' });
      await expect.poll(() => calls.some(({ body }) => body.includes('SECOND')), { timeout: 20_000 }).toBe(true);
      const call = calls.find(({ body }) => body.includes('SECOND'));
      const { hints } = (await receive(call ?? { url: address, body: '' })) ?? { hints: [] };
      expect(hints).toMatchObject([{ about: 'shipments', subject: box?.remoteId }]);
      for (const later of [0, 3_600_000]) {
        world.advance(later);
        const [now] = (await connector.shipments?.ofOrder(remoteId)) ?? [];
        expect(now).toMatchObject({ remoteId: box?.remoteId, tracking: [{ number: 'SECOND' }] });
      }
      await connector.inbound?.unsubscribe?.(address);
    });

    it('tells PULPO our address and nothing that was made from its password, and mends what is registered otherwise', async () => {
      const { inbound } = connectorIn(world);
      await inbound?.subscribe?.(`${address}?secret=made-from-the-password`);
      await inbound?.subscribe?.(address);
      expect(new Set((await hooks()).map(({ url }) => url))).toEqual(new Set([address]));
      const { usable } = await warehousesOf(accountIn(world));
      expect(await hooks()).toHaveLength(usable.length);
      await inbound?.unsubscribe?.(address);
    });

    it('refuses a call without sense', async () => {
      const good = address;
      const body = JSON.stringify({ id: 'e-1', type: 'packing_box_closed', data: {} });
      expect(await receive({ url: good, body })).toMatchObject({
        hints: [{ eventId: 'e-1 shipments', about: 'shipments', subject: null }],
      });
      expect(await receive({ url: good, body: JSON.stringify({ id: 'e-2', type: 'something_new', data: null }) })).toMatchObject({
        hints: [],
      });
      // As it was registered by us until now.
      expect(await receive({ url: `${address}?secret=${'0'.repeat(40)}`, body })).toMatchObject({ response: { status: 200 } });
      await expect(receive({ url: good, body: 'hello' })).rejects.toMatchObject({ code: 'pulpo-call-unreadable' });
    });
  });
}
