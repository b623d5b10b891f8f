import { Hono } from 'hono';
import { z } from 'zod';
import { answerError, BadRequest } from '../../../../sandbox/kit/http.ts';
import { cartBySource, setOptions, type Cart } from './carts.ts';
import { controlBody } from './control-body.ts';
import { imControl } from './control-im.ts';
import { warehouseControl } from './control-orders.ts';
import { controlStock } from './control-stock.ts';
import { runHops } from './hops.ts';
import { ledgerOrders, ledgerProducts, ledgerReturns } from './ledger.ts';
import { LIMIT_NAMES, limitsOf, setLimits } from './limits.ts';
import { addCart, addKey, CREDENTIALS, ORDER_SOURCE } from './seed.ts';
import { mapShipCode } from './ship-codes.ts';
import { sellable } from './stock-levels.ts';
import type { World } from './world.ts';

const userBody = z.strictObject({
  apiUser: z.string().min(1),
  apiKey: z.string().min(1),
  level: z.enum(['cart', 'merchant', 'warehouse']).default('cart'),
  orderSource: z.string().min(1).default(ORDER_SOURCE),
});
const optionsBody = z.strictObject({
  orderSource: z.string().default(ORDER_SOURCE),
  rejectUnmapped: z.boolean().optional(),
  requiredFields: z.array(z.string()).optional(),
  itemFilter: z
    .strictObject({ mode: z.enum(['whitelist', 'blacklist']), level: z.enum(['item', 'order']), skus: z.array(z.string()) })
    .nullable()
    .optional(),
  wmsCancel: z.boolean().optional(),
});
const shipMethodBody = z.strictObject({
  orderSource: z.string().default(ORDER_SOURCE),
  cartCode: z.string(),
  wmsCode: z.string().nullable(),
});
const limitsBody = z.strictObject(Object.fromEntries(LIMIT_NAMES.map((name) => [name, z.int().min(0).optional()])));

/** `/_sandbox/extensiv/…`: what the merchant's people and those in the warehouse know and do. */
export function createExtensivControl(world: World): Hono {
  const app = new Hono();
  app.onError(answerError);
  app.use('*', (_, next) => {
    runHops(world);
    return next();
  });
  app.route('/', warehouseControl(world));
  app.route('/', imControl(world));
  app.route('/', controlStock(world));

  const merchantPk = () => cartOf(ORDER_SOURCE).merchant_pk;
  const cartOf = (orderSource: string): Cart => {
    const row = world.state.get<{ merchant_pk: number }>('SELECT merchant_pk FROM carts WHERE order_source = ?', orderSource);
    const cart = row && cartBySource(world, row.merchant_pk, orderSource);
    if (!cart) throw new BadRequest(`IM has no cart ${orderSource}.`, 404);
    return cart;
  };

  app.get('/settings', (c) => c.json({ baseUrl: `${world.publicUrl}/v1`, ...CREDENTIALS }));
  app.get('/ledger', (c) => {
    const wanted = (part: string) => c.req.query(part) !== '0';
    return c.json({
      orders: wanted('orders') ? ledgerOrders(world) : [],
      stock: wanted('stock') ? sellable(world) : [],
      products: wanted('products') ? ledgerProducts(world) : [],
      returns: wanted('returns') ? ledgerReturns(world) : [],
    });
  });

  app.post('/user', async (c) => {
    const { apiUser, apiKey, level, orderSource } = await controlBody(c, userBody);
    if (world.state.get('SELECT 1 FROM keys WHERE api_user = ?', apiUser))
      throw new BadRequest(`There is an API user ${apiUser} already.`, 409);
    const merchant = merchantPk();
    if (level === 'cart') {
      const cartPk = cartBySource(world, merchant, orderSource)?.pk ?? addCart(world, merchant, orderSource);
      addKey(world, { apiUser, apiKey, level, cartPk, merchantPk: merchant });
    } else addKey(world, { apiUser, apiKey, level, ...(level === 'merchant' ? { merchantPk: merchant } : {}) });
    return c.json({ apiUser, level, ...(level === 'cart' ? { orderSource } : {}) }, 201);
  });
  app.post('/options', async (c) => {
    const { orderSource, ...given } = await controlBody(c, optionsBody);
    const change = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    return c.json(setOptions(world, cartOf(orderSource).pk, change));
  });
  app.post('/ship-method', async (c) => {
    const { orderSource, cartCode, wmsCode } = await controlBody(c, shipMethodBody);
    if (wmsCode !== null && !world.state.get('SELECT 1 FROM ship_methods WHERE code = ?', wmsCode))
      throw new BadRequest(`The WMS has no ship method ${wmsCode}.`, 404);
    mapShipCode(world, cartOf(orderSource).pk, cartCode, wmsCode, world.clock.now() + limitsOf(world).deliverySeconds * 1000);
    return c.json({ cartCode, wmsCode });
  });
  app.post('/limits', async (c) => {
    const given = await controlBody(c, limitsBody);
    return c.json(
      setLimits(
        world,
        Object.fromEntries(Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
      ),
    );
  });
  return app;
}
