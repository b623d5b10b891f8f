/** Where reading starts: at a change number of Stockroom, or at a moment. */
export interface Start {
  change: bigint;
  since?: Date;
}

/** A cursor is the last change number that was taken; a moment (ISO 8601) is understood too, for a first start from a date. */
export function startAt(cursor: string | null): Start {
  if (cursor === null) return { change: 0n };
  if (/^\d+$/.test(cursor)) return { change: BigInt(cursor) };
  const since = new Date(cursor);
  if (Number.isNaN(since.getTime())) throw new RangeError(`"${cursor}" is no cursor of Stockroom`);
  return { change: 0n, since };
}

/**
 * Gives each page its cursor. Rows with one change number may lie on two pages, so all pages but the last resume one number earlier; an empty
 * stream gives one empty page, so that the cursor moves off the beginning.
 */
export async function* withCursors<T extends { change: bigint }>(pages: AsyncIterable<T[]>, empty: string): AsyncGenerator<{ rows: T[]; cursor: string }> {
  let held: T[] | undefined;
  for await (const page of pages) {
    if (held) yield { rows: held, cursor: String((held.at(-1)?.change ?? 1n) - 1n) };
    held = page;
  }
  yield { rows: held ?? [], cursor: held ? String(held.at(-1)?.change ?? 0n) : empty };
}
