import { describe, expect, it } from 'vitest';
import type { NeedsMerchantError } from '../../../core/errors.ts';
import { accountIn, connectorIn, orderIn, type World } from './world.ts';
import * as wire from '../wire.ts';

const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );
const methods = (world: World, given = {}) =>
  accountIn(world, given).client.get('cart', '/wms/shipmethod/list', wire.shipMethod.array());

/** How IM lets us in, how it says no with HTTP 200, and its bucket. */
export function describeConnectingQuirks(world: World): void {
  describe('Integration Manager: keys', () => {
    it('are named as wrong whatever the status of the refusal is', async () => {
      for (const badKeyStatus of [401, 403, 200]) {
        await world.act('/limits', { badKeyStatus });
        expect(await thrownBy(methods(world, { apiKey: 'wrong' }))).toMatchObject({
          ...{ code: 'wrong-credentials', kind: 'needs-merchant', scope: 'connection' },
        });
      }
      await world.act('/limits', { badKeyStatus: 401 });
    });

    it('never stand in an error', async () => {
      const error = (await thrownBy(methods(world, { apiKey: 'very-secret-1' }))) as NeedsMerchantError;
      const encoded = Buffer.from(`${world.credentials.apiUser}:very-secret-1`).toString('base64');
      const shown = JSON.stringify([error.message, error.params, error.stack]);
      expect([shown.includes('very-secret-1'), shown.includes(encoded)]).toEqual([false, false]);
      expect(error.params['processId']).toMatch(/^[0-9a-f-]{36}$/);
    });

    it('of the cart read inventory where the merchant has none here', async () => {
      const connector = connectorIn(world, { merchantApiUser: '', merchantApiKey: '' });
      for (const { run } of connector.check) await run();
    });

    it('of the merchant are told from a cart’s', async () => {
      await world.act('/user', { apiUser: 'another_cart', apiKey: 'another-key', level: 'merchant' });
      const connector = connectorIn(world, { apiUser: 'another_cart', apiKey: 'another-key' });
      const step = connector.check.find((one) => one.step === 'cartKeys');
      expect(await thrownBy(step?.run() ?? Promise.resolve())).toMatchObject({ code: 'extensiv-not-cart-keys' });
    });
  });

  describe('Integration Manager: lists to choose from', () => {
    const list = (response: unknown[]) => ({ success_code: true, response });

    it('of shipping methods are the WMS’s, with their carriers, each once; empty for some WMS, then codes are typed', async () => {
      const { referenceData } = connectorIn(world);
      const values = (await referenceData?.list('shipping-method')) ?? [];
      expect(values.length).toBeGreaterThan(3);
      expect(values).toContainEqual({ id: '20', label: expect.stringMatching(/./) as string, group: 'UPS' });
      expect(new Set(values.map(({ id }) => id)).size).toBe(values.length);
      world.fault({ match: 'GET /wms/shipmethod/list', kind: 'status', status: 200, body: list([]) });
      expect(await referenceData?.list('shipping-method')).toEqual([]);
      expect(await referenceData?.list('payment-method')).toEqual([]);
    });

    it('of clients are the merchant’s carts, and are typed where only the cart’s keys are known', async () => {
      const stores = await connectorIn(world).stores?.list();
      expect(stores?.length).toBeGreaterThan(0);
      expect(stores?.every(({ id, name }) => id !== '' && name.startsWith(id))).toBe(true);
      expect(await connectorIn(world, { merchantApiUser: '', merchantApiKey: '' }).stores?.list()).toBeNull();
    });
  });

  describe('Integration Manager: answers', () => {
    it('takes a page of a proxy for a fault that passes, and a write for one that may have landed', async () => {
      const html = { kind: 'status', status: 200, body: '<html>one moment</html>' } as const;
      world.fault({ match: 'GET /wms/shipmethod/list', ...html });
      expect(await thrownBy(methods(world))).toMatchObject({
        code: 'extensiv-unreadable',
        kind: 'transient',
        mayHaveLanded: false,
      });
      world.fault({ match: 'POST /cart/orders/cartrover', ...html });
      expect(await thrownBy(connectorIn(world).orders.create(await orderIn(world, { A: 1 })))).toMatchObject({
        ...{ code: 'extensiv-unreadable', kind: 'transient', mayHaveLanded: true },
      });
    });

    it('takes an answer of another shape for one that may have landed', async () => {
      world.fault({
        match: 'POST /cart/orders/cartrover',
        kind: 'status',
        status: 200,
        body: { success_code: true, cust_ref: {} },
      });
      expect(await thrownBy(connectorIn(world).orders.create(await orderIn(world, { A: 1 })))).toMatchObject({
        ...{ code: 'extensiv-unreadable', mayHaveLanded: true },
      });
    });

    it('reads the words of a refusal where older documents have them, and names the field', async () => {
      await world.act('/limits', { statusMessage: 1 });
      world.fault({
        match: 'POST /cart/orders/cartrover',
        kind: 'refuse',
        mode: 'Invalid: Order missing required field(s): ship_zip',
      });
      expect(await thrownBy(connectorIn(world).orders.create(await orderIn(world, { A: 1 })))).toMatchObject({
        ...{ code: 'extensiv-refused', kind: 'rejected', field: 'ship_zip' },
        vendorText: 'Order missing required field(s): ship_zip',
      });
      await world.act('/limits', { statusMessage: 0 });
    });

    it('does not take a hard error for an order that is not there', async () => {
      world.fault({ match: 'GET /cart/orders/:ref', kind: 'refuse', mode: 'Failure: Database is down' });
      expect(await thrownBy(connectorIn(world).orders.find('#404'))).toMatchObject({ code: 'extensiv-refused' });
      expect(await connectorIn(world).orders.find('#404')).toBeNull();
    });
  });

  describe('Integration Manager: the bucket', () => {
    it('is waited for in steps when a call runs over, and named when that does not help', async () => {
      const call = { match: 'GET /wms/shipmethod/list', kind: 'throttled' } as const;
      world.fault(call);
      expect((await methods(world)).length).toBeGreaterThan(0);
      world.fault({ ...call, times: 4 });
      const before = world.calls().length;
      expect(await thrownBy(methods(world))).toMatchObject({ code: 'rate-limited', kind: 'transient', retryAfterMs: 1000 });
      expect(world.calls().length - before).toBe(4);
      world.advance(120_000);
    }, 60_000);

    it('is never run over by many calls at once, and new orders need not wait for it', async () => {
      await world.act('/user', { apiUser: 'small_bucket', apiKey: 'small-bucket', level: 'cart', orderSource: 'Small' });
      await world.act('/limits', { bucket: 14, refillMs: 600 });
      const given = {
        apiUser: 'small_bucket',
        apiKey: 'small-bucket',
        merchantApiUser: '',
        merchantApiKey: '',
        orderWarehouse: 'id',
      } as const;
      const connector = connectorIn(world, given);
      const before = world.calls().length;
      for (let call = 0; call < 18; call += 1) await connector.orders.find(`#none-${call}`);
      // One that was refused would have been made again.
      expect(world.calls().length - before).toBe(18);
      const orders = await Promise.all([1, 2, 3, 4, 5].map(() => orderIn(world, { A: 1 })));
      await world.act('/limits', { bucket: 3 });
      await connector.orders.find('#none');
      const startedAt = performance.now();
      for (const order of orders) await connector.orders.create(order);
      expect(performance.now() - startedAt).toBeLessThan(2_000);
      await world.act('/limits', { bucket: 1_000_000 });
      world.advance(120_000);
    }, 60_000);
  });
}
