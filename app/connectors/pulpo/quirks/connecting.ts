import { describe, expect, it } from 'vitest';
import { NeedsMerchantError, TransientError } from '../../../core/errors.ts';
import { batteryProduct } from '../../contract/battery-samples.ts';
import * as wire from '../wire.ts';
import { accountIn, connectorIn, type World } from './world.ts';

const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );
const logins = (world: World) => world.calls().filter(({ operation }) => operation === 'POST /auth').length;

/** How PULPO lets us in, and what it says when it doesn't. */
export function describeConnectingQuirks(world: World): void {
  describe('PULPO: logging in', () => {
    it('logs in once for many calls', async () => {
      const { facilities, orders } = connectorIn(world);
      const before = logins(world);
      await Promise.all([facilities.list(), facilities.list(), orders.find('#nothing')]);
      await facilities.list();
      expect(logins(world) - before).toBe(1);
    });

    it('does not log in again and again when a fresh session is refused', async () => {
      const { client } = accountIn(world);
      await client.logIn();
      const before = logins(world);
      world.fault({ match: '/shipping', kind: 'status', status: 401, times: 2, body: { errors: { message: 'unauthorized' } } });
      const error = await thrownBy(client.list('/shipping/shipping_methods', 'shipping_methods', wire.shippingMethod));
      expect(error).toMatchObject({ code: 'pulpo-session-refused', kind: 'needs-merchant', scope: 'connection' });
      expect(logins(world) - before).toBe(1);
    });

    it('stays away while PULPO bans our address', async () => {
      await world.act('/limits', { logins: 1 });
      try {
        const { client } = accountIn(world);
        await thrownBy(accountIn(world).client.logIn());
        const error = await thrownBy(client.logIn());
        expect(error).toBeInstanceOf(TransientError);
        expect((error as TransientError).retryAfterMs).toBeGreaterThan(0);
      } finally {
        await world.act('/limits', { logins: 1000 });
      }
    });

    it('tells a ban from a wrong password', async () => {
      const { client } = accountIn(world);
      world.fault({ match: 'POST /auth', kind: 'status', status: 403, body: { errors: { message: 'forbidden' } } });
      expect(await thrownBy(client.logIn())).toMatchObject({
        code: 'pulpo-login-banned',
        kind: 'transient',
        retryAfterMs: 900_000,
      });
      expect(await thrownBy(accountIn(world, { password: 'wrong' }).client.logIn())).toMatchObject({
        code: 'wrong-credentials',
        scope: 'connection',
      });
    });

    it('puts no password, token or customer into an error', async () => {
      const error = (await thrownBy(accountIn(world, { password: 'very-secret-1' }).client.logIn())) as NeedsMerchantError;
      expect(JSON.stringify([error.message, error.params, error.stack])).not.toContain('very-secret-1');
      expect(error.params['requestId']).toMatch(/^[0-9a-f-]{36}$/);
    });
  });

  describe('PULPO: answers', () => {
    it('takes a page of a proxy for a fault that passes, and a write for one that may have landed', async () => {
      const { client } = accountIn(world);
      world.fault({ match: 'POST /iam/third_parties', kind: 'status', status: 200, body: '<html>one moment</html>' });
      expect(await thrownBy(client.write('POST', '/iam/third_parties', {}, wire.thirdParty))).toMatchObject({
        ...{ code: 'pulpo-unreadable', kind: 'transient', mayHaveLanded: true },
      });
    });

    it('reads a list to its end, beyond the default of ten rows and beyond one page', async () => {
      const skus = Array.from({ length: 113 }, (_, index) => `LIST-${index}`);
      const { products } = connectorIn(world);
      await products?.upsert(skus.map((sku) => batteryProduct(sku)));
      expect(await products?.findBySku(skus)).toHaveLength(113);
      const all = await accountIn(world).client.list('/inventory/products', 'products', wire.product);
      expect(all.filter(({ sku }) => sku?.startsWith('LIST-'))).toHaveLength(113);
    });

    it('names permission and fix when the user may not read', async () => {
      const { client } = accountIn(world);
      world.fault({ match: '/sales/orders', kind: 'status', status: 403, body: { errors: { message: 'forbidden' } } });
      const error = await thrownBy(client.list('/sales/orders', 'sales_orders', wire.salesOrder));
      expect(error).toBeInstanceOf(NeedsMerchantError);
      expect(error).toMatchObject({ code: 'pulpo-forbidden', scope: 'connection', params: { path: '/sales/orders' } });
    });
  });

  describe('PULPO: 3PL', () => {
    it('makes and finds records of its own merchant only', async () => {
      const made = (await world.act('/merchant', { name: 'Shoes Ltd', channels: ['Web'] })) as {
        id: number;
        channels: { id: number }[];
      };
      const ours = connectorIn(world, { merchantId: made.id, merchantChannelId: made.channels[0]?.id ?? 0 });
      for (const { run } of ours.check) await run();
      await ours.products?.upsert([batteryProduct('MERCHANT-1')]);
      expect(await ours.products?.findBySku(['MERCHANT-1', 'A'])).toMatchObject([{ sku: 'MERCHANT-1' }]);
    });

    it('names a channel that the merchant does not have', async () => {
      const made = (await world.act('/merchant', { name: 'Hats Ltd', channels: ['Web'] })) as { id: number };
      const choices = connectorIn(world, { merchantId: made.id, merchantChannelId: 999_999 }).check.find(
        ({ step }) => step === 'choices',
      );
      expect(await thrownBy(choices?.run() ?? Promise.resolve())).toMatchObject({
        code: 'pulpo-channel-unknown',
        params: { channel: 999_999 },
      });
    });
  });
}
