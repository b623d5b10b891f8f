import { Hono } from 'hono';
import { sandboxControl } from '../../kit/control.ts';
import { answerError, ndjson } from '../../kit/http.ts';
import type { Buckets } from '../core/bucket.ts';
import { Refused } from '../core/user-error.ts';
import type { World } from '../core/world.ts';
import { ledgerHead, ledgerLevels, ledgerOrders } from './ledger.ts';
import { choicesOf, namesOf, productList } from './listings.ts';
import { shopOf, shopRoutes } from './shops.ts';
import { catalogRoutes } from './catalog-routes.ts';
import { orderRoutes } from './order-routes.ts';

/** A merchant's refusal is the caller's mistake here; everything else is told as it is. */
const answer = (error: Error): Response =>
  error instanceof Refused ? Response.json({ error: error.message, errors: error.errors }, { status: 422 }) : answerError(error);

/**
 * The control API of Shopify (design.md §6), to be mounted at `/_sandbox`. `?shop=` picks the shop, default the demo shop; order
 * names in paths are written without `#`.
 */
export function controlRoutes(world: World, buckets: Buckets): Hono {
  const app = new Hono();
  app.onError(answer);
  app.route('/', sandboxControl(world));
  app.route('/', shopRoutes(world));
  ledgerRoutes(app, world, buckets);
  orderRoutes(app, world);
  catalogRoutes(app, world);
  return app;
}

function ledgerRoutes(app: Hono, world: World, buckets: Buckets): void {
  app.get('/shopify/ledger', (c) => {
    const shop = shopOf(world, c);
    const withOrders = c.req.query('orders') !== '0';
    const withLevels = c.req.query('levels') !== '0';
    if ((c.req.header('accept') ?? '').includes('application/x-ndjson')) {
      return ndjson(
        (function* () {
          yield { type: 'shop', ...ledgerHead(world, shop) };
          if (withOrders) for (const order of ledgerOrders(world, shop)) yield { type: 'order', ...order };
          if (withLevels) for (const level of ledgerLevels(world, shop)) yield { type: 'level', ...level };
        })(),
      );
    }
    return c.json({
      ...ledgerHead(world, shop),
      ...namesOf(world, shop),
      throttle: buckets.status(shop.id, shop.data.plan),
      ...(withOrders ? { orders: [...ledgerOrders(world, shop)] } : {}),
      ...(withLevels ? { levels: [...ledgerLevels(world, shop)] } : {}),
    });
  });
  app.get('/shopify/products', (c) => c.json(productList(world, shopOf(world, c))));
  app.get('/shopify/choices', (c) => c.json(choicesOf(world, shopOf(world, c))));
  app.get('/shopify/pending', (c) =>
    c.json({
      jobs:
        world.state.get<{ n: number }>(
          'SELECT count(*) AS n FROM jobs WHERE done = 0 AND due_at <= ?',
          world.clock.now() + 60_000,
        )?.n ?? 0,
      webhooks: world.state.get<{ n: number }>('SELECT count(*) AS n FROM deliveries')?.n ?? 0,
      dueWebhooks:
        world.state.get<{ n: number }>('SELECT count(*) AS n FROM deliveries WHERE due_at <= ?', world.clock.now() + 60_000)?.n ??
        0,
    }),
  );
}
