import { pick, type Bench } from './frame/bench.ts';
import { asCount, asTime, timed } from './frame/measure.ts';
import { composeApp } from './ground/app.ts';
import { preparePush } from './ground/prepared-push.ts';
import { openWorld } from './ground/world-client.ts';

/** A plan of changed levels published with a Standard shop's points, in real time. */
export const stockPush: Bench = {
  async run(ground) {
    const sizes = pick(ground, { tiny: [500, 1_000, 2_000], quick: [10_000, 20_000, 40_000], full: [50_000, 75_000, 100_000] });
    const judged = pick(ground, { tiny: 2_000, quick: 40_000, full: 100_000 });
    const world = await openWorld({ plan: 'standard', shopifyMs: 50, officeMs: 5 });
    await composeApp();
    const points: { size: number; seconds: number }[] = [];
    let right = true;
    let row = { seconds: NaN, floor: 0, allowed: NaN, used: NaN, throttled: 0, lowest: Infinity, stale: 0, calls: 0 };
    for (const [index, size] of sizes.entries()) {
      ground.note(`${asCount(size)} levels`);
      const prepared = await preparePush(ground.databaseUrl, { n: index + 1, officeUrl: world.url, levels: size });
      await world.reset();
      const { seconds, value } = await timed(prepared.publish);
      const stats = await world.stats();
      // What the full bucket gave for free would make each further level look dearer than the first.
      const free = stats.restorePerSecond * 20 * 0.8;
      points.push({ size, seconds: seconds + Math.min(free, stats.points) / stats.restorePerSecond });
      right &&= prepared.planned === size && value.done === size && value.failed === 0;
      if (size !== judged) continue;
      right &&= (await world.levelsAt(7)) >= size;
      const capacity = stats.restorePerSecond * 20;
      // Down to its floor the full bucket may be spent beside what is restored.
      const span = (stats.lastAt - stats.firstAt) / 1000;
      row = {
        ...{ seconds, floor: capacity * 0.2, throttled: stats.throttled, lowest: stats.lowest, stale: stats.stale },
        allowed: stats.points / stats.restorePerSecond,
        used: stats.points / Math.min(free + span * stats.restorePerSecond, stats.points + free),
        calls: stats.calls['InventorySet'] ?? 0,
      };
    }
    await world.stop();
    const ratio = row.seconds / row.allowed;
    return {
      rows: [
        {
          what: `stock push of ${asCount(judged)} changed levels, Standard bucket`,
          target: '≤ 1.1 × the time its points allow',
          figure: asTime(row.seconds),
          limit: `${asTime(row.allowed)} (points ÷ restore rate)`,
          ratio,
          verdict: ratio <= 1.1 ? 'pass' : 'miss',
          note: `${asCount(row.calls)} calls of 250 levels, each compared with what Shopify shows; the bucket is full at the start; Shopify answers in 50 ms`,
        },
        {
          what: 'points used, throttled answers, lowest level of the bucket',
          target: '≥ 90 % of restored points, 0 THROTTLED, never below 20 %',
          figure: `${(Math.min(row.used, 1) * 100).toFixed(0)} %, ${row.throttled}, ${row.lowest.toFixed(0)} points`,
          limit: `floor ${row.floor.toFixed(0)} points`,
          ratio: row.lowest / row.floor,
          verdict: row.throttled === 0 && row.lowest >= row.floor && (row.used >= 0.9 || ratio <= 1.1) ? 'pass' : 'miss',
          note: 'what was spent by what there was above the floor: the bucket at the start and what came back meanwhile',
        },
      ],
      curves: [{ name: 'Stock push', of: 'levels (the full bucket of the start counted as waited for)', points }],
      right: { 'every level shows its number, none was refused': right },
    };
  },
};
