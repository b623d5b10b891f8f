import { setImmediate as breathe } from 'node:timers/promises';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { sandboxControl } from '../../kit/control.ts';
import { answerError, BadRequest, ndjson } from '../../kit/http.ts';
import type { Buckets } from '../core/bucket.ts';
import { gid } from '../core/gid.ts';
import { toMinor } from '../core/money.ts';
import { Refused } from '../core/user-error.ts';
import type { Shop, World } from '../core/world.ts';
import { deleteProduct, editProduct, variantByName } from '../domain/catalogue.ts';
import { setLevelByMerchant } from '../domain/inventory-writes.ts';
import { addFulfillmentService, addLocation, editLocation, locationByName } from '../domain/locations.ts';
import { placeOrder } from '../domain/place-order.ts';
import type { OrderRow, ProductRow } from '../domain/rows.ts';
import {
  bodies,
  cancel,
  edit,
  fulfil,
  fulfillmentOrderActions,
  nthFulfillmentOrder,
  openReturn,
  pay,
  processWholeReturn,
  refund,
  update,
} from './order-actions.ts';
import { orderRequest, resolveOrder } from './order-request.ts';
import { generateCatalog, importCsv } from './catalog.ts';
import { ledgerHead, ledgerLevels, ledgerOrder, ledgerOrders } from './ledger.ts';
import { choicesOf, productList } from './listings.ts';
import { parsed } from './parse-body.ts';
import { shopOf, shopRoutes } from './shops.ts';

const ORDERS_PER_TRANSACTION = 100;
const PRODUCTS_PER_TRANSACTION = 200;

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
    }),
  );
}

function findOrder(world: World, shop: Shop, name: string): OrderRow {
  const row = world.state.get<OrderRow>(
    'SELECT * FROM orders WHERE shop_id = ? AND (name = ? OR name = ?)',
    shop.id,
    name,
    `#${name}`,
  );
  if (!row) throw new BadRequest(`${shop.domain} has no order ${name}.`, 404);
  return row;
}

function orderRoutes(app: Hono, world: World): void {
  app.get('/shopify/orders', (c) => {
    const shop = shopOf(world, c);
    const limit = Number(c.req.query('limit') ?? 100);
    const rows = world.state.all<OrderRow>('SELECT * FROM orders WHERE shop_id = ? ORDER BY id DESC LIMIT ?', shop.id, limit);
    return c.json(rows.map((row) => ledgerOrder(world, row)));
  });
  app.get('/shopify/orders/:name', (c) => c.json(ledgerOrder(world, findOrder(world, shopOf(world, c), c.req.param('name')))));

  app.post('/shopify/orders', async (c) => {
    const request = await parsed(c, orderRequest);
    const shop = shopOf(world, c, request.shop);
    const count = request.count ?? 1;
    const orders: { id: string; name: string }[] = [];
    for (let done = 0; done < count; done += ORDERS_PER_TRANSACTION) {
      world.change(shop, (change) => {
        for (let n = done; n < Math.min(count, done + ORDERS_PER_TRANSACTION); n += 1) {
          const row = placeOrder(
            change,
            resolveOrder(
              change,
              request,
              n + (world.state.get<{ n: number }>('SELECT count(*) AS n FROM orders WHERE shop_id = ?', shop.id)?.n ?? 0),
            ),
          );
          if (request.financialStatus === 'expired')
            world.state.run(
              "UPDATE transactions SET data = json_set(data, '$.expired', json('true')) WHERE order_id = ?",
              row.id,
            );
          orders.push({ id: gid('Order', row.id), name: row.name });
        }
      });
      world.wake();
      if (count > ORDERS_PER_TRANSACTION) await breathe();
    }
    return c.json({ orders }, 201);
  });

  const act = <K extends keyof typeof bodies>(
    path: string,
    key: K,
    work: (
      change: Parameters<Parameters<World['change']>[1]>[0],
      order: OrderRow,
      body: z.infer<(typeof bodies)[K]>,
      c: Context,
    ) => void,
  ) =>
    app.post(path, async (c) => {
      const shop = shopOf(world, c);
      const order = findOrder(world, shop, c.req.param('name') ?? '');
      const body = await parsed(c, bodies[key] as unknown as z.ZodType<z.infer<(typeof bodies)[K]>>);
      world.change(shop, (change) => work(change, order, body, c));
      world.wake();
      return c.json(ledgerOrder(world, findOrder(world, shop, order.name)));
    });
  act('/shopify/orders/:name/cancel', 'cancel', cancel);
  act('/shopify/orders/:name/edit', 'edit', edit);
  act('/shopify/orders/:name/refund', 'refund', refund);
  act('/shopify/orders/:name/pay', 'pay', pay);
  act('/shopify/orders/:name/fulfil', 'fulfil', fulfil);
  act('/shopify/orders/:name/return', 'return', openReturn);
  act('/shopify/orders/:name/returns/:return/process', 'processReturn', (change, order, body, c) =>
    processWholeReturn(change, order, c.req.param('return') ?? '', body),
  );
  act('/shopify/orders/:name/update', 'update', update);
  const nth = (c: Context): number => Number(c.req.param('n'));
  act('/shopify/orders/:name/fulfilment-orders/:n/move', 'move', (change, order, body, c) =>
    fulfillmentOrderActions.move(change, order, nthFulfillmentOrder(change, order, nth(c)), body),
  );
  act('/shopify/orders/:name/fulfilment-orders/:n/split', 'split', (change, order, body, c) =>
    fulfillmentOrderActions.split(change, order, nthFulfillmentOrder(change, order, nth(c)), body),
  );
  act('/shopify/orders/:name/fulfilment-orders/:n/hold', 'hold', (change, order, body, c) =>
    fulfillmentOrderActions.hold(change, order, nthFulfillmentOrder(change, order, nth(c)), body),
  );
  act('/shopify/orders/:name/fulfilment-orders/:n/release', 'release', (change, order, _body, c) =>
    fulfillmentOrderActions.release(change, order, nthFulfillmentOrder(change, order, nth(c))),
  );
  act('/shopify/orders/:name/fulfilment-orders/:n/request', 'request', (change, order, body, c) =>
    fulfillmentOrderActions.request(change, order, nthFulfillmentOrder(change, order, nth(c)), body),
  );
}

const generate = z.strictObject({
  shop: z.string().optional(),
  generate: z.strictObject({
    products: z.number().int().min(1),
    variantsPerProduct: z.number().int().min(1).max(2048).default(1),
  }),
});
const level = z.strictObject({ shop: z.string().optional(), sku: z.string(), location: z.string(), available: z.number().int() });
const amount = z.union([z.number(), z.string()]);
const productChange = z.strictObject({
  shop: z.string().optional(),
  /** The product: its handle, or the SKU of one of its variants. */
  product: z.string(),
  delete: z.boolean().optional(),
  set: z
    .strictObject({
      title: z.string().optional(),
      status: z.string().optional(),
      productType: z.string().optional(),
      vendor: z.string().optional(),
      tags: z.array(z.string()).optional(),
      variant: z.string().optional(),
      price: amount.optional(),
      sku: z.string().nullable().optional(),
      barcode: z.string().nullable().optional(),
      tracked: z.boolean().optional(),
    })
    .optional(),
});
const locationBody = z.strictObject({
  shop: z.string().optional(),
  name: z.string(),
  online: z.boolean().optional(),
  active: z.boolean().optional(),
  rename: z.string().optional(),
});

function catalogRoutes(app: Hono, world: World): void {
  app.post('/shopify/catalog', async (c) => {
    const type = c.req.header('content-type') ?? '';
    if (!type.includes('json')) {
      const shop = shopOf(world, c);
      const csv = type.includes('multipart') ? await multipartText(c) : await c.req.text();
      const result = world.change(shop, (change) => importCsv(change, csv));
      world.wake();
      return c.json(result, 201);
    }
    const body = await parsed(c, generate);
    const shop = shopOf(world, c, body.shop);
    const { products, variantsPerProduct } = body.generate;
    const start =
      (world.state.get<{ n: number }>(
        "SELECT count(*) AS n FROM products WHERE shop_id = ? AND handle LIKE 'generated-%'",
        shop.id,
      )?.n ?? 0) + 1;
    for (let done = 0; done < products; done += PRODUCTS_PER_TRANSACTION) {
      world.change(shop, (change) =>
        generateCatalog(change, {
          products: Math.min(PRODUCTS_PER_TRANSACTION, products - done),
          variantsPerProduct,
          first: start + done,
        }),
      );
      await breathe();
    }
    world.wake();
    return c.json({ products, variants: products * variantsPerProduct, withoutSku: 0 }, 201);
  });

  app.post('/shopify/levels', async (c) => {
    const body = await parsed(c, level);
    const shop = shopOf(world, c, body.shop);
    const row = world.change(shop, (change) =>
      setLevelByMerchant(
        change,
        variantByName(change, body.sku).item_id,
        locationByName(world.state, shop, body.location).id,
        body.available,
      ),
    );
    world.wake();
    return c.json({ sku: body.sku, location: body.location, available: row.available, active: row.active === 1 });
  });

  app.post('/shopify/products', async (c) => {
    const body = await parsed(c, productChange);
    const shop = shopOf(world, c, body.shop);
    const id = world.change(shop, (change) => {
      const product =
        world.state.get<ProductRow>('SELECT * FROM products WHERE shop_id = ? AND handle = ?', shop.id, body.product) ??
        (world.state.get<ProductRow>(
          'SELECT * FROM products WHERE id = ?',
          variantByName(change, body.product).product_id,
        ) as ProductRow);
      if (body.delete) deleteProduct(change, product);
      else
        editProduct(change, product, {
          ...body.set,
          price: body.set?.price === undefined ? undefined : toMinor(body.set.price, shop.data.currency),
        });
      return product.id;
    });
    world.wake();
    return c.json({ id: gid('Product', id), deleted: body.delete === true });
  });

  app.post('/shopify/locations', async (c) => {
    const body = await parsed(c, locationBody);
    const shop = shopOf(world, c, body.shop);
    const id = world.change(shop, (change) => {
      const found = world.state.get<{ id: number }>(
        'SELECT id FROM locations WHERE shop_id = ? AND name = ?',
        shop.id,
        body.name,
      );
      if (!found)
        return addLocation(change, { name: body.name, address: shop.data.address, active: body.active, online: body.online }).id;
      editLocation(change, found.id, { name: body.rename, fulfillsOnlineOrders: body.online, active: body.active });
      return found.id;
    });
    world.wake();
    return c.json({ id: gid('Location', id) }, 201);
  });

  app.post('/shopify/fulfilment-services', async (c) => {
    const { name, shop: domain } = await parsed(c, z.strictObject({ shop: z.string().optional(), name: z.string() }));
    const shop = shopOf(world, c, domain);
    const service = world.change(shop, (change) =>
      addFulfillmentService(change, { name, trackingSupport: true, inventoryManagement: true, ours: false }),
    );
    return c.json({ id: gid('FulfillmentService', service.id), locationId: gid('Location', service.location_id) }, 201);
  });
}

async function multipartText(c: Context): Promise<string> {
  const { file } = await c.req.parseBody();
  if (!(file instanceof File)) throw new BadRequest('The form needs a field "file" with the CSV.');
  return file.text();
}
