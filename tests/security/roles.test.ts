import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { actionCases, intentsIn, otherActions, type ActionCase, type Pick } from './actions.ts';
import { openApp, type Asker } from './open-app.ts';
import { openFullShop } from './two-shops.ts';

const world = await openApp();
afterAll(() => world.close());
const { routes } = world;
const { roles } = await import('../../app/people/staff.ts');
const shop = await openFullShop(world, 1);
const own: Pick = (kind) => shop.ids[kind];

const asked = async ({ route: id, params, query, json }: ActionCase, asker: Asker) => {
  const route = routes.find((one) => one.id === id);
  if (!route) throw new Error(`There is no route ${id}`);
  const given = { params: params?.(own) ?? {}, query: query?.(own) ?? {}, json: json(own) };
  const answer = await world.ask(asker, route, given);
  const text = await answer.text();
  const body = (answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : null) as {
    ok?: boolean;
    failure?: { code: string };
  } | null;
  return { status: answer.status, text, ok: body?.ok, code: body?.failure?.code };
};

/** Addresses of records, for loaders: whatever a route calls its parameter. */
const ownParams = (id: string): Record<string, string> => ({
  id: id.includes('connections')
    ? shop.ids.connection
    : id.includes('runs')
      ? shop.ids.run
      : id.includes('restore')
        ? shop.ids.audited
        : id.includes('app.orders')
          ? (shop.ids.order.split('/').at(-1) ?? '')
          : id.includes('recipients')
            ? shop.ids.recipient
            : shop.ids.roomOrder,
  productId: shop.ids.roomProduct,
  connector: 'pulpo',
});

describe('the table of what pages can ask for', () => {
  it('names every intent of every route on disk, and nothing else', () => {
    const onDisk = routes
      .filter(({ id, module }) => 'action' in module && !otherActions.includes(id))
      .flatMap(({ id, file }) => intentsIn(readFileSync(file, 'utf8')).map((intent) => `${id} ${intent}`));
    expect(onDisk.length).toBeGreaterThan(40);
    expect(actionCases.map(({ route, intent }) => `${route} ${intent}`).sort()).toEqual(onDisk.sort());
  });
});

describe('who may look but not touch', () => {
  it.each(['viewer', 'operator'] as const)('%s: is refused everything that needs more, and nothing changes', async (role) => {
    const before = await shop.rows();
    const beyond = actionCases.filter((one) => roles.indexOf(one.role) > roles.indexOf(role));
    expect(beyond.length).toBeGreaterThan(10);
    // Shape is checked before role: an answer about the role says that the route understood what was sent.
    for (const one of beyond) {
      const { status, ok, code } = await asked(one, shop[role]);
      expect([one.route, one.intent, status, ok, code]).toEqual([one.route, one.intent, 422, false, 'role-needed']);
    }
    const { session: _, ...after } = await shop.rows();
    expect(before).toMatchObject(after);
  });

  it('leaves a trace of every token of the open API that is made or revoked', async () => {
    const route = routes.find(({ id }) => id === 'routes/app.stockroom.tokens');
    if (!route) throw new Error('There is no page of tokens');
    const given = { query: { connection: shop.ids.room } };
    const made = await world.ask(shop.administrator, route, { ...given, json: { intent: 'create', name: 'Till' } });
    const { result } = (await made.json()) as { result: { secret: string } };
    const { id } = await world.prisma.stockroomToken.findFirstOrThrow({ where: { name: 'Till' } });
    await world.ask(shop.administrator, route, { ...given, json: { intent: 'revoke', id } });
    const entries = await world.prisma.auditEntry.findMany({ where: { subject: 'api-access Till' }, orderBy: { at: 'asc' } });
    expect(entries.map(({ action, after }) => [action, after])).toEqual([
      ['api-access-made', { ending: result.secret.slice(-4) }],
      ['api-access-revoked', { ending: result.secret.slice(-4) }],
    ]);
    await world.prisma.stockroomToken.delete({ where: { shopId_id: { shopId: shop.id, id } } });
    await world.prisma.auditEntry.deleteMany({ where: { subject: 'api-access Till' } });
  });

  it('cannot have anything but an order looked at again', async () => {
    const route = routes.find(({ id }) => id === 'routes/app.sync-control');
    if (!route) throw new Error('There is no control of syncs');
    for (const orderId of ['gid://shopify/Order/', 'gid://shopify/Order/1 OR 1', 'gid://shopify/Order/1/../2']) {
      const answer = await world.ask(shop.operator, route, { json: { intent: 'sync-again', orderId } });
      expect([orderId, answer.status >= 400]).toEqual([orderId, true]);
    }
  });

  it('reads every page as an administrator does, and no page tells anybody a secret', async () => {
    const loaders = routes.filter(({ id, module }) => 'loader' in module && id.startsWith('routes/app'));
    expect(loaders.length).toBeGreaterThan(25);
    const told: string[] = [];
    for (const route of loaders) {
      const given = { params: ownParams(route.id), query: { connection: shop.ids.connection } };
      const answers = await Promise.all(roles.map(async (role) => world.ask(shop[role], route, given)));
      expect([route.id, ...new Set(answers.map(({ status }) => status))]).toHaveLength(2);
      for (const answer of answers) {
        const text = await answer.text();
        if (text.includes(shop.secret) || text.includes(shop.apiToken)) told.push(route.id);
      }
    }
    expect(told).toEqual([]);
  });
});

describe('who may', () => {
  it.each(roles)('%s: is let through to everything that needs just that', async (role) => {
    const through = actionCases.filter((one) => one.role === role);
    const done: string[] = [];
    for (const one of through) {
      const { status, ok, code } = await asked(one, shop[role]);
      expect([one.route, one.intent, code]).not.toContain('role-needed');
      expect([one.route, one.intent, code]).not.toContain('invalid-input');
      if (ok || status === 204) done.push(`${one.route} ${one.intent}`);
    }
    // Some are refused by the record's state or because nobody answers at the back office's address; most are done.
    expect(done.length).toBeGreaterThan(through.length / 2);
  });

  it('may still not do it for a shop in which they are nobody', async () => {
    const stranger = { domain: shop.domain, userId: '77' };
    // What whoever may look may do (a favourite of one's own) is theirs, too.
    for (const one of actionCases.filter(({ role }) => role !== 'viewer'))
      expect([one.intent, (await asked(one, stranger)).code]).toEqual([one.intent, 'role-needed']);
  });
});
