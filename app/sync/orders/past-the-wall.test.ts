import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pastTheWall } from './past-the-wall.ts';

const SHOPIFYS_WALL = 25_000;

interface Row {
  id: number;
  at: string;
}

/** A list as Shopify keeps it: sorted by moment and id, read by cursor, and nothing beyond the 25,000th object of a way of paging. */
function listOf(rows: Row[], size: number) {
  let calls = 0;
  return {
    calls: () => calls,
    momentOf: ({ at }: Row) => at,
    page(from: string, after: string | undefined) {
      calls += 1;
      const start = Number(after ?? 0);
      if (start + size > SHOPIFYS_WALL) throw new Error('Shopify pages through at most 25,000 objects');
      const found = rows.filter(({ at }) => at >= from);
      const page = found.slice(start, start + size);
      return Promise.resolve({ rows: page, after: found.length > start + size ? String(start + size) : undefined });
    },
  };
}

const moment = (second: number) => new Date(second * 1000).toISOString();

async function readAll(rows: Row[], size = 250): Promise<number[]> {
  const seen = new Set<number>();
  for await (const page of pastTheWall(moment(0), listOf(rows, size))) for (const { id } of page) seen.add(id);
  return [...seen].sort((a, b) => a - b);
}

it('lists 60,000 orders although Shopify stops at 25,000', async () => {
  const rows = Array.from({ length: 60_000 }, (_, id) => ({ id, at: moment(Math.floor(id / 7)) }));
  expect(await readAll(rows)).toHaveLength(60_000);
});

it('reads on where more orders than fit before the restart are of one and the same second', async () => {
  const rows = Array.from({ length: 24_000 }, (_, id) => ({ id, at: moment(0) }));
  expect(await readAll(rows)).toHaveLength(24_000);
});

it('loses no row, however the moments lie', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(40), { maxLength: 60 }), async (seconds) => {
      const rows = seconds.sort((a, b) => a - b).map((second, id) => ({ id, at: moment(second) }));
      expect(await readAll(rows, 3)).toEqual(rows.map(({ id }) => id));
    }),
    { numRuns: 100 },
  );
});
