import { pick, type Bench } from './frame/bench.ts';
import { asCount, asTime, timed } from './frame/measure.ts';
import { withClient } from './ground/database.ts';
import { composeApp, openLive } from './ground/app.ts';
import { fillStock } from './ground/fill.ts';
import { addShop, locationGid } from './ground/shops.ts';

/** Every level of a shop compared with what the back office last said, as a run does that plans the whole catalogue. */
export const stockDiff: Bench = {
  async run(ground) {
    const sizes = pick(ground, { tiny: [200, 400, 800], quick: [5_000, 20_000, 80_000], full: [62_500, 250_000, 1_000_000] });
    const { inShop } = await import('../app/db/scope.ts');
    const { openRun } = await import('../app/sync/runs/runs.ts');
    const { storePlan } = await import('../app/sync/inventory/store-plan.ts');
    await composeApp();
    const points: { size: number; seconds: number }[] = [];
    /** The same three tables joined, and what differs kept: no rules, no reasons. */
    const joined: { size: number; seconds: number }[] = [];
    let right = true;
    for (const [index, size] of sizes.entries()) {
      ground.note(`${asCount(size)} levels`);
      const n = index + 1;
      const { id: shopId, connectionId } = await addShop(n, { officeUrl: 'http://office.invalid', syncs: ['inventory'] });
      const changed = Math.floor(size / 10);
      const levels = { shopId, connectionId, locationId: locationGid(n) };
      await withClient(ground.databaseUrl, (client) => fillStock(client, levels, { variants: size, changed }));
      const { rules } = await openLive({ id: shopId, connectionId });
      const runId = await inShop(shopId, (tx) =>
        openRun(tx, shopId, { connectionId, sync: 'inventory', door: 'button', task: 'full' }),
      );
      const plan = () => inShop(shopId, (tx) => storePlan(tx, rules, runId, null), { timeoutMs: 300_000 });
      const { seconds, value } = await timed(plan);
      points.push({ size, seconds });
      right &&= value.levels === size && value.writes === changed && value.skips === 0;
      await withClient(ground.databaseUrl, async (client) => {
        await client.query(`SET work_mem = '128MB'; SET jit = off`);
        const { seconds: bare } = await timed(() =>
          client.query(
            `CREATE TABLE bare_diff_${n} AS SELECT v.inventory_item_id, s.location_id, s.available AS before, r.available AS after FROM variant v
             JOIN stock_level s ON s.shop_id = v.shop_id AND s.inventory_item_id = v.inventory_item_id
             JOIN remote_stock r ON r.shop_id = v.shop_id AND r.sku = v.sku WHERE v.shop_id = ${shopId}`,
          ),
        );
        joined.push({ size, seconds: bare });
      });
    }
    const limit = joined.at(-1)?.seconds ?? NaN;
    const last = points.at(-1) ?? { size: 0, seconds: 0 };
    const allowed = 20 * (last.size / 1_000_000);
    return {
      rows: [
        {
          what: `stock diff, ${asCount(last.size)} levels`,
          target: '≤ 20 s for 1,000,000, set-based',
          figure: asTime(last.seconds),
          limit: `${asTime(limit)} (one join of the same tables)`,
          ratio: last.seconds / limit,
          verdict: last.seconds <= Math.max(allowed, 1) ? 'pass' : 'miss',
          note: 'a tenth of the levels differ; SKU twins, near misses, units in flight, safety stock, minimum level and reasons are what the ratio buys',
        },
      ],
      curves: [{ name: 'Stock diff', of: 'levels', points, beside: { what: 'one join of the same tables', points: joined } }],
      right: { 'the plan holds exactly the levels that differ': right },
    };
  },
};
