import type { z } from 'zod';
import { TransientError } from '../../core/errors.ts';
import { pageRows, readAgain } from './assumptions.ts';
import type { HotwaxClient, Query } from './client.ts';

export interface WholeList<Row extends z.ZodType> {
  path: string;
  row: Row;
  query: Query;
  idOf: (row: z.output<Row>) => string;
  /** Rows in one page; smaller in tests. */
  pageSize?: number | undefined;
}

/**
 * Streams a list that may change while it is read, each row once (again if it changed meanwhile). Pages are told by their place, so a row that
 * moves can push another one past us: where fewer rows came than HotWax says there are, the list is read again. The order of rows isn't relied on.
 */
export async function* everyRow<Row extends z.ZodType>(
  client: HotwaxClient,
  { path, row, query, idOf, pageSize = pageRows }: WholeList<Row>,
): AsyncGenerator<z.output<Row>[]> {
  const given = new Set<string>();
  for (let round = 0; round < readAgain; round += 1) {
    const seen = new Set<string>();
    let promised = 0;
    for (let index = 0, taken = 0; ; index += 1) {
      const before = seen.size;
      const { rows, unread, total } = await client.page(path, row, query, index, pageSize);
      const fresh = rows.filter((one) => !given.has(JSON.stringify(one)));
      for (const one of rows) {
        seen.add(idOf(one));
        given.add(JSON.stringify(one));
      }
      for (const one of unread) seen.add(one);
      if (fresh.length > 0) yield fresh;
      const told = rows.length + unread.length;
      taken += told;
      promised = total ?? 0;
      if (total !== null && taken >= total) break;
      // Without a total a page that brings nothing new is the end; with one, rows moved.
      if (told === 0 || (total === null && seen.size === before)) break;
    }
    if (seen.size >= promised) return;
  }
  throw new TransientError('hotwax-list-moving', 'The list changed each time it was read', { params: { path } });
}
