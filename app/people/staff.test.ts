import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';

const database = await openTestDatabase();
const { prisma } = await import('../db/client.ts');
const { inShop } = await import('../db/scope.ts');
const { whoIs, requireRole, may, setRole, removeStaff, listStaff } = await import('./staff.ts');
const { audit, auditChoices, listAudit, maskSecrets } = await import('./audit.ts');
const { appItself } = await import('./actor.ts');

let shopId = 0;
beforeEach(async () => {
  shopId = (await prisma.shop.create({ data: { domain: `s${Math.random()}.myshopify.com`, installedAt: new Date() } })).id;
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const user = (id: string, accountOwner = false) => ({ id, name: `User ${id}`, accountOwner });
const set = async (actor: string, target: string, role: 'viewer' | 'operator' | 'administrator') => {
  const who = await whoIs(shopId, user(actor));
  return inShop(shopId, (tx) => setRole(tx, shopId, who, target, role));
};

describe('who is asking', () => {
  it('the first to come is the installer and administrator, the account owner is one too, everybody else a viewer', async () => {
    expect((await whoIs(shopId, user('1'))).role).toBe('administrator');
    expect((await whoIs(shopId, user('2'))).role).toBe('viewer');
    expect((await whoIs(shopId, user('3', true))).role).toBe('administrator');
    expect((await whoIs(shopId, user('1'))).role).toBe('administrator');
    const { rows } = await inShop(shopId, (tx) => listAudit(tx, shopId, { action: 'staff-joined' }));
    expect(rows).toHaveLength(3);
  });

  it('of two who come first at once only one is the installer', async () => {
    // Nobody can be entered until all of them have looked who is there already.
    const people = await prisma
      .$transaction(async (tx) => {
        await tx.$executeRaw`LOCK TABLE staff IN EXCLUSIVE MODE`;
        const visits = ['1', '2', '3'].map((id) => whoIs(shopId, user(id)));
        await new Promise((done) => setTimeout(done, 300));
        return { visits };
      })
      .then(({ visits }) => Promise.all(visits));
    expect(people.filter(({ role }) => role === 'administrator')).toHaveLength(1);
  });

  it('a new owner of the shop becomes administrator at the next visit; a new name is taken over', async () => {
    await whoIs(shopId, user('1'));
    await whoIs(shopId, user('2'));
    expect((await whoIs(shopId, { id: '2', name: 'Renamed', accountOwner: true })).role).toBe('administrator');
    expect(await inShop(shopId, (tx) => listStaff(tx, shopId))).toMatchObject([
      { userName: 'Renamed', accountOwner: true, role: 'administrator' },
      { userName: 'User 1' },
    ]);
  });

  it('who was the owner before keeps the role, which can be changed from then on; both changes are in the log', async () => {
    await whoIs(shopId, user('1', true));
    await whoIs(shopId, user('2'));
    const owner = await whoIs(shopId, user('2', true));
    await inShop(shopId, (tx) => setRole(tx, shopId, owner, '1', 'viewer'));
    expect(await inShop(shopId, (tx) => listStaff(tx, shopId))).toMatchObject([
      { userId: '1', accountOwner: false, role: 'viewer' },
      { userId: '2', accountOwner: true, role: 'administrator' },
    ]);
    const { rows } = await inShop(shopId, (tx) => listAudit(tx, shopId, { action: 'role-changed' }));
    expect(rows.map(({ after }) => after)).toEqual([{ role: 'viewer' }, { role: 'administrator' }]);
  });

  it('staff of one shop are nobody in another', async () => {
    await whoIs(shopId, user('1'));
    const other = await prisma.shop.create({ data: { domain: `o${Math.random()}.myshopify.com`, installedAt: new Date() } });
    await whoIs(other.id, user('9'));
    expect((await whoIs(other.id, user('1'))).role).toBe('viewer');
  });
});

describe('what a role may do', () => {
  it.each([
    ['viewer', 'viewer', true],
    ['viewer', 'operator', false],
    ['operator', 'viewer', true],
    ['operator', 'operator', true],
    ['operator', 'administrator', false],
    ['administrator', 'operator', true],
    ['administrator', 'administrator', true],
  ] as const)('%s for %s: %s', (role, needed, allowed) => {
    expect(may({ role }, needed)).toBe(allowed);
    const ask = () => requireRole({ role }, needed);
    if (allowed) expect(ask).not.toThrow();
    else
      expect(ask).toThrow(
        expect.objectContaining({ kind: 'needs-merchant', code: 'role-needed', params: { role, needed } }) as Error,
      );
  });
});

describe('changing roles', () => {
  it('is for administrators, and audited', async () => {
    await whoIs(shopId, user('1'));
    await whoIs(shopId, user('2'));
    await expect(set('2', '2', 'administrator')).rejects.toMatchObject({ code: 'role-needed' });
    await set('1', '2', 'operator');
    expect((await whoIs(shopId, user('2'))).role).toBe('operator');
    const { rows } = await inShop(shopId, (tx) => listAudit(tx, shopId, { action: 'role-changed' }));
    expect(rows).toMatchObject([
      { userId: '1', subject: 'staff User 2', before: { role: 'viewer' }, after: { role: 'operator' } },
    ]);
    await expect(set('1', '99', 'viewer')).rejects.toMatchObject({ code: 'staff-unknown' });
  });

  it('the last administrator stays one, also when two step down at once', async () => {
    await whoIs(shopId, user('1'));
    await expect(set('1', '1', 'viewer')).rejects.toMatchObject({ code: 'last-administrator' });
    const me = await whoIs(shopId, user('1'));
    await expect(inShop(shopId, (tx) => removeStaff(tx, shopId, me, '1'))).rejects.toMatchObject({ code: 'last-administrator' });
    await whoIs(shopId, user('2'));
    await set('1', '2', 'administrator');
    const results = await Promise.allSettled([set('1', '1', 'viewer'), set('2', '2', 'viewer')]);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(await prisma.staff.count({ where: { shopId, role: 'administrator' } })).toBe(1);
  });

  it('the account owner stays administrator', async () => {
    await whoIs(shopId, user('1'));
    await whoIs(shopId, user('2', true));
    await expect(set('1', '2', 'viewer')).rejects.toMatchObject({ code: 'owner-is-administrator' });
  });

  it('somebody who was removed starts as viewer when they come again', async () => {
    const me = await whoIs(shopId, user('1'));
    await whoIs(shopId, user('2'));
    await set('1', '2', 'operator');
    await inShop(shopId, (tx) => removeStaff(tx, shopId, me, '2'));
    expect((await whoIs(shopId, user('2'))).role).toBe('viewer');
  });
});

describe('the audit log', () => {
  it('keeps differences only, masks what looks like a secret at any depth, and can be filtered', async () => {
    const ada = { userId: '1', userName: 'Ada' };
    const written = await inShop(shopId, (tx) =>
      audit(tx, shopId, ada, {
        action: 'x',
        subject: 'thing A',
        before: { a: 1, same: [1], apiKey: 'k1' },
        after: { a: 2, same: [1], apiKey: 'k2', nested: { clientSecret: 's', b: 1 } },
      }),
    );
    expect(written).toBe(true);
    expect(
      await inShop(shopId, (tx) =>
        audit(tx, shopId, ada, { action: 'x', subject: 'thing A', before: { a: { b: 1 } }, after: { a: { b: 1 } } }),
      ),
    ).toBe(false);
    await inShop(shopId, (tx) => audit(tx, shopId, appItself, { action: 'y', subject: 'thing B' }));
    const { rows, total } = await inShop(shopId, (tx) => listAudit(tx, shopId, { userId: '1' }));
    expect(total).toBe(1);
    expect(rows[0]).toMatchObject({
      before: { a: 1, apiKey: '••••' },
      after: { a: 2, apiKey: '••••', nested: { clientSecret: '••••', b: 1 } },
    });
    expect(await inShop(shopId, (tx) => listAudit(tx, shopId, { text: 'THING b' }))).toMatchObject({
      total: 1,
      rows: [{ action: 'y', userName: 'Crossdock' }],
    });
    expect((await inShop(shopId, (tx) => listAudit(tx, shopId, { page: 2, pageSize: 1 }))).rows).toMatchObject([{ action: 'x' }]);
  });

  it('can be filtered by setting, and tells which settings and people it knows', async () => {
    const by = (userId: string, userName: string, subject: string, before: object, after: object) =>
      inShop(shopId, (tx) =>
        audit(tx, shopId, { userId, userName }, { action: 'x', subject, before: { ...before }, after: { ...after } }),
      );
    await by('1', 'Ada', 'sync orders', { editWindowMinutes: 0 }, { editWindowMinutes: 30 });
    await by('2', 'Bob', 'sync inventory', { minimumLevel: 0 }, { minimumLevel: 2 });
    await by('2', 'Bob', 'connection Main', { region: 'eu' }, { region: 'us' });
    const found = await inShop(shopId, (tx) =>
      listAudit(tx, shopId, { setting: { subject: 'sync orders', name: 'editWindowMinutes' } }),
    );
    expect(found.rows.map(({ userName }) => userName)).toEqual(['Ada']);
    const ofConnections = await inShop(shopId, (tx) =>
      listAudit(tx, shopId, { setting: { subject: 'connection', name: 'region' } }),
    );
    expect(ofConnections.total).toBe(1);
    expect(await inShop(shopId, (tx) => auditChoices(tx, shopId))).toEqual({
      people: [
        { userId: '1', userName: 'Ada' },
        { userId: '2', userName: 'Bob' },
      ],
      settings: [
        { subject: 'connection', name: 'region' },
        { subject: 'sync inventory', name: 'minimumLevel' },
        { subject: 'sync orders', name: 'editWindowMinutes' },
      ],
    });
  });

  it('what is empty is not masked, so that "none" can be told from "some"', () => {
    expect(maskSecrets({ token: '', password: null, list: [{ apiKey: 'x' }] })).toEqual({
      token: '',
      password: null,
      list: [{ apiKey: '••••' }],
    });
  });
});
