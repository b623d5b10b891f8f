import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';

const database = await openTestDatabase();
const { prisma } = await import('../db/client.ts');
const { connectionRecords } = await import('./connection-records.ts');

const [mine, other] = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'] as const;
let shops: number[] = [];
beforeAll(async () => {
  const made = [1, 2].map((n) => prisma.shop.create({ data: { domain: `records${n}.myshopify.com`, installedAt: new Date() } }));
  shops = (await Promise.all(made)).map(({ id }) => id);
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

describe('documents of a connection', () => {
  it('come back as they were put, the oldest first and page by page; a replaced one keeps its place', async () => {
    const records = connectionRecords(shops[0] ?? 0, mine);
    for (const n of [1, 2, 3]) await records.put('order', `#${n}`, { n });
    await records.put('order', '#1', { n: 'again' });
    await records.put('other', '#9', {});
    const first = await records.list('order', { limit: 2 });
    expect(first.map(({ key, body }) => [key, body])).toEqual([
      ['#1', { n: 'again' }],
      ['#2', { n: 2 }],
    ]);
    expect((await records.list('order', { limit: 2, after: '#2' })).map(({ key }) => key)).toEqual(['#3']);
    await records.remove('order', ['#2']);
    expect(await records.get('order', '#2')).toBeNull();
    expect(await records.get('order', '#3')).toEqual({ n: 3 });
  });

  it('lose no change that is made while another is', async () => {
    const records = connectionRecords(shops[0] ?? 0, mine);
    await records.put('count', 'one', 0);
    const more = () => records.change('count', 'one', (body) => Number(body) + 1);
    expect(await Promise.all(Array.from({ length: 8 }, more))).toEqual(Array(8).fill(true));
    expect(await records.get('count', 'one')).toBe(8);
    expect([await records.change('count', 'one', () => null), await records.change('count', 'none', () => 1)]).toEqual([
      false,
      false,
    ]);
    expect([await records.get('count', 'one'), await records.get('count', 'none')]).toEqual([8, null]);
  });

  it('are sealed, and of this connection and shop alone', async () => {
    await connectionRecords(shops[0] ?? 0, mine).put('order', 'secret', { buyer: 'Grace Hopper' });
    const row = await prisma.connectionRecord.findFirstOrThrow({ where: { key: 'secret' } });
    expect(Buffer.from(row.sealed).toString('latin1')).not.toContain('Grace');
    expect(await connectionRecords(shops[0] ?? 0, other).get('order', 'secret')).toBeNull();
    expect(await connectionRecords(shops[1] ?? 0, mine).get('order', 'secret')).toBeNull();
    await prisma.connectionRecord.create({ data: { ...row, connectionId: other } });
    await expect(connectionRecords(shops[0] ?? 0, other).get('order', 'secret')).rejects.toThrow();
  });
});
