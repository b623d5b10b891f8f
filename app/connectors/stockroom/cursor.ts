/** Where reading starts: after a row of Stockroom's changes, or at a moment. */
export interface Start {
  change: bigint;
  id?: string;
  since?: Date;
}

/** A cursor names the last row that was taken, `<change>:<id>`; a moment (ISO 8601) is understood too, for a first start from a date. */
export function startAt(cursor: string | null): Start {
  if (cursor === null) return { change: 0n };
  const [, change, id] = /^(\d+)(?::([0-9a-f-]{36}))?$/.exec(cursor) ?? [];
  if (change) return { change: BigInt(change), ...(id ? { id } : {}) };
  const since = new Date(cursor);
  if (Number.isNaN(since.getTime())) throw new RangeError(`"${cursor}" is no cursor of Stockroom`);
  return { change: 0n, since };
}

/** Gives each page its cursor. An empty stream gives one empty page, so that the cursor moves off the beginning. */
export async function* withCursors<T extends { change: bigint; id: string }>(
  pages: AsyncIterable<T[]>,
  empty: string,
): AsyncGenerator<{ rows: T[]; cursor: string }> {
  let any = false;
  for await (const rows of pages) {
    const last = rows.at(-1);
    if (!last) continue;
    any = true;
    yield { rows, cursor: `${last.change}:${last.id}` };
  }
  if (!any) yield { rows: [], cursor: empty };
}
