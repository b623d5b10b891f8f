import { only, query, success, type Api } from './api.ts';
import { merchantOf } from './auth.ts';
import { fieldsOf, readJson, refuseUnknown, text } from './body.ts';
import { cartBySource, type Cart } from './carts.ts';
import { FACTS } from './facts.ts';
import { limitsOf } from './limits.ts';
import { aliasesOf, productBySku } from './product-record.ts';
import { invalid } from './refusals.ts';
import { mapShipCode } from './ship-codes.ts';
import type { World } from './world.ts';

/** Products, ship methods and their mapping, carts, merchants. Source: extensiv.md §2.2. */
export function referenceData(api: Api, world: World): void {
  api.get('/merchant/product/:sku', only('cart', 'merchant'), (c) => {
    query(c, []);
    const sku = c.req.param('sku');
    const row = productBySku(world, merchantOf(c), sku);
    if (!row) throw invalid(FACTS.productNotFound, `Product not found: ${sku}`);
    const { name, description, retail_price, weight_lbs } = row;
    return success(c, {
      ...{ sku, name, description, retail_price, wholesale_price: null, weight_lbs, wms_product_main_id: null },
      // the one moment without a zone in all of the answers
      last_updated_datetime: new Date(row.updated_at).toISOString().slice(0, 19).replace('T', ' '),
      aliases: aliasesOf(world, row.pk),
    });
  });

  api.get('/wms/shipmethod/list', only('cart'), (c) => {
    query(c, []);
    return success(c, world.state.all('SELECT carrier, code, description FROM ship_methods ORDER BY code'));
  });

  api.get('/wms/merchant/list', only('warehouse'), (c) => {
    query(c, []);
    return success(
      c,
      world.state
        .all<{ pk: number; name: string }>('SELECT pk, name FROM merchants ORDER BY pk')
        .map(({ pk, name }) => ({ merchant_pk: String(pk), name })),
    );
  });

  const carts = (merchantPk: number) =>
    world.state
      .all<Cart>('SELECT pk, order_source, description FROM carts WHERE merchant_pk = ? ORDER BY pk', merchantPk)
      .map(({ order_source, description }) => ({ order_source, description }));
  api.get('/cart/list', only('merchant'), (c) => {
    query(c, []);
    return success(c, carts(merchantOf(c)));
  });
  api.get('/cart/listall', only('merchant'), (c) => {
    query(c, []);
    return success(c, POSSIBLE_CARTS);
  });

  const sourceOf = (merchantPk: number, name: string): Cart => {
    const cart = cartBySource(world, merchantPk, name);
    if (!cart) throw invalid(FACTS.shipMethod, `Order source not found: ${name}`);
    return cart;
  };
  api.get('/cart/shipmethod/list/:source', only('merchant'), (c) => {
    query(c, []);
    const cart = sourceOf(merchantOf(c), c.req.param('source'));
    return success(
      c,
      world.state.all('SELECT cart_code, wms_code FROM cart_ship_methods WHERE cart_pk = ? ORDER BY cart_code', cart.pk),
    );
  });
  api.post('/cart/shipmethod/:source', only('merchant'), async (c) => {
    const cart = sourceOf(merchantOf(c), c.req.param('source'));
    const body = await readJson(c);
    if (!Array.isArray(body)) throw invalid(FACTS.shipMethod, 'Request body must be an array of ship methods.');
    const mappings = (body as unknown[]).map((one, index) => {
      const fields = fieldsOf(one, `[${index}]`);
      refuseUnknown(fields, ['cart_code', 'wms_code'], `[${index}].`);
      const cartCode = text(fields['cart_code'], 'cart_code');
      const wmsCode = text(fields['wms_code'], 'wms_code');
      if (cartCode === null) throw invalid(FACTS.shipMethod, `Missing required field(s): [${index}].cart_code`);
      if (wmsCode !== null && !world.state.get('SELECT 1 FROM ship_methods WHERE code = ?', wmsCode))
        throw invalid(FACTS.shipMethod, `wms_code ${wmsCode} is not a valid WMS ship method.`);
      return { cartCode, wmsCode };
    });
    const deliverAt = world.clock.now() + limitsOf(world).deliverySeconds * 1000;
    for (const { cartCode, wmsCode } of mappings) mapShipCode(world, cart.pk, cartCode, wmsCode, deliverAt);
    return c.json({ success_code: true });
  });
}

/** Kinds of carts one could set up; the shape and the selection are guesses. */
const POSSIBLE_CARTS = ['API Access', 'Amazon', 'BigCommerce', 'eBay', 'Shopify', 'WooCommerce'].map((name) => ({ cart: name }));
