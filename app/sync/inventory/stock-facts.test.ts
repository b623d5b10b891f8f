import fc from 'fast-check';
import { Prisma } from '@prisma/client';
import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { facilityShareSql, planActionSql, planStock, stockTarget, stockTargetSql, type LevelFacts } from './stock-target.ts';

const database = await openTestDatabase();
const { inShop } = await import('../../db/scope.ts');
const { prisma } = await import('../../db/client.ts');

afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const column = (name: string) => Prisma.raw(`r."${name}"`);

/** The same formula asked of PostgreSQL. */
async function askDatabase(rows: LevelFacts[]): Promise<{ target: number; action: string }[]> {
  const target = stockTargetSql({
    sellable: Prisma.raw('sellable'),
    inFlight: column('inFlight'),
    threshold: column('threshold'),
    minimumLevel: column('minimumLevel'),
  });
  const action = planActionSql({
    target: Prisma.raw('target'),
    available: Prisma.raw('available'),
    active: Prisma.raw('active'),
    activateLevels: Prisma.raw('"activateLevels"'),
  });
  return inShop(
    1,
    (tx) => tx.$queryRaw<{ target: number; action: string }[]>`
      SELECT target, ${action} AS action FROM (
        SELECT r.*, ${target} AS target FROM jsonb_to_recordset(${JSON.stringify(rows.map((row, n) => ({ n, ...row })))}::jsonb)
          AS r (n int, facilities jsonb, "inFlight" int, "safetyStock" int, threshold int, "minimumLevel" int, available int, active boolean, "activateLevels" boolean)
        CROSS JOIN LATERAL (
          SELECT sum(${facilityShareSql(Prisma.raw('units::int'), column('safetyStock'))})::int AS sellable FROM jsonb_array_elements_text(r.facilities) AS units) s
      ) AS with_target ORDER BY n`,
  );
}

const units = fc.integer({ min: -40, max: 120 });
const anyFacts: fc.Arbitrary<LevelFacts> = fc.record({
  facilities: fc.array(units, { minLength: 1, maxLength: 4 }),
  inFlight: fc.integer({ min: 0, max: 60 }),
  safetyStock: fc.integer({ min: 0, max: 20 }),
  threshold: fc.integer({ min: 0, max: 20 }),
  minimumLevel: fc.integer({ min: 0, max: 20 }),
  available: units,
  active: fc.boolean(),
  activateLevels: fc.boolean(),
});

describe('the stock formula in SQL', () => {
  it('says what the formula in code says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyFacts, { minLength: 1, maxLength: 200 }), async (rows) => {
        const answers = await askDatabase(rows);
        expect(answers).toEqual(rows.map((row) => ({ target: stockTarget(row), action: planStock(row).action })));
      }),
      { numRuns: 25 },
    );
  });
});
