import type { z } from 'zod';
import { BugError } from '../../core/errors.ts';
import { momentOf } from '../contract/index.ts';
import type { PulpoClient, Query } from './client.ts';
import { filterTime, filters, overlapMs, pageRows } from './assumptions.ts';

/** A time of PULPO's as epoch ms: ISO 8601 without a zone means UTC. Null for what is no time. */
export const timeOf = (text: string): number | null =>
  momentOf(Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text.replace(' ', 'T')}Z`));

type Timed<By extends string> = { id: string } & Record<By, string>;

export interface ChangeList<By extends string, Row extends z.ZodType<Timed<By>>> {
  path: string;
  key: string;
  row: Row;
  /** The column that tells when a record appeared or changed. */
  by: By;
  query: Query;
  /** Rows in one page; smaller in tests. */
  pageSize?: number | undefined;
}

/**
 * Streams records in the order they changed, those of the last minutes before `since` again. Each page is asked for by the time of the last
 * record and not by its place: what changes while we read moves to the end of the list, and counting places would then skip one.
 * `upTo` is the time of the page's last record.
 */
export async function* changesSince<By extends string, Row extends z.ZodType<Timed<By>>>(
  client: PulpoClient,
  { path, key, row, by, query, pageSize = pageRows }: ChangeList<By, Row>,
  since: number | null,
): AsyncGenerator<{ rows: z.output<Row>[]; upTo: number }> {
  const cut = (time: number) => Math.floor(time / 1000) * 1000;
  let at = since === null ? null : cut(Math.max(0, since - overlapMs));
  let offset = 0;
  let seen = new Set<string>();
  for (;;) {
    const window = at === null ? {} : { [by]: filters.since(filterTime(at)) };
    const { rows, told, total } = await client.page(path, key, row, {
      ...query,
      ...window,
      sort_by: `${by}:asc`,
      limit: pageSize,
      offset,
    });
    let before = at ?? 0;
    // One whose time can't be read came after the record before it: the list is sorted.
    const times = rows.map((one) => (before = timeOf(one[by]) ?? before));
    if (times.some((time, index) => time < (times[index - 1] ?? 0)))
      throw new BugError('pulpo-unsorted', `${path} did not come in order`);
    const nameOf = (one: z.output<Row>) => `${one.id} ${one[by]}`;
    const fresh = rows.filter((one) => !seen.has(nameOf(one)));
    if (told === 0) return;
    const last = times.at(-1) ?? before;
    if (fresh.length > 0) yield { rows: fresh, upTo: last };
    if (total === null ? fresh.length === 0 : offset + told >= total) return;
    if (at === null || cut(last) > at) {
      at = cut(last);
      offset = 0;
      seen = new Set(rows.map(nameOf));
    } else {
      // More than a page within one second: only then places are counted.
      offset += told;
      for (const one of rows) seen.add(nameOf(one));
    }
  }
}
