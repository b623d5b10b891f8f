import { z } from 'zod';

/**
 * Every background job: its payload (ids only), its retries. No behaviour. A job is a nudge: what is to be done stands
 * in the database, and a lost or doubled job changes nothing.
 */
export interface JobDefinition<Schema extends z.ZodObject = z.ZodObject> {
  schema: Schema;
  /** pg-boss retries before the sweeper has to find the work again. */
  retryLimit: number;
  /** Jobs that a worker process works on at once. */
  slots: number;
  /** How many of one shop all worker processes together work on at once. */
  perShop: number;
  expireInSeconds: number;
}

const shop = z.object({ shopId: z.number().int() });
const connection = shop.extend({ connectionId: z.uuid() });
const define = <Schema extends z.ZodObject>(definition: JobDefinition<Schema>): JobDefinition<Schema> => definition;

export const jobs = {
  /** Something about this subject waits in the inbox. */
  drain: define({
    schema: shop.extend({ kind: z.string(), id: z.string() }),
    retryLimit: 4,
    slots: 32,
    perShop: 12,
    expireInSeconds: 300,
  }),
  /** One execution of a sync: pull, push, backfill. */
  run: define({
    schema: connection.extend({ sync: z.string(), runId: z.uuid() }),
    retryLimit: 3,
    slots: 8,
    perShop: 4,
    expireInSeconds: 3600,
  }),
  /** The life of a shop: installed, uninstalled, compliance. */
  shop: define({
    schema: shop.extend({ event: z.string(), inboxKey: z.string(), orderIds: z.array(z.string()) }),
    retryLimit: 8,
    slots: 4,
    perShop: 2,
    expireInSeconds: 900,
  }),
  /** A message about alerts waits in the outbox. */
  deliver: define({
    schema: shop.extend({ deliveryId: z.uuid() }),
    // Its attempts and their back-off stand in the outbox.
    retryLimit: 2,
    slots: 4,
    perShop: 2,
    expireInSeconds: 120,
  }),
  /** Something of a shared store changed: stock moved, a shop joined or left. Each one's part is done in its own scope. */
  pool: define({
    schema: connection.extend({ event: z.enum(['moved', 'joined', 'changed', 'expelled']), skus: z.array(z.string()) }),
    retryLimit: 8,
    slots: 4,
    perShop: 2,
    expireInSeconds: 300,
  }),
} satisfies Record<string, JobDefinition>;

export type JobName = keyof typeof jobs;
export type JobPayload<Name extends JobName> = z.infer<(typeof jobs)[Name]['schema']>;
