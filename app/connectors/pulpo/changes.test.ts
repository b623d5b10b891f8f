import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { filterTime } from './assumptions.ts';
import { changesSince, timeOf } from './changes.ts';
import type { PulpoClient } from './client.ts';

interface Row {
  id: string;
  updated_at: string;
}

const start = Date.parse('2026-01-01T00:00:00Z');
const at = (second: number) => filterTime(start + second * 1000);

/** A list that is sorted and cut as PULPO's lists are; `between` happens after each page. */
function listOf(rows: Row[], between: () => void = () => undefined, cap = 100): PulpoClient {
  return {
    page(_path: string, _key: string, _row: unknown, query: Record<string, unknown> = {}) {
      const from = String(query['updated_at'] ?? 'gte:').slice(4);
      const all = rows
        .filter((row) => row.updated_at >= from)
        .sort((a, b) => (a.updated_at < b.updated_at ? -1 : a.updated_at > b.updated_at ? 1 : Number(a.id) - Number(b.id)));
      const offset = Number(query['offset']);
      const found = all.slice(offset, offset + Math.min(Number(query['limit']), cap)).map((row) => ({ ...row }));
      between();
      return Promise.resolve({ rows: found, told: found.length, total: all.length });
    },
  } as unknown as PulpoClient;
}

async function read(client: PulpoClient, since: number | null, pageSize = 3) {
  const list = {
    path: '/list',
    key: 'rows',
    row: z.object({ id: z.string(), updated_at: z.string() }),
    by: 'updated_at' as const,
    query: {},
    pageSize,
  };
  const seen: Row[] = [];
  let upTo = 0;
  for await (const page of changesSince(client, list, since)) {
    seen.push(...page.rows);
    upTo = page.upTo;
  }
  return { seen, upTo };
}

it('reads every record once, also when many changed in the same second and pages are cut short', async () => {
  const seconds = fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(seconds, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), async (some, pageSize, cap) => {
      const rows = some.map((second, index) => ({ id: String(index), updated_at: at(second) }));
      const { seen } = await read(listOf(rows, undefined, cap), null, pageSize);
      expect(seen.map(({ id }) => id).sort()).toEqual(rows.map(({ id }) => id).sort());
    }),
  );
});

it('skips nothing when records change, and so move to the end, while pages are read', async () => {
  const changes = fc.array(fc.integer({ min: 0, max: 19 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(changes, async (moved) => {
      const rows = Array.from({ length: 20 }, (_, index) => ({ id: String(index), updated_at: at(index) }));
      let second = 100;
      const pending = [...moved];
      const { seen } = await read(
        listOf(rows, () => {
          const row = rows[pending.shift() ?? -1];
          if (row) row.updated_at = at((second += 1));
        }),
        null,
      );
      expect(new Set(seen.map(({ id }) => id)).size).toBe(20);
    }),
  );
});

it('begins a little before the moment it is asked for', async () => {
  const rows = [0, 100, 400].map((second) => ({ id: String(second), updated_at: at(second) }));
  const { seen, upTo } = await read(listOf(rows), timeOf(at(350)));
  expect(seen.map(({ id }) => id)).toEqual(['100', '400']);
  expect(upTo).toBe(timeOf(at(400)));
});

it('says so when the list does not come in order, instead of missing something', async () => {
  const client = {
    page: () =>
      Promise.resolve({
        rows: [
          { id: '2', updated_at: at(2) },
          { id: '1', updated_at: at(1) },
        ],
        told: 2,
        total: 2,
      }),
  } as unknown as PulpoClient;
  await expect(read(client, null)).rejects.toMatchObject({ code: 'pulpo-unsorted' });
});
