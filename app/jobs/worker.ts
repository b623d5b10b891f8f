import { setTimeout as sleep } from 'node:timers/promises';
import type { JobWithMetadata } from 'pg-boss';
import { asCrossdockError } from '../core/errors.ts';
import { logger } from '../core/logger.ts';
import { listen } from '../db/listen.ts';
import { boss, stopBoss } from './boss.ts';
import { consume, type JobResult } from './consume.ts';
import { jobs, type JobName, type JobPayload } from './definitions.ts';
import { dueQueues } from './due-queues.ts';
import { JOBS_CHANNEL } from './enqueue.ts';
import { deliver } from './handlers/deliver.ts';
import { drain } from './handlers/drain.ts';
import { pool } from './handlers/pool.ts';
import { run } from './handlers/run.ts';
import { shop } from './handlers/shop.ts';
import { startTicking } from './tick.ts';

type Handler<Name extends JobName> = (payload: JobPayload<Name>, how: { lastTry: boolean }) => Promise<void>;
const handlers: { [Name in JobName]: Handler<Name> } = { deliver, drain, run, shop, pool };

/** Runs one job; whatever it throws becomes a result, so that no job takes another with it. */
async function perform<Name extends JobName>(name: Name, handler: Handler<Name>, job: JobWithMetadata): Promise<JobResult> {
  const { schema, retryLimit } = jobs[name];
  try {
    await handler(schema.parse(job.data) as JobPayload<Name>, { lastTry: job.retryCount >= retryLimit });
    return { done: true };
  } catch (thrown) {
    const error = asCrossdockError(thrown);
    logger[error.kind === 'transient' ? 'warn' : 'error'](
      { job: name, payload: job.data, code: error.code, error },
      'A job did not finish',
    );
    return { done: false, output: { code: error.code, message: error.message } };
  }
}

/** Asked once for all queues; each by itself looks seldom, should that fail. */
const LOOK_MS = 2_000;
const POLL_MS = 30_000;
// What takes longer than this is taken up again by the next worker.
const FAREWELL_MS = 20_000;

/** Starts taking jobs and ticking in this process. The returned function stops both and waits for what is under way. */
export async function startWorker(): Promise<() => Promise<void>> {
  const engine = await boss({ worker: true });
  const consumers = new Map(
    (Object.keys(jobs) as JobName[]).map((name) => {
      const { slots, perShop: perGroup } = jobs[name];
      const handle = (job: JobWithMetadata) => perform(name, handlers[name] as Handler<JobName>, job);
      return [name as string, consume(engine, { name, slots, perGroup, pollMs: POLL_MS, handle })];
    }),
  );
  const names = [...consumers.keys()] as JobName[];
  const looking = setInterval(() => {
    dueQueues(engine, names).then(
      (due) => due.forEach((name) => consumers.get(name)?.wake()),
      (error: unknown) => logger.warn({ error }, 'Nobody could tell which jobs are due; asked again'),
    );
  }, LOOK_MS);
  const stopListening = listen(JOBS_CHANNEL, (name) => {
    if (name === null) for (const consumer of consumers.values()) consumer.wake();
    else consumers.get(name)?.wake();
  });
  const stopTicking = startTicking();
  return async () => {
    clearInterval(looking);
    await stopTicking();
    const ended = Promise.all([...consumers.values()].map((consumer) => consumer.stop()));
    await Promise.race([ended, sleep(FAREWELL_MS, undefined, { ref: false })]);
    await Promise.all([stopListening(), stopBoss()]);
  };
}
