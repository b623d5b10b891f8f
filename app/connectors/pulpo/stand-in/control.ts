import { Hono } from 'hono';
import { z } from 'zod';
import { answerError, BadRequest } from '../../../../sandbox/kit/http.ts';
import { controlBody } from './control-body.ts';
import { orderControl } from './control-orders.ts';
import { ledgerOrders, ledgerProducts, ledgerReturns, ledgerStock } from './ledger.ts';
import { LIMIT_NAMES, setLimits } from './limits.ts';
import { productBySku } from './product-record.ts';
import { Refusal } from './refusals.ts';
import { addUser, addWarehouse, assign, CREDENTIALS } from './seed.ts';
import { setAvailable } from './stock-levels.ts';
import { presentWarehouse, warehouseRow } from './warehouses.ts';
import type { World } from './world.ts';

const level = z.strictObject({ sku: z.string(), facility: z.string(), available: z.int() });
const stockBody = z.union([level, z.strictObject({ levels: z.array(level) })]);
const warehouseBody = z.strictObject({
  name: z.string().min(1),
  active: z.boolean().optional(),
  assigned: z.boolean().optional(),
  packingLocations: z.int().min(0).optional(),
});
const userBody = z.strictObject({
  username: z.string().min(1),
  password: z.string().min(1),
  warehouses: z.array(z.string()).default([]),
});
const merchantBody = z.strictObject({ name: z.string().min(1), channels: z.array(z.string()).default([]) });
const limitsBody = z.strictObject(Object.fromEntries(LIMIT_NAMES.map((name) => [name, z.int().positive().optional()])));

/** `/_sandbox/pulpo/…`: both what a merchant would know and what only the people in the warehouse can do. */
export function createPulpoControl(world: World): Hono {
  const app = new Hono();
  // a refusal by PULPO's own rules keeps its words; anything else is the caller's or our mistake
  app.onError((error) => (error instanceof Refusal ? error.answer() : answerError(error)));
  app.route('/', orderControl(world));

  app.get('/settings', (c) => c.json({ environment: 'custom', baseUrl: `${world.publicUrl}/api/v1`, ...CREDENTIALS }));
  app.get('/ledger', (c) => {
    const wanted = (part: string) => c.req.query(part) !== '0';
    return c.json({
      orders: wanted('orders') ? ledgerOrders(world) : [],
      stock: wanted('stock') ? ledgerStock(world) : [],
      products: wanted('products') ? ledgerProducts(world) : [],
      returns: wanted('returns') ? ledgerReturns(world) : [],
    });
  });

  app.post('/stock', async (c) => {
    const body = await controlBody(c, stockBody);
    const skipped: { sku: string; facility: string; reason: string }[] = [];
    const byWarehouse = new Map<number, { productId: number; available: number }[]>();
    for (const { sku, facility, available } of 'levels' in body ? body.levels : [body]) {
      const product = productBySku(world, sku) ?? productBySku(world, sku.trim());
      const warehouse = world.state.get<{ id: number }>('SELECT id FROM warehouses WHERE name = ?', facility);
      if (product && warehouse) {
        const wanted = byWarehouse.get(warehouse.id) ?? [];
        wanted.push({ productId: product.id, available });
        byWarehouse.set(warehouse.id, wanted);
      } else
        skipped.push({
          sku,
          facility,
          reason: product ? `PULPO has no warehouse ${facility}.` : `PULPO has no product with SKU ${sku}.`,
        });
    }
    if (!('levels' in body) && skipped[0]) throw new BadRequest(skipped[0].reason, 404);
    for (const [warehouse, wanted] of byWarehouse) setAvailable(world, warehouse, wanted);
    return c.json({ set: [...byWarehouse.values()].flat().length, skipped });
  });

  app.post('/warehouse', async (c) => {
    const { name, active, assigned, packingLocations } = await controlBody(c, warehouseBody);
    const known = world.state.get<{ id: number }>('SELECT id FROM warehouses WHERE name = ?', name);
    const id =
      known?.id ??
      addWarehouse(world, name, {
        line1: '1 Sandbox Street',
        city: 'Newark',
        zip_code: '07114',
        state: 'NJ',
        country_code: 'US',
      });
    const user = world.state.get<{ id: number }>('SELECT id FROM users WHERE username = ?', CREDENTIALS.username)?.id ?? 0;
    if (assigned ?? !known) assign(world, user, id);
    else if (assigned === false) world.state.run('DELETE FROM user_warehouses WHERE user_id = ? AND warehouse_id = ?', user, id);
    if (active !== undefined)
      world.state.run('UPDATE warehouses SET active = ?, updated_at = ? WHERE id = ?', active ? 1 : 0, world.now(), id);
    if (packingLocations !== undefined)
      world.state.run('UPDATE warehouses SET packing_locations = ? WHERE id = ?', packingLocations, id);
    const row = warehouseRow(world, id);
    return c.json(row ? presentWarehouse(row) : null, known ? 200 : 201);
  });
  app.post('/user', async (c) => {
    const { warehouses, ...credentials } = await controlBody(c, userBody);
    if (world.state.get('SELECT 1 FROM users WHERE username = ?', credentials.username))
      throw new BadRequest(`There is a user ${credentials.username} already.`, 409);
    const id = addUser(world, credentials);
    for (const name of warehouses) {
      const warehouse = world.state.get<{ id: number }>('SELECT id FROM warehouses WHERE name = ?', name);
      if (!warehouse) throw new BadRequest(`PULPO has no warehouse ${name}.`, 404);
      assign(world, id, warehouse.id);
    }
    return c.json({ id, username: credentials.username, warehouses }, 201);
  });
  app.post('/merchant', async (c) => {
    const { name, channels } = await controlBody(c, merchantBody);
    if (world.state.get('SELECT 1 FROM merchants WHERE name = ?', name))
      throw new BadRequest(`There is a merchant ${name} already.`, 409);
    const now = world.now();
    const { lastId } = world.state.run('INSERT INTO merchants (name, inserted_at, updated_at) VALUES (?,?,?)', name, now, now);
    const made = channels.map((channel, index) => ({
      id: world.state.run(
        'INSERT INTO channels (merchant_id, name, is_default, inserted_at, updated_at) VALUES (?,?,?,?,?)',
        lastId,
        channel,
        index === 0 ? 1 : 0,
        now,
        now,
      ).lastId,
      name: channel,
    }));
    return c.json({ id: lastId, name, channels: made }, 201);
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
