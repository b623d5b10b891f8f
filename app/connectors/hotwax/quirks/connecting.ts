import { afterEach, describe, expect, it } from 'vitest';
import type { NeedsMerchantError } from '../../../core/errors.ts';
import { createHttpClient } from '../../../core/http.ts';
import { batteryProduct } from '../../contract/battery-samples.ts';
import { everyRow } from '../every-row.ts';
import { hotwax } from '../index.ts';
import { findInstance } from '../session.ts';
import { settings } from '../settings.ts';
import * as wire from '../wire.ts';
import { accountIn, connectorIn, thrownBy, type World } from './world.ts';

const logins = (world: World) => world.calls().filter(({ method, path }) => method === 'POST' && path.endsWith('/login')).length;
const password = 'secret-enough';

/** How HotWax lets us in, how it lists, and what it says when it refuses. */
export function describeConnectingQuirks(world: World): void {
  afterEach(() => world.act('/limits', { pageSize: 0, emptyBodies: 0, defaultRows: 100, logins: 10_000 }));

  describe('HotWax: logging in', () => {
    it('logs in once for many calls, and looks where the instance is no more often', async () => {
      const { facilities, orders } = connectorIn(world);
      const [before, looked] = [logins(world), world.calls().filter(({ path }) => path.endsWith('/checkLoginOptions')).length];
      await Promise.all([facilities.list(), facilities.list(), orders.find('#nothing')]);
      await facilities.list();
      expect(logins(world) - before).toBe(1);
      expect(world.calls().filter(({ path }) => path.endsWith('/checkLoginOptions')).length - looked).toBe(2);
    });

    it('does not log in again and again when a fresh session is refused', async () => {
      const { client } = accountIn(world);
      await client.logIn();
      const before = logins(world);
      world.fault({
        match: 'GET /oms/facilities',
        kind: 'status',
        status: 401,
        times: 2,
        body: { errorCode: 401, errors: 'No' },
      });
      expect(await thrownBy(client.list('/oms/facilities', wire.facility))).toMatchObject({
        ...{ code: 'hotwax-session-refused', kind: 'needs-merchant', scope: 'connection' },
      });
      expect(logins(world) - before).toBe(1);
    });

    it('logs in at the newer server where there is no older one', async () => {
      world.fault({ match: '/api/checkLoginOptions', kind: 'status', status: 404 });
      const account = accountIn(world);
      expect(await account.client.session()).toMatchObject({ front: 'moqui' });
      await account.client.list('/oms/facilities', wire.facility);
      expect(
        world
          .calls()
          .filter(({ method }) => method === 'POST')
          .at(-1)?.path,
      ).toBe('/rest/s1/admin/login');
    });

    it('knows a wrong password at either server, the older one’s with status 200', async () => {
      for (const older of [true, false]) {
        if (!older) world.fault({ match: '/api/checkLoginOptions', kind: 'status', status: 404 });
        const error = await thrownBy(accountIn(world, { password: 'very-secret-1' }).client.logIn());
        expect(error).toMatchObject({ code: 'wrong-credentials', scope: 'connection' });
        const { message, params, stack } = error as NeedsMerchantError;
        expect(JSON.stringify([message, params, stack])).not.toContain('very-secret-1');
      }
    });

    it('says so where log-ins go through another system only', async () => {
      const body = { loginAuthType: 'SAML', loginAuthUrl: 'https://login.example.com' };
      world.fault({ match: '/api/checkLoginOptions', kind: 'status', status: 200, body });
      expect(await thrownBy(accountIn(world).client.reach())).toMatchObject({
        code: 'hotwax-single-sign-on',
        params: { method: 'SAML' },
      });
    });

    it('tries one server, then two, where only a name is known', async () => {
      const tried: string[] = [];
      const given = settings.parse({ ...world.credentials, baseUrl: 'demo' });
      const http = createHttpClient({
        baseUrl: given.baseUrl,
        party: 'HotWax',
        fetch: (url) => {
          tried.push(url.host);
          if (url.host === 'demo.hotwax.io')
            return Promise.reject(new TypeError('fetch failed', { cause: new Error('ENOTFOUND') }));
          if (url.host === 'demo-maarg.hotwax.io') return Promise.resolve(Response.json({ errors: 'no' }, { status: 404 }));
          return Promise.resolve(Response.json({ loginAuthType: 'BASIC', maargInstanceUrl: 'https://demo-maarg.hotwax.io' }));
        },
      });
      expect(await findInstance({ settings: given, http, nowMs: Date.now })).toEqual({
        oms: 'https://demo-oms.hotwax.io/api',
        moqui: 'https://demo-maarg.hotwax.io/rest/s1',
        front: 'oms',
      });
      expect(new Set(tried)).toEqual(new Set(['demo.hotwax.io', 'demo-oms.hotwax.io', 'demo-maarg.hotwax.io']));
    });

    it('keys its limits by host and user, never by shop', () => {
      const parsed = settings.parse({ ...world.credentials, baseUrl: 'demo', username: 'u' });
      expect(hotwax.limits(parsed)).toEqual({ key: 'hotwax demo.hotwax.io u', concurrency: 6, perSecond: 15 });
    });
  });

  describe('HotWax: the connection test', () => {
    it('names the list that the user may not see', async () => {
      await world.act('/user', {
        username: 'no.returns',
        password,
        permissions: ['stores', 'facilities', 'orders', 'products', 'inventory', 'shipments'],
      });
      const { check } = connectorIn(world, { username: 'no.returns', password });
      const step = check.find((one) => one.step === 'permissions');
      expect(await thrownBy(step?.run() ?? Promise.resolve())).toMatchObject({
        ...{ code: 'hotwax-forbidden', scope: 'connection', params: { path: '/oms/returns', status: 403 } },
      });
    });

    it('passes without a release that tells its version', async () => {
      world.fault({
        match: 'GET /admin/maarg',
        kind: 'status',
        status: 404,
        body: { errorCode: 404, errors: 'no such resource' },
      });
      const step = connectorIn(world).check.find((one) => one.step === 'version');
      expect(await step?.run()).toEqual({ detail: '' });
    });
  });

  describe('HotWax: lists', () => {
    const skus = Array.from({ length: 113 }, (_, index) => `LIST-${String(index).padStart(3, '0')}`);

    it('are read to their true end, though the server cuts pages in silence', async () => {
      const { products } = connectorIn(world);
      await products?.upsert(skus.map((sku) => batteryProduct(sku)));
      for (const pageSize of [0, 7, 30]) {
        await world.act('/limits', { pageSize });
        const all = await accountIn(world).client.list('/oms/products', wire.product, { orderByField: 'productId' });
        expect(all.filter(({ internalName }) => internalName?.startsWith('LIST-'))).toHaveLength(113);
      }
    });

    it('are read to their end without being told how many rows there are', async () => {
      await world.act('/limits', { pageSize: 25 });
      const { client } = accountIn(world);
      const silent = accountIn(world);
      const rows: string[] = [];
      // The header is hidden, as it is from browsers.
      const blind: typeof client = {
        ...silent.client,
        page: async (...given) => ({ ...(await silent.client.page(...given)), total: null }),
      };
      const list = {
        path: '/oms/products',
        row: wire.product,
        query: { orderByField: 'productId' },
        idOf: (one: wire.Product) => one.productId,
      };
      for await (const page of everyRow(blind, list)) rows.push(...page.map(({ productId }) => productId));
      expect(rows).toEqual(
        (await client.list('/oms/products', wire.product, { orderByField: 'productId' })).map(({ productId }) => productId),
      );
    });

    it('are read again where a row moved while the pages were turned', async () => {
      const { client } = accountIn(world);
      const whole = (await client.list('/oms/products', wire.product)).map(({ productId }) => productId);
      let turns = 0;
      // Of the first round the second page misses a row, as when one before it went away.
      const moving: typeof client = {
        ...client,
        async page(...given) {
          const answer = await client.page(...given);
          turns += 1;
          return turns === 2 ? { ...answer, rows: answer.rows.slice(1) } : answer;
        },
      };
      const seen: string[] = [];
      const list = {
        path: '/oms/products',
        row: wire.product,
        query: {},
        idOf: (one: wire.Product) => one.productId,
        pageSize: 40,
      };
      for await (const page of everyRow(moving, list)) seen.push(...page.map(({ productId }) => productId));
      expect([...seen].sort()).toEqual([...whole].sort());
    });

    it('may be empty without a single byte', async () => {
      await world.act('/limits', { emptyBodies: 1 });
      expect(await connectorIn(world).products?.findBySku(['NOWHERE'])).toEqual([]);
    });
  });

  describe('HotWax: answers', () => {
    it('that are pages are a fault that passes, and a write may have landed', async () => {
      const { client } = accountIn(world);
      world.fault({ match: 'GET /oms/facilities', kind: 'status', status: 200, body: '<html>Sign in</html>' });
      expect(await thrownBy(client.list('/oms/facilities', wire.facility))).toMatchObject({
        ...{ code: 'hotwax-unreadable', kind: 'transient', mayHaveLanded: false },
      });
      world.fault({ match: 'POST /oms/parties', kind: 'status', status: 200, body: '<html>one moment</html>' });
      expect(await thrownBy(client.write('POST', '/oms/parties', {}, wire.party))).toMatchObject({ mayHaveLanded: true });
    });

    it('that refuse with status 200 are refusals, in HotWax’s words', async () => {
      const { client } = accountIn(world);
      for (const body of [
        { _ERROR_MESSAGE_: 'Out of range' },
        { _ERROR_MESSAGE_LIST_: ['Out of range'] },
        { error: 'Out of range' },
      ]) {
        world.fault({ match: 'POST /oms/parties', kind: 'status', status: 200, body });
        expect(await thrownBy(client.write('POST', '/oms/parties', {}, wire.anything))).toMatchObject({
          ...{ code: 'hotwax-refused', kind: 'rejected', vendorText: 'Out of range' },
        });
      }
    });

    it('name permission and fix for one record when the user may not write', async () => {
      const { client } = accountIn(world);
      world.fault({
        match: 'POST /oms/parties',
        kind: 'status',
        status: 403,
        body: { errorCode: 403, errors: 'not authorised' },
      });
      expect(await thrownBy(client.write('POST', '/oms/parties', {}, wire.anything))).toMatchObject({
        ...{ code: 'hotwax-forbidden', scope: 'record', params: { path: '/oms/parties' } },
      });
    });

    it('of a call that a release doesn’t have say so', async () => {
      const { client } = accountIn(world);
      world.fault({
        match: 'POST /oms/parties',
        kind: 'status',
        status: 405,
        body: { errorCode: 405, errors: 'Method not allowed' },
      });
      expect(await thrownBy(client.write('POST', '/oms/parties', {}, wire.anything))).toMatchObject({
        code: 'hotwax-not-offered',
      });
    });

    it('of older releases are found under the older path', async () => {
      world.fault({ match: 'GET /admin/productStores', kind: 'status', status: 404, body: { errorCode: 404, errors: 'no' } });
      expect(await connectorIn(world).stores?.list()).toContainEqual(expect.objectContaining({ id: 'STORE' }) as unknown);
    });
  });
}
