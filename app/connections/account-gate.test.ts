import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';

const database = await openTestDatabase();
const { prisma } = await import('../db/client.ts');
const { AccountGate, accountGate } = await import('./account-gate.ts');
const { reservePlace, takeSlot, renewSlot, giveSlotBack } = await import('./account-slots.ts');
const { tokenCache } = await import('./token-cache.ts');
const { TransientError } = await import('../core/errors.ts');

afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

/** Counts how many calls run at once. */
function crowd() {
  let inside = 0;
  const seen = { most: 0, calls: 0 };
  const call = async () => {
    inside += 1;
    seen.calls += 1;
    seen.most = Math.max(seen.most, inside);
    await sleep(8);
    inside -= 1;
  };
  return { seen, call };
}

describe('places of an account', () => {
  it('are shared by processes: never more calls at once than the account allows, and all get their turn', async () => {
    // Each instance keeps only what a process keeps; the database is all they share.
    const processes = [1, 2, 3].map(() => new AccountGate({ key: 'vendor a', concurrency: 2, perSecond: null }));
    const { seen, call } = crowd();
    await Promise.all(processes.flatMap((gate) => Array.from({ length: 8 }, () => gate.run(call))));
    expect(seen).toEqual({ most: 2, calls: 24 });
    expect(processes.every(({ idle }) => idle)).toBe(true);
    expect(await prisma.budgetSlot.count()).toBe(0);
  });

  it('are given back when a call fails', async () => {
    const gate = accountGate({ key: 'vendor b', concurrency: 1, perSecond: null });
    await expect(gate(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(await gate(() => Promise.resolve('again'))).toBe('again');
  });

  it('of one account do not stand in the way of another', async () => {
    await accountGate({ key: 'vendor c', concurrency: 1, perSecond: null })(() =>
      accountGate({ key: 'vendor d', concurrency: 1, perSecond: null })(() => Promise.resolve()),
    );
  });

  it('of a process that died lapse after a minute, and a renewed one does not', async () => {
    expect(await takeSlot('vendor e', 1, 'dead')).toBe(0);
    expect(await takeSlot('vendor e', 1, 'next')).toBeNull();
    await prisma.budgetSlot.updateMany({ where: { key: 'account vendor e' }, data: { untilMs: BigInt(Date.now() - 1) } });
    await renewSlot('vendor e', 0, 'dead');
    expect(await takeSlot('vendor e', 1, 'next')).toBeNull();
    await prisma.budgetSlot.updateMany({ where: { key: 'account vendor e' }, data: { untilMs: BigInt(Date.now() - 1) } });
    expect(await takeSlot('vendor e', 1, 'next')).toBe(0);
    await giveSlotBack('vendor e', 0, 'dead');
    expect(await takeSlot('vendor e', 1, 'third')).toBeNull();
  });
});

describe('calls a second', () => {
  it('the first come at once, each later one waits its share', async () => {
    const waits: number[] = [];
    for (let call = 0; call < 5; call += 1) waits.push((await reservePlace('vendor f', 2, {})) ?? -1);
    expect(waits.slice(0, 2)).toEqual([0, 0]);
    // Two a second: half a second each, less what passed while this ran.
    expect(waits[2]).toBeGreaterThan(0);
    expect(waits[4]).toBeGreaterThan(waits[3] ?? 0);
    expect(waits[4]).toBeLessThanOrEqual(1500);
  });

  it('a wait that would be too long is refused, and refused waits take no place', async () => {
    await reservePlace('vendor g', 1, { emptyForMs: 30_000 });
    for (let call = 0; call < 5; call += 1) expect(await reservePlace('vendor g', 1, { longestWaitMs: 5_000 })).toBeNull();
    expect(await reservePlace('vendor g', 1, { longestWaitMs: 60_000 })).toBeLessThanOrEqual(31_000);
  });

  it('who is told to slow down tells the others', async () => {
    const limits = { key: 'vendor h', concurrency: 4, perSecond: 10 };
    const refuse = () => Promise.reject(new TransientError('rate-limited', 'slow down', { retryAfterMs: 20_000 }));
    await expect(new AccountGate(limits).run(refuse)).rejects.toMatchObject({ code: 'rate-limited' });
    expect(await reservePlace('vendor h', 10, { longestWaitMs: 60_000 })).toBeGreaterThan(15_000);
  });
});

describe('a connection’s token', () => {
  const shop = () => prisma.shop.create({ data: { domain: `t${Math.random()}.myshopify.com`, installedAt: new Date() } });
  const connectionId = '00000000-0000-4000-8000-000000000001';

  it('is renewed by exactly one of many, and the others get what it got', async () => {
    const { id } = await shop();
    let renewals = 0;
    const renew = async () => {
      renewals += 1;
      await sleep(30);
      return { token: `t${renewals}`, expiresAt: Date.now() + 3_600_000 };
    };
    const tokens = await Promise.all(Array.from({ length: 12 }, () => tokenCache(id, connectionId).get(renew)));
    expect(new Set(tokens)).toEqual(new Set(['t1']));
    expect(renewals).toBe(1);
    const row = await prisma.remoteToken.findFirstOrThrow({ where: { shopId: id } });
    expect(Buffer.from(row.sealed).toString('latin1')).not.toContain('t1');
  });

  it('is renewed when it is about to expire, and when the other side refused it', async () => {
    const { id } = await shop();
    let made = 0;
    const renew = (lifeMs: number) => () => Promise.resolve({ token: `t${(made += 1)}`, expiresAt: Date.now() + lifeMs });
    const tokens = tokenCache(id, connectionId);
    expect(await tokens.get(renew(10_000))).toBe('t1');
    expect(await tokens.get(renew(3_600_000))).toBe('t2');
    expect(await tokens.get(renew(3_600_000))).toBe('t2');
    await tokens.invalidate('t1');
    expect(await tokens.get(renew(3_600_000))).toBe('t2');
    await tokens.invalidate('t2');
    expect(await tokens.get(renew(3_600_000))).toBe('t3');
  });

  it('that could not be renewed fails for who asked and leaves the way free', async () => {
    const { id } = await shop();
    const tokens = tokenCache(id, connectionId);
    await expect(tokens.get(() => Promise.reject(new TransientError('no-answer', 'gone')))).rejects.toMatchObject({
      code: 'no-answer',
    });
    expect(await tokens.get(() => Promise.resolve({ token: 'ok', expiresAt: Date.now() + 3_600_000 }))).toBe('ok');
  });
});
