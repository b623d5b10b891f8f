import { setTimeout as sleep } from 'node:timers/promises';
import type { JobWithMetadata, PgBoss } from 'pg-boss';
import { logger } from '../core/logger.ts';

/** What came of one job; `again` has pg-boss try it later, with its back-off. */
export type JobResult = { done: true } | { done: false; output: object };

export interface Consumption {
  name: string;
  /** Jobs of this queue that this process works on at once. */
  slots: number;
  /** Of these, how many all processes together give to one group (a shop), so that a noisy one leaves room for the others. */
  perGroup: number;
  /** Looks by itself this often, for jobs that became due (retries) and for announcements that got lost. */
  pollMs: number;
  handle(job: JobWithMetadata): Promise<JobResult>;
}

const HEARTBEAT_MS = 3_000;
// Jobs that end within this time of each other share one fetch and one completion.
const GATHER_MS = 15;
const DATABASE_GONE_MS = 1_000;

/**
 * Takes jobs as soon as one of its slots is free, and settles each by itself. pg-boss's own `work` takes the next batch only when the slowest
 * job of the last has ended: one order waiting on a slow back office would hold up everybody's.
 */
export function consume(engine: PgBoss, { name, slots, perGroup, pollMs, handle }: Consumption) {
  const underWay = new Map<string, JobWithMetadata>();
  let stopping = false;
  let nudge: () => void = () => undefined;
  let done: JobWithMetadata[] = [];
  let settling: Promise<void> | undefined;

  const settle = () =>
    (settling ??= sleep(GATHER_MS).then(async () => {
      const finished = done;
      done = [];
      settling = undefined;
      // In one order everywhere, so that two completions never wait for each other.
      finished.sort((one, other) => (one.id < other.id ? -1 : 1));
      // A job that could not be settled comes again when its heartbeat has lapsed, and finds its work done.
      await engine
        .complete(name, finished)
        .catch((error: unknown) => logger.warn({ error, job: name, count: finished.length }, 'Jobs could not be settled'));
      for (const { id } of finished) underWay.delete(id);
      nudge();
    }));

  const work = async (job: JobWithMetadata): Promise<void> => {
    const result = await handle(job);
    if (result.done) {
      done.push(job);
      await settle();
      return;
    }
    await engine
      .fail(name, job, result.output)
      .catch((error: unknown) => logger.warn({ error, job: name }, 'A failed job could not be settled'));
    underWay.delete(job.id);
    nudge();
  };

  const heartbeat = setInterval(() => {
    if (underWay.size === 0) return;
    engine
      .touch(name, [...underWay.values()])
      .catch((error: unknown) => logger.warn({ error, job: name }, 'The heartbeat of jobs could not be written'));
  }, HEARTBEAT_MS);

  /** Until something is announced, a slot gets free, or it is time to look. */
  const wait = async (ms: number): Promise<void> => {
    const waiting = new AbortController();
    nudge = () => waiting.abort();
    await sleep(ms, undefined, { signal: waiting.signal }).catch(() => undefined);
    nudge = () => undefined;
  };

  let announced = false;
  async function loop(): Promise<void> {
    while (!stopping) {
      const free = slots - underWay.size;
      if (free <= 0) {
        await wait(pollMs);
        continue;
      }
      announced = false;
      let jobs: JobWithMetadata[] = [];
      try {
        jobs = await engine.fetch(name, { batchSize: free, includeMetadata: true, groupConcurrency: perGroup });
      } catch (error) {
        logger.warn({ error, job: name }, 'Jobs could not be fetched; tried again');
        await sleep(DATABASE_GONE_MS);
      }
      for (const job of jobs) underWay.set(job.id, job);
      for (const job of jobs) void work(job);
      if (jobs.length === 0 && !announced && !stopping) await wait(pollMs);
    }
  }
  const running = loop();

  return {
    /** Something was announced for this queue. */
    wake(): void {
      announced = true;
      nudge();
    },
    /** Takes no more, and resolves when what is under way has ended. */
    async stop(): Promise<void> {
      stopping = true;
      nudge();
      await running;
      while (underWay.size > 0) await wait(100);
      clearInterval(heartbeat);
    },
  };
}
