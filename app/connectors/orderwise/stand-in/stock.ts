import { z } from 'zod';
import { idOf, query, whole, type Api } from './api.ts';
import { parse, readJson } from './body.ts';
import { FACTS } from './facts.ts';
import { notFound, refuseModel } from './refusals.ts';
import { moveStock } from './stock-levels.ts';
import { LISTS, listValue } from './value-lists.ts';
import { variantById } from './variant-record.ts';
import type { World } from './world.ts';

const stockOutBody = z.strictObject({
  stockLocationID: z.int(),
  binID: z.int().nullish(),
  quantity: z.number().positive(),
  variantID: z.int(),
});
const MOST_VARIANTS = 200_000;

/** `/stock/…`: one row per location, all variants, and taking stock out. */
export function stock(api: Api, world: World): void {
  api.get('/stock/variants', (c) => {
    const { limit } = query(c, 'limit');
    const rows = world.state.all(
      'SELECT id AS variantID, code AS variantCode, description AS variantDescription FROM variants ORDER BY id LIMIT ?',
      limit === undefined ? MOST_VARIANTS : whole(limit, 'limit'),
    );
    return c.json(rows);
  });
  api.get('/stock/:id', (c) => {
    query(c);
    const id = idOf(c, 'Variant');
    if (!variantById(world, id)) throw notFound('Variant', id);
    return c.json(
      world.state.all(
        'SELECT variant_id AS variantID, location_id AS stockLocationID, overall - allocated AS freeStock, overall AS overallStock FROM stock WHERE variant_id = ? ORDER BY location_id',
        id,
      ),
    );
  });
  api.post('/stock/adjust-stock-out', async (c) => {
    query(c);
    const body = parse(stockOutBody, await readJson(c), FACTS.stockOut, 'adjustment');
    const problems: string[] = [];
    if (!variantById(world, body.variantID)) problems.push(`Variant ${body.variantID} does not exist.`);
    if (!listValue(world, LISTS.stockLocation, body.stockLocationID))
      problems.push(`Stock location ${body.stockLocationID} does not exist.`);
    if (problems.length > 0) throw refuseModel(FACTS.stockOut, 'adjustment', problems);
    world.state.transaction(() => moveStock(world, body.variantID, body.stockLocationID, { overall: -body.quantity }));
    return c.body(null, 204);
  });
}
