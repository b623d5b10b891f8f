import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Session } from '@shopify/shopify-api';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openTestServer } from '../test-server.ts';

const database = await openTestDatabase();
const server = await openTestServer(0);
process.env['SANDBOX_URL'] = server.url;
const { sessionStorage } = await import('./session-storage.ts');
const { offlineToken, replaceToken, forgetToken } = await import('./offline-token.ts');
const { loadSession, saveSession, domainsExpiringBefore, resealSessions } = await import('./session-table.ts');
const { withShopLock } = await import('./shop-lock.ts');
const { dropRefusedTokens } = await import('./token-probe.ts');
const { prisma } = await import('../../db/client.ts');
const { setLogLevel } = await import('../../core/logger.ts');
setLogLevel('silent');

const domain = 'sessions.myshopify.com';
const hour = 3_600_000;
const offline = (over: Record<string, unknown> = {}) =>
  saveSession({
    id: `offline_${domain}`,
    shop: domain,
    state: '',
    isOnline: false,
    scope: 'read_orders',
    accessToken: 'access-0',
    refreshToken: 'refresh-0',
    expires: Date.now() + hour,
    ...over,
  });

/** As Shopify does it: each refresh token works once. */
function oneTimeTokens(): void {
  let generation = 0;
  server.token = async (body) => {
    await new Promise((resolve) => setTimeout(resolve, 60));
    if (body['refresh_token'] !== `refresh-${generation}`) return { status: 400, body: { error: 'invalid_grant' } };
    generation++;
    return {
      body: {
        access_token: `access-${generation}`,
        refresh_token: `refresh-${generation}`,
        expires_in: 3600,
        refresh_token_expires_in: 7_776_000,
        scope: 'read_orders,write_orders',
      },
    };
  };
}

beforeEach(() => {
  server.refreshes.length = 0;
  forgetToken(domain);
  oneTimeTokens();
});
afterAll(async () => {
  await prisma.$disconnect();
  await server.close();
  await database.close();
});

describe('the session table', () => {
  it("gives back to the library exactly what it stored, a user's session too", async () => {
    const online = new Session({
      id: `${domain}_42`,
      shop: domain,
      state: '',
      isOnline: true,
      scope: 'read_orders',
      accessToken: 'user-token',
      expires: new Date(Date.now() + hour),
      onlineAccessInfo: {
        expires_in: 86_399,
        associated_user_scope: 'read_orders',
        associated_user: {
          id: 42,
          first_name: 'Ada',
          last_name: 'Byron',
          email: 'ada@example.com',
          email_verified: true,
          account_owner: true,
          locale: 'de',
          collaborator: false,
        },
      },
    });
    await sessionStorage.storeSession(online);
    const loaded = await sessionStorage.loadSession(online.id);
    expect(loaded?.equals(online)).toBe(true);
    expect(loaded?.onlineAccessInfo?.associated_user.locale).toBe('de');
    expect(loaded?.isActive(undefined)).toBe(true);
    expect(await sessionStorage.findSessionsByShop(domain)).toHaveLength(1);
    await sessionStorage.deleteSession(online.id);
    expect(await sessionStorage.loadSession(online.id)).toBeUndefined();
  });

  it('holds nothing readable: neither token nor name', async () => {
    await offline();
    const rows = await prisma.$queryRaw<{ sealed: Uint8Array }[]>`SELECT sealed FROM session WHERE id = ${`offline_${domain}`}`;
    const text = Buffer.from(rows[0]?.sealed ?? []).toString('latin1');
    expect(text.length).toBeGreaterThan(50);
    expect(text).not.toMatch(/access-0|refresh-0|myshopify/);
  });

  it('treats a session it can no longer open as absent', async () => {
    await offline();
    await prisma.$executeRaw`UPDATE session SET sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 255)`;
    expect(await loadSession(`offline_${domain}`)).toBeUndefined();
  });

  it('is sealed anew with the newest key, once', async () => {
    await offline();
    // as if it had been written with an older version of the key
    await prisma.$executeRaw`UPDATE session SET key_version = 0`;
    expect(await resealSessions()).toEqual({ done: 1, unopened: 0 });
    expect(await resealSessions()).toEqual({ done: 0, unopened: 0 });
    expect(await loadSession(`offline_${domain}`)).toMatchObject({ accessToken: 'access-0' });
  });

  it('is counted where no key opens it, and keeps none of the others from being sealed', async () => {
    await offline();
    await prisma.$executeRaw`UPDATE session SET key_version = 0`;
    const row = await prisma.session.findFirstOrThrow();
    for (const id of ['a', 'b', 'z']) await prisma.session.create({ data: { ...row, id } });
    expect(await resealSessions(1)).toEqual({ done: 1, unopened: 3 });
    await prisma.session.deleteMany({ where: { id: { in: ['a', 'b', 'z'] } } });
  });

  it('lists shops whose token runs out, for the daily refresh', async () => {
    await offline({ expires: Date.now() + 1000 });
    expect(await domainsExpiringBefore(Date.now() + 2000)).toEqual([domain]);
    expect(await domainsExpiringBefore(Date.now() - 2000)).toEqual([]);
  });
});

describe('tokens that Shopify no longer takes', () => {
  it('are forgotten when the app is opened', async () => {
    await offline({ expires: Date.now() - 1000 });
    server.token = () => Promise.resolve({ status: 400, body: { error: 'invalid_grant' } });
    await dropRefusedTokens(domain);
    expect(await loadSession(`offline_${domain}`)).toBeUndefined();
  });

  it('stay where another request was given new ones while this one asked', async () => {
    await offline({ expires: Date.now() - 1000 });
    server.token = async () => {
      await offline({ accessToken: 'access-of-another-request' });
      return { status: 400, body: { error: 'invalid_grant' } };
    };
    await dropRefusedTokens(domain);
    expect(await loadSession(`offline_${domain}`)).toMatchObject({ accessToken: 'access-of-another-request' });
  });
});

describe("a shop's offline token", () => {
  it('is used as it is while more than five minutes are left', async () => {
    await offline({ expires: Date.now() + 6 * 60_000 });
    expect(await offlineToken(domain)).toBe('access-0');
    expect(server.refreshes).toEqual([]);
  });

  it('is renewed when fewer are left, and the pair is stored together', async () => {
    await offline({ expires: Date.now() + 4 * 60_000 });
    expect(await offlineToken(domain)).toBe('access-1');
    expect(await loadSession(`offline_${domain}`)).toMatchObject({
      accessToken: 'access-1',
      refreshToken: 'refresh-1',
      scope: 'read_orders,write_orders',
    });
  });

  it('is renewed exactly once however many ask at once', async () => {
    await offline({ expires: Date.now() - 1000 });
    const tokens = await Promise.all(Array.from({ length: 5 }, () => offlineToken(domain)));
    expect(new Set(tokens)).toEqual(new Set(['access-1']));
    expect(server.refreshes).toEqual([{ grant: 'refresh_token', refreshToken: 'refresh-0' }]);
  });

  it('is renewed exactly once by two processes with five callers each', async () => {
    await offline({ expires: Date.now() - 1000 });
    const processes = [1, 2].map(() =>
      fork(new URL('./ask-for-token.fixture.ts', import.meta.url), [domain, '5'], { env: process.env, execArgv: [] }),
    );
    const answers = await Promise.all(
      processes.map(async (child) => {
        const [message] = (await once(child, 'message')) as [string[]];
        return message;
      }),
    );
    expect(new Set(answers.flat())).toEqual(new Set(['access-1']));
    expect(answers.flat()).toHaveLength(10);
    expect(server.refreshes).toHaveLength(1);
  });

  it('is replaced once when several calls were refused with the same token', async () => {
    await offline();
    const tokens = await Promise.all([1, 2, 3].map(() => replaceToken(domain, 'access-0')));
    expect(tokens).toEqual(['access-1', 'access-1', 'access-1']);
    expect(server.refreshes).toHaveLength(1);
  });

  it('asks the merchant to open the app when Shopify refuses to renew it', async () => {
    await offline({ expires: Date.now() - 1000, refreshToken: 'used already' });
    await expect(offlineToken(domain)).rejects.toMatchObject({
      kind: 'needs-merchant',
      code: 'shopify-reconnect',
      scope: 'connection',
      params: { shop: domain },
    });
  });

  it('asks the merchant to open the app when there is no session at all', async () => {
    await expect(offlineToken('never-seen.myshopify.com')).rejects.toMatchObject({
      kind: 'needs-merchant',
      code: 'shopify-reconnect',
    });
  });

  it('is kept, and asked for again, when Shopify is down for a moment', async () => {
    await offline({ expires: Date.now() - 1000 });
    server.token = () => ({ status: 503, raw: 'down' });
    await expect(offlineToken(domain)).rejects.toMatchObject({ kind: 'transient', code: 'shopify-server-error' });
    oneTimeTokens();
    expect(await offlineToken(domain)).toBe('access-1');
  });
});

describe("a shop's lock", () => {
  it('lets one in after another, and goes on after a failure', async () => {
    const order: string[] = [];
    const step = (name: string, fails = false) =>
      withShopLock(domain, async () => {
        order.push(`${name} in`);
        await new Promise((resolve) => setTimeout(resolve, 20));
        order.push(`${name} out`);
        if (fails) throw new Error('refused');
      });
    const results = await Promise.allSettled([step('a'), step('b', true), step('c')]);
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('is free again when its holder has died', async () => {
    await prisma.$executeRaw`INSERT INTO budget_slot (key, slot, holder, until_ms) VALUES (${`token:${domain}`}, 0, 'dead', ${BigInt(Date.now() - 1)})`;
    await expect(withShopLock(domain, () => Promise.resolve('in'))).resolves.toBe('in');
  });
});
