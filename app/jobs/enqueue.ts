import { fromPrisma } from 'pg-boss';
import { beforeCommit, type Tx } from '../db/scope.ts';
import { boss } from './boss.ts';
import { jobs, type JobName, type JobPayload } from './definitions.ts';

/** Where a transaction that queued a job says of which queue. */
export const JOBS_CHANNEL = 'crossdock_jobs';

export interface EnqueueOptions {
  /** Higher goes first. Fulfilments 30, orders 20, inventory 10, products 0. */
  priority?: number;
  startAfter?: Date;
  /** Whose it is (the shop's id): one group never takes all slots. */
  group?: string;
}

/** Queues a job in the same transaction as the rows it is about: both are there, or neither. */
export async function enqueue<Name extends JobName>(
  tx: Tx,
  name: Name,
  payload: JobPayload<Name>,
  options: EnqueueOptions = {},
): Promise<void> {
  const data = jobs[name].schema.parse(payload);
  const engine = await boss();
  const queue = async (within: Tx) => {
    await engine.send(name, data, {
      db: fromPrisma(within),
      ...(options.priority === undefined ? {} : { priority: options.priority }),
      ...(options.startAfter ? { startAfter: options.startAfter } : {}),
      ...(options.group ? { group: { id: options.group } } : {}),
    });
  };
  beforeCommit(tx, queue, options.startAfter ? undefined : { channel: JOBS_CHANNEL, message: name });
}

/** Queues many jobs of one kind in one statement; none is as good as no call. */
export async function enqueueMany<Name extends JobName>(
  tx: Tx,
  name: Name,
  list: readonly { payload: JobPayload<Name>; options: Omit<EnqueueOptions, 'startAfter'> }[],
): Promise<void> {
  if (list.length === 0) return;
  const rows = list.map(({ payload, options: { priority = 0, group } }) => ({
    ...{ data: jobs[name].schema.parse(payload), priority },
    ...(group ? { group: { id: group } } : {}),
  }));
  const engine = await boss();
  const queue = async (within: Tx) => void (await engine.insert(name, rows, { db: fromPrisma(within) }));
  beforeCommit(tx, queue, { channel: JOBS_CHANNEL, message: name });
}

/**
 * Takes back what is queued about a shop's orders, but for those of which news came after `before`: the rest is somebody else's work from now on. Worker
 * processes would look at each and find nothing to do, and an order that comes in fresh would stand behind all of them.
 */
export async function withdrawOrderNudges(shopId: number, before: Date): Promise<void> {
  const engine = await boss();
  // One statement, so that news and its job are seen together; the fresh ones as an array, which is read once whatever PostgreSQL thinks of the table.
  await engine.getDb().executeSql(
    `DELETE FROM pgboss.job
     WHERE name = 'drain' AND state IN ('created', 'retry') AND group_id = $1::text AND data->>'kind' = 'order'
       AND NOT (data->>'id' = ANY(ARRAY(
         SELECT subject_id FROM inbox_item
         WHERE shop_id = $2::int AND subject_kind = 'order' AND handled_at IS NULL AND received_at > $3::timestamptz)))`,
    [String(shopId), shopId, before],
  );
}
