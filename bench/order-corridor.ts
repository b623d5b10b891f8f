import { pick, type Bench, type Row } from './frame/bench.ts';
import { asCount, asTime, cpuSecondsOf, quantile } from './frame/measure.ts';
import { knockOrders, waitForOrders } from './ground/knock.ts';
import { orderGid } from './ground/order-node.ts';
import { addShops, type BenchShop } from './ground/shops.ts';
import { knockSteadily } from './ground/steady.ts';
import { startWorker } from './ground/worker-client.ts';
import { openWorld, type World } from './ground/world-client.ts';
import { OrderReadDocument } from '../app/shopify/operations/generated/graphql.ts';

const SIDE_BY_SIDE = 32;

/** The same calls with no engine round them: read the order, hand it over, next. Orders a second. */
async function bareLoop(world: World, shops: readonly BenchShop[], orders: number): Promise<number> {
  const query = OrderReadDocument.toString();
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: SIDE_BY_SIDE }, async () => {
      while (next < orders) {
        const n = (next += 1);
        const shop = shops[n % shops.length];
        const read = await fetch(`${world.url}/admin/api/2026-10/graphql.json`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-sandbox-shop': shop?.domain ?? '' },
          body: JSON.stringify({ query, variables: { id: orderGid(n) } }),
        });
        const { data } = (await read.json()) as { data?: { order: { name: string } } };
        if (!data) throw new Error('The bare loop had no points left');
        const body = JSON.stringify({
          ...data.order,
          reference: `bare ${data.order.name}`,
          total: { amount: 3500 },
          facilityId: 'F1',
        });
        await (await fetch(`${world.url}/office/orders`, { method: 'POST', body })).json();
      }
    }),
  );
  return orders / ((performance.now() - started) / 1000);
}

/** From the inbox to the back office: one worker process, orders of as many Standard shops as their points need. */
export const orderCorridor: Bench = {
  async run(ground) {
    const shopCount = pick(ground, { tiny: 4, quick: 20, full: 40 });
    const orders = pick(ground, { tiny: 40, quick: 300, full: 2_000 });
    const [rate, seconds] = pick(ground, { tiny: [10, 1], quick: [20, 6], full: [20, 60] });
    const world = await openWorld({ plan: 'standard', shopifyMs: 5, officeMs: 5 });
    const settings = { orders: { unmappedShipping: 'send' } };
    const shops = await addShops(shopCount, { officeUrl: world.url, syncs: ['orders'], settings });
    await world.haveOrders({ from: 1, count: 0, open: 0, at: new Date().toISOString() });
    const perSecond = await bareLoop(world, shops, Math.min(orders, shopCount * 25));
    await world.forget();
    await world.reset();

    const worker = await startWorker(ground.databaseUrl, world);
    const warm = Array.from({ length: shopCount }, (_, index) => ({ shop: shops[index] as BenchShop, n: 20_000_000 + index }));
    await knockOrders(warm);
    await waitForOrders(world, shopCount);
    await world.forget();
    await world.reset();
    ground.note(`${asCount(orders)} orders at once`);
    const started = performance.now();
    const cpuBefore = cpuSecondsOf(worker.pid);
    await knockOrders(
      Array.from({ length: orders }, (_, index) => ({ shop: shops[index % shopCount] as BenchShop, n: 1_000_000 + index })),
    );
    await waitForOrders(world, orders);
    const ours = orders / ((performance.now() - started) / 1000);
    const cpu = ((cpuSecondsOf(worker.pid) ?? NaN) - (cpuBefore ?? NaN)) / orders;
    const stats = await world.stats();
    await world.forget();
    ground.note(`${rate} orders a second for ${seconds} s`);
    const waits = await knockSteadily(world, {
      shopOf: (index) => shops[index % shopCount] as BenchShop,
      first: 10_000_000,
      rate,
      seconds,
    });
    await worker.stop();
    await world.stop();
    const points = stats.points / orders;
    const p95 = quantile(waits, 0.95);
    const perHour = ours * 3600;
    const rows: Row[] = [
      {
        what: 'order webhook → back office, one worker process',
        target: '≥ 100,000/h',
        figure: `${asCount(perHour)}/h`,
        limit: `${asCount(perSecond * 3600)}/h (the same calls in a bare loop)`,
        ratio: ours / perSecond,
        verdict: perHour >= 100_000 ? 'pass' : 'miss',
        note: `${asCount(orders)} orders of ${shopCount} Standard shops (each has points for ${Math.floor(360_000 / points)} orders an hour); ${asTime(cpu)} of CPU an order; Shopify and the back office answer in 5 ms`,
      },
      {
        what: `order webhook → back office at ${rate}/s`,
        target: 'p95 ≤ 5 s',
        figure: `p95 ${asTime(p95)}, p50 ${asTime(quantile(waits, 0.5))}`,
        limit: '',
        ratio: null,
        verdict: p95 <= 5 ? 'pass' : 'miss',
        note: `for ${seconds} s`,
      },
      {
        what: 'Admin API points an order',
        target: '≤ 60',
        figure: points.toFixed(1),
        limit: '',
        ratio: null,
        verdict: points <= 60 ? 'pass' : 'miss',
        note: 'an order of two lines, by the cost model fitted on captured answers',
      },
    ];
    return {
      rows,
      curves: [],
      measures: { ordersAnHour: perHour },
      right: { 'every order arrived once': stats.doubled === 0 && waits.every(Number.isFinite) },
    };
  },
};
