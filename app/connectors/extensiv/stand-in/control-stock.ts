import { Hono } from 'hono';
import { z } from 'zod';
import { BadRequest } from '../../../../sandbox/kit/http.ts';
import { controlBody } from './control-body.ts';
import { masterSku, putProducts } from './product-record.ts';
import { ORDER_SOURCE } from './seed.ts';
import { setAvailable } from './stock-levels.ts';
import { addWarehouse, warehouseByName, warehousesOf } from './warehouses.ts';
import type { World } from './world.ts';

const level = z.strictObject({ sku: z.string().min(1), facility: z.string(), available: z.int() });
const stockBody = z.union([level, z.strictObject({ levels: z.array(level) })]);
const productsBody = z.strictObject({
  products: z.array(
    z.strictObject({
      sku: z.string().min(1),
      name: z.string().optional(),
      description: z.string().optional(),
      price: z.number().optional(),
      weightLbs: z.number().optional(),
      aliases: z.record(z.string(), z.string()).optional(),
    }),
  ),
});
const warehouseBody = z.strictObject({
  name: z.string().min(1),
  excluded: z.boolean().optional(),
  isDefault: z.boolean().optional(),
});

/** The WMS's products, stock and warehouses: nobody can write those through IM's cart API. */
export function controlStock(world: World): Hono {
  const app = new Hono();
  const merchantPk = () =>
    world.state.get<{ merchant_pk: number }>('SELECT merchant_pk FROM carts WHERE order_source = ?', ORDER_SOURCE)?.merchant_pk ??
    0;

  app.post('/products', async (c) => {
    const { products } = await controlBody(c, productsBody);
    putProducts(world, merchantPk(), products);
    return c.json({ put: products.length }, 201);
  });

  app.post('/stock', async (c) => {
    const body = await controlBody(c, stockBody);
    const merchant = merchantPk();
    const warehouses = new Map(warehousesOf(world, merchant).map((one) => [one.name, one.pk]));
    const skipped: { sku: string; facility: string; reason: string }[] = [];
    const levels: { warehousePk: number; sku: string; available: number }[] = [];
    for (const { sku, facility, available } of 'levels' in body ? body.levels : [body]) {
      const known = masterSku(world, merchant, sku) ?? masterSku(world, merchant, sku.trim());
      const warehousePk = warehouses.get(facility);
      if (known !== undefined && warehousePk !== undefined) levels.push({ warehousePk, sku: known, available });
      else {
        const reason =
          known === undefined ? `The WMS has no product ${sku}: /products makes it.` : `IM has no warehouse ${facility}.`;
        skipped.push({ sku, facility, reason });
      }
    }
    if (!('levels' in body) && skipped[0]) throw new BadRequest(skipped[0].reason, 404);
    setAvailable(world, levels);
    return c.json({ set: levels.length, skipped });
  });

  app.post('/warehouse', async (c) => {
    const { name, excluded, isDefault } = await controlBody(c, warehouseBody);
    const merchant = merchantPk();
    const known = warehouseByName(world, merchant, name);
    const pk = known?.pk ?? addWarehouse(world, merchant, { name });
    if (excluded !== undefined) world.state.run('UPDATE warehouses SET excluded = ? WHERE pk = ?', excluded ? 1 : 0, pk);
    if (isDefault) world.state.run('UPDATE warehouses SET is_default = (pk = ?) WHERE merchant_pk = ?', pk, merchant);
    return c.json({ pk: String(pk), name }, known ? 200 : 201);
  });
  return app;
}
