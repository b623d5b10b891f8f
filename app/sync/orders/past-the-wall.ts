// Shopify pages through at most 25,000 objects; a list starts anew from its last moment well before that.
const WALL = 20_000;

interface List<Row> {
  /** One page of what lies at or after `from`, oldest first; `after` is the cursor within it. */
  page(from: string, after: string | undefined): Promise<{ rows: Row[]; after: string | undefined }>;
  /** What the list is sorted by, ISO 8601. */
  momentOf(row: Row): string;
}

/** Reads a sorted list of any length, page by page. Rows of the moment at which it starts anew come twice. */
export async function* pastTheWall<Row>(from: string, { page, momentOf }: List<Row>): AsyncGenerator<Row[]> {
  for (let start = from; ;) {
    let after: string | undefined;
    let seen = 0;
    let last = start;
    do {
      const answer = await page(start, after);
      yield answer.rows;
      seen += answer.rows.length;
      const end = answer.rows.at(-1);
      if (end) last = momentOf(end);
      after = answer.after;
      // As long as all are of one moment there is nowhere else to start from.
    } while (after && (seen < WALL || last === start));
    if (!after) return;
    start = last;
  }
}
