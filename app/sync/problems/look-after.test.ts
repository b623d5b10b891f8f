import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { prisma } = await import('../../db/client.ts');
const { inShop } = await import('../../db/scope.ts');
const { closeProblems, openProblem } = await import('./problems.ts');
const { assignProblems, noteProblem } = await import('./look-after.ts');
const { groupProblems, listProblems } = await import('./read-problems.ts');
const { listAudit } = await import('../../people/audit.ts');
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const ada = { userId: '1', userName: 'Ada' };
const cause = 'shipping-unmapped';
let shopId = 0;
beforeEach(async () => {
  const at = new Date();
  shopId = (await prisma.shop.create({ data: { domain: `s${Math.random()}.myshopify.com`, installedAt: at } })).id;
  const staff = { shopId, role: 'operator', firstSeenAt: at, lastSeenAt: at };
  await prisma.staff.createMany({
    data: [
      { ...staff, id: '1', name: 'Ada' },
      { ...staff, id: '2', name: 'Grace' },
    ],
  });
  for (const [id, value] of [
    ['#1', 'Express'],
    ['#2', 'Express'],
    ['#3', 'Drone'],
  ] as const)
    await inShop(shopId, (tx) =>
      openProblem(tx, shopId, {
        connectionId: null,
        sync: 'orders',
        cause,
        subject: { kind: 'order', id, label: id },
        detail: value,
      }),
    );
});

const assign = (choice: object, userId: string | null) =>
  inShop(shopId, (tx) => assignProblems(tx, shopId, ada, { cause, ...choice }, userId));
const rows = async (filter: object = {}) =>
  (await listProblems(shopId, { cause, ...filter })).rows.sort((a, b) => a.subjectLabel.localeCompare(b.subjectLabel));
const idOf = async (label: string) => (await rows()).find(({ subjectLabel }) => subjectLabel === label)?.id ?? '';

describe('a problem', () => {
  it('is given to somebody: one, all of a value, or all of a cause; and taken back', async () => {
    expect(await assign({ ids: [await idOf('#1')] }, '1')).toBe(1);
    expect(await assign({ detail: 'Express' }, '2')).toBe(2);
    expect((await rows()).map(({ assignedTo }) => assignedTo?.name ?? null)).toEqual(['Grace', 'Grace', null]);
    expect((await groupProblems(shopId, { assignedTo: '2' })).map(({ count }) => count)).toEqual([2]);
    expect(await assign({}, null)).toBe(3);
    expect(await groupProblems(shopId, { assignedTo: '2' })).toEqual([]);
    const { rows: audited } = await inShop(shopId, (tx) => listAudit(tx, shopId, { action: 'problems-assigned' }));
    expect(audited.at(-2)?.after).toEqual({ assigned: 'Grace', count: 2 });
  });

  it('isn’t given to somebody who never opened the app', async () => {
    await expect(assign({}, '77')).rejects.toMatchObject({ code: 'staff-unknown' });
  });

  it('carries a note, which the audit log doesn’t repeat', async () => {
    const id = await idOf('#1');
    await inShop(shopId, (tx) => noteProblem(tx, shopId, ada, id, ' called the customer, Mrs Lovelace '));
    expect((await rows())[0]?.note).toBe('called the customer, Mrs Lovelace');
    const { rows: audited } = await inShop(shopId, (tx) => listAudit(tx, shopId, { action: 'problem-noted' }));
    expect(audited).toHaveLength(1);
    expect(JSON.stringify(audited)).not.toContain('Lovelace');
  });

  it('that closed by itself is found among the closed ones, with what proved it, who looked after it and the note', async () => {
    const id = await idOf('#1');
    await assign({ ids: [id] }, '2');
    await inShop(shopId, (tx) => noteProblem(tx, shopId, ada, id, 'mapped'));
    await inShop(shopId, (tx) => closeProblems(tx, shopId, { subject: { kind: 'order', id: '#1' }, evidence: 'part-sent' }));
    expect(await rows()).toHaveLength(2);
    expect(await rows({ closed: true })).toMatchObject([
      { subjectLabel: '#1', evidence: 'part-sent', note: 'mapped', assignedTo: { userId: '2', name: 'Grace' } },
    ]);
    await expect(inShop(shopId, (tx) => noteProblem(tx, shopId, ada, id, 'again'))).rejects.toMatchObject({
      code: 'problem-gone',
    });
  });
});
