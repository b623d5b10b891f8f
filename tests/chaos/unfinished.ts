import pg from 'pg';
import type { ChaosShop } from './chaos-shop.ts';

/** Work of one shop that was begun, or is known of, and not finished. `$1` is the shop's domain. */
const queries: Record<string, string> = {
  'news that nobody has taken':
    'SELECT subject_kind AS kind, count(*)::int AS n FROM inbox_item WHERE shop_id = (SELECT id FROM shop WHERE domain = $1) AND handled_at IS NULL GROUP BY 1',
  'writes whose outcome nobody knows':
    "SELECT kind, count(*)::int AS n FROM write WHERE shop_id = (SELECT id FROM shop WHERE domain = $1) AND state IN ('intended', 'sent', 'unknown') GROUP BY 1",
  'runs that have not ended':
    "SELECT sync || ' ' || state AS kind, count(*)::int AS n FROM run WHERE shop_id = (SELECT id FROM shop WHERE domain = $1) AND slot IS NULL AND state NOT IN ('finished', 'finished_partially', 'failed', 'cancelled') GROUP BY 1",
  'jobs that nobody works on':
    "SELECT name || ' ' || state AS kind, count(*)::int AS n FROM pgboss.job WHERE state IN ('active', 'retry') AND $1 <> '' GROUP BY 1",
};

/** What the database itself holds of unfinished work once all is over: no page has to be believed for that. One line for each kind. */
export async function unfinishedWork({ control, domain }: ChaosShop): Promise<string[]> {
  const { url } = await control.get<{ url: string }>('/postgres');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 20_000 });
  await client.connect();
  try {
    const found: string[] = [];
    for (const [what, sql] of Object.entries(queries)) {
      const { rows } = await client.query<{ kind: string; n: number }>(sql, [domain]);
      found.push(...rows.map(({ kind, n }) => `${n} ${what} (${kind})`));
    }
    return found;
  } finally {
    await client.end();
  }
}
