import { randomUUID } from 'node:crypto';
import type { Shop, World } from './world.ts';
import { shopById } from './shops.ts';

interface JobRow {
  id: string;
  shop_id: number;
  kind: string;
  payload: string;
  due_at: number;
  done: number;
  result: string | null;
}

/** Does one kind of job; what it returns is kept as the job's result. */
export type JobHandler = (world: World, shop: Shop, payload: never) => unknown;

export interface Scheduler {
  start(): void;
  stop(): Promise<void>;
  wake(): void;
  /** Runs everything that is due and waits for it; for tests. */
  settle(): Promise<void>;
}

const LOOK_AT_LEAST_EVERY_MS = 250;

/** Queues a job; it runs once, also after a restart. `from`–`to` ms from now by the sandbox clock. */
export function queueJob(
  world: World,
  shop: Shop,
  [from, to]: readonly [number, number],
  kind: string,
  payload: unknown,
): string {
  const id = randomUUID();
  world.state.run(
    'INSERT INTO jobs (id, shop_id, kind, payload, due_at) VALUES (?,?,?,?,?)',
    id,
    shop.id,
    kind,
    JSON.stringify(payload),
    world.clock.now() + world.random.between(from, to),
  );
  return id;
}

/** Runs jobs when they are due by the sandbox clock. A handler that fails keeps its error as the result and warns. */
export function openScheduler(world: World, handlers: Record<string, JobHandler>): Scheduler {
  const running = new Map<string, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let started = false;

  const finish = (id: string, result: unknown) => {
    world.state.run('UPDATE jobs SET done = 1, result = ? WHERE id = ?', JSON.stringify(result ?? null), id);
  };
  const fail = (job: JobRow, error: unknown) => {
    finish(job.id, { error: String(error) });
    process.emitWarning(
      `The Shopify stand-in failed at ${job.kind} ${job.payload}: ${error instanceof Error ? error.stack : String(error)}`,
    );
  };

  const run = (job: JobRow): void => {
    const handler = handlers[job.kind];
    const shop = shopById(world.state, job.shop_id);
    try {
      if (!handler || !shop) throw new Error(`Nobody does jobs of the kind ${job.kind}.`);
      const result = handler(world, shop, JSON.parse(job.payload) as never);
      if (!(result instanceof Promise)) return finish(job.id, result);
      running.set(
        job.id,
        result
          .then(
            (value: unknown) => finish(job.id, value),
            (error: unknown) => fail(job, error),
          )
          .finally(() => running.delete(job.id)),
      );
    } catch (error) {
      fail(job, error);
    }
    return undefined;
  };

  const pump = (): boolean => {
    const due = world.state
      .all<JobRow>('SELECT * FROM jobs WHERE done = 0 AND due_at <= ? ORDER BY due_at LIMIT 200', world.clock.now())
      .filter((job) => !running.has(job.id));
    if (due.length > 1) world.state.transaction(() => due.forEach(run));
    else due.forEach(run);
    return due.length > 0;
  };

  const schedule = (ms: number): void => {
    if (!started) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const more = pump();
      const next = world.state.get<{ due: number | null }>(
        'SELECT min(due_at) AS due FROM jobs WHERE done = 0 AND due_at > ?',
        world.clock.now(),
      )?.due;
      schedule(
        more ? 0 : Math.max(1, Math.min(LOOK_AT_LEAST_EVERY_MS, next ? next - world.clock.now() : LOOK_AT_LEAST_EVERY_MS)),
      );
      if (more) world.wake();
    }, ms);
  };

  return {
    start() {
      started = true;
      schedule(0);
    },
    async stop() {
      started = false;
      clearTimeout(timer);
      await Promise.allSettled(running.values());
    },
    wake: () => schedule(1),
    async settle() {
      while (pump() || running.size > 0) await Promise.allSettled(running.values());
    },
  };
}
