import pg from 'pg';
import type { ChaosShop } from './chaos-shop.ts';
import type { Violation } from './violation.ts';

/** Work of one shop that was begun, or is known of, and not finished. `$1` is the shop's domain. */
const queries: Record<string, string> = {
  'news that nobody has taken':
    'SELECT subject_kind AS kind, count(*)::int AS n FROM inbox_item WHERE shop_id = (SELECT id FROM shop WHERE domain = $1) AND handled_at IS NULL GROUP BY 1',
  // What a later change overtook can't be asked for any more, and needn't be; nor a change of what has left, whose parcels are compared.
  'writes whose outcome nobody knows': `SELECT w.kind || ' ' || w.state || ' of ' || string_agg(coalesce((SELECT reference || ', ' || p.state FROM part p WHERE p.shop_id = w.shop_id AND p.id::text = w.subject_id), subject_id), '; ') AS kind,
    count(*)::int AS n FROM write w WHERE shop_id = (SELECT id FROM shop WHERE domain = $1) AND w.state IN ('intended', 'sent', 'unknown')
    AND NOT EXISTS (SELECT 1 FROM write l WHERE l.shop_id = w.shop_id AND l.subject_kind = w.subject_kind AND l.subject_id = w.subject_id AND l.target = w.target
      AND l.created_at > w.created_at AND l.state = 'landed')
    AND NOT (w.kind = 'order-amend' AND EXISTS (SELECT 1 FROM part p WHERE p.shop_id = w.shop_id AND p.id::text = w.subject_id AND p.state = 'shipped'))
    GROUP BY w.kind, w.state`,
  'runs that have not ended':
    "SELECT sync || ' ' || state AS kind, count(*)::int AS n FROM run WHERE shop_id = (SELECT id FROM shop WHERE domain = $1) AND slot IS NULL AND state NOT IN ('finished', 'finished_partially', 'failed', 'cancelled') GROUP BY 1",
  'jobs that nobody works on':
    "SELECT name || ' ' || state AS kind, count(*)::int AS n FROM pgboss.job WHERE state IN ('active', 'retry') AND $1 <> '' GROUP BY 1",
};

/** What the database itself holds of unfinished work once all is over: no page has to be believed for that. One violation for each kind. */
export async function unfinishedWork({ control, domain }: Pick<ChaosShop, 'control' | 'domain'>): Promise<Violation[]> {
  const { url } = await control.get<{ url: string }>('/postgres');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 20_000 });
  await client.connect();
  try {
    const found: Violation[] = [];
    for (const [what, sql] of Object.entries(queries)) {
      const { rows } = await client.query<{ kind: string; n: number }>(sql, [domain]);
      for (const { kind, n } of rows)
        found.push({
          ...{ invariant: 'runs', subject: 'database', what: `holds ${n} ${what} (${kind})` },
          ...{ shopify: null, backOffice: null, app: null },
        });
    }
    return found;
  } finally {
    await client.end();
  }
}
