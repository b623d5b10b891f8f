import { setLevelByMerchant } from '../domain/level-activation.ts';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Hono } from 'hono';
import { type Context } from 'hono';
import { z } from 'zod';
import { BadRequest } from '../../kit/http.ts';
import { gid } from '../core/gid.ts';
import { toMinor } from '../core/money.ts';
import type { World } from '../core/world.ts';
import { deleteProduct, editProduct, variantByName } from '../domain/catalogue.ts';
import { addFulfillmentService, addLocation, editLocation, locationByName } from '../domain/locations.ts';
import type { ProductRow } from '../domain/rows.ts';
import { setMetafield } from '../graph/metafields.ts';
import { generateCatalog, importCsv } from './catalog.ts';
import { parsed } from './parse-body.ts';
import { shopOf } from './shops.ts';

const PRODUCTS_PER_TRANSACTION = 200;

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
      /** `namespace.key` → value, of the product, as text. */
      metafields: z.record(z.string(), z.string()).optional(),
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

export function catalogRoutes(app: Hono, world: World): void {
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
      else {
        const { metafields = {}, ...set } = body.set ?? {};
        for (const [name, value] of Object.entries(metafields)) {
          const at = name.lastIndexOf('.');
          const input = { namespace: name.slice(0, at), key: name.slice(at + 1), type: 'single_line_text_field', value };
          setMetafield(change, gid('Product', product.id), input, [name]);
        }
        editProduct(change, product, {
          ...set,
          price: set.price === undefined ? undefined : toMinor(set.price, shop.data.currency),
        });
      }
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
