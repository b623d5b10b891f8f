import { setTimeout as sleep } from 'node:timers/promises';
import type { JobWithMetadata } from 'pg-boss';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';

const database = await openTestDatabase();
const { boss, stopBoss } = await import('./boss.ts');
const { consume } = await import('./consume.ts');
const engine = await boss({ worker: true });

interface Work {
  ms?: number;
  fail?: boolean;
}

let serial = 0;
let stop: (() => Promise<void>) | undefined;

/** A queue of its own, worked on by one consumer that notes what it began and ended. */
async function open({ slots = 4, perGroup = 4, pollMs = 60_000 } = {}) {
  const name = `consume-${++serial}`;
  await engine.createQueue(name, { retryLimit: 2, retryDelay: 0, heartbeatSeconds: 10 });
  const begun: string[] = [];
  const ended: string[] = [];
  let most = 0;
  const now = new Map<string, number>();
  const consumer = consume(engine, {
    name,
    slots,
    perGroup,
    pollMs,
    async handle(job: JobWithMetadata) {
      const { ms = 0, fail = false } = job.data as Work;
      const group = job.groupId ?? '';
      begun.push(job.id);
      now.set(group, (now.get(group) ?? 0) + 1);
      most = Math.max(most, now.get(group) ?? 0);
      await sleep(ms);
      now.set(group, (now.get(group) ?? 0) - 1);
      if (fail && job.retryCount === 0) return { done: false, output: { code: 'once' } };
      ended.push(job.id);
      return { done: true };
    },
  });
  stop = consumer.stop;
  const send = async (work: Work, group?: string) => (await engine.send(name, work, group ? { group: { id: group } } : {})) ?? '';
  return { name, send, begun, ended, wake: () => consumer.wake(), mostOfAGroup: () => most };
}

afterEach(async () => {
  await stop?.();
  stop = undefined;
});

afterAll(async () => {
  await stopBoss();
  await database.close();
});

const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 10_000, interval: 20 });

describe('taking jobs', () => {
  it('a slow job holds up nobody else’s', async () => {
    const queue = await open({ slots: 2 });
    const slow = await queue.send({ ms: 3_000 });
    const quick: string[] = [];
    for (let index = 0; index < 10; index += 1) quick.push(await queue.send({}));
    queue.wake();
    await until(() => expect(queue.ended).toEqual(expect.arrayContaining(quick)));
    expect(queue.begun).toContain(slow);
    expect(queue.ended).not.toContain(slow);
  });

  it('never more of one group at once than it may have, and the others find room', async () => {
    const queue = await open({ slots: 4, perGroup: 2 });
    for (let index = 0; index < 12; index += 1) await queue.send({ ms: 80 }, 'noisy');
    const other = await queue.send({}, 'quiet');
    queue.wake();
    await until(() => expect(queue.ended).toContain(other));
    expect(queue.ended.length).toBeLessThan(8);
    await until(() => expect(queue.ended).toHaveLength(13));
    expect(queue.mostOfAGroup()).toBe(2);
  });

  it('what failed is tried again, and is settled once', async () => {
    const queue = await open({ pollMs: 50 });
    const id = await queue.send({ fail: true });
    queue.wake();
    await until(() => expect(queue.ended).toEqual([id]));
    expect(queue.begun).toEqual([id, id]);
    await until(async () => {
      const [job] = await engine.findJobs(queue.name, { id });
      expect(job?.state).toBe('completed');
    });
  });

  it('finds by itself what nobody announced', async () => {
    const queue = await open({ pollMs: 50 });
    const id = await queue.send({});
    await until(() => expect(queue.ended).toEqual([id]));
  });

  it('stopping lets what is under way end, and begins nothing new', async () => {
    const queue = await open({ slots: 1 });
    const first = await queue.send({ ms: 300 });
    await queue.send({});
    queue.wake();
    await until(() => expect(queue.begun).toEqual([first]));
    await stop?.();
    expect(queue.ended).toEqual([first]);
    expect(queue.begun).toEqual([first]);
  });
});
