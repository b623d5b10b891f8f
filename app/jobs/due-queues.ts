import type { PgBoss } from 'pg-boss';
import type { JobName } from './definitions.ts';

/**
 * The queues in which a job's time has come: retries, and what was announced while nobody listened. One question for all queues, and a cheap one: a fetch
 * counts the groups at work, and was most of what an idle worker asked.
 */
export async function dueQueues(engine: PgBoss, names: readonly JobName[]): Promise<JobName[]> {
  const { rows } = (await engine.getDb().executeSql(
    `SELECT q.name FROM unnest($1::text[]) AS q (name)
     WHERE EXISTS (SELECT 1 FROM pgboss.job j WHERE j.name = q.name AND j.state < 'active' AND NOT j.blocked AND j.start_after <= pgboss.job_now())`,
    [names],
  )) as { rows: { name: JobName }[] };
  return rows.map(({ name }) => name);
}
