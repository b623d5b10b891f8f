import { Hono } from 'hono';
import { z } from 'zod';
import { BadRequest } from '../../../../sandbox/kit/http.ts';
import { amount } from './body.ts';
import { controlBody } from './control-body.ts';
import { addCustomer, customerBody, customerByAccount, customerById, presentCustomer } from './customer-record.ts';
import { setFree } from './stock-levels.ts';
import { LISTS, listValueNamed } from './value-lists.ts';
import { addVariant, componentsOf, updateVariant, variantByCode, type VariantRow } from './variant-record.ts';
import { json, type World } from './world.ts';

const level = z.strictObject({ sku: z.string(), facility: z.string(), available: z.number() });
const stockBody = z.union([level, z.strictObject({ levels: z.array(level) })]);
const size = z.number().nonnegative().optional();
const product = z.strictObject({
  sku: z.string().min(1),
  name: z.string().optional(),
  barcode: z.string().nullish(),
  /** Without tax. */
  price: amount.optional(),
  cost: amount.optional(),
  active: z.boolean().optional(),
  discontinued: z.boolean().optional(),
  brand: z.string().optional(),
  weight: size,
  length: size,
  width: size,
  depth: size,
  commodityCode: z.string().optional(),
  countryCodeOfOrigin: z.string().optional(),
  taxRateId: z.int().optional(),
  alternates: z.array(z.string()).optional(),
  kit: z.array(z.strictObject({ sku: z.string(), quantity: z.int().positive() })).optional(),
});
const productBody = z.union([product, z.strictObject({ products: z.array(product) })]);

/** Stock, products and customers, as somebody in OrderWise enters them. */
export function goodsControl(world: World): Hono {
  const app = new Hono();

  app.post('/stock', async (c) => {
    const body = await controlBody(c, stockBody);
    const skipped: { sku: string; facility: string; reason: string }[] = [];
    let set = 0;
    world.state.transaction(() => {
      for (const { sku, facility, available } of 'levels' in body ? body.levels : [body]) {
        const variant = variantByCode(world, sku) ?? variantByCode(world, sku.trim());
        const location = listValueNamed(world, LISTS.stockLocation, facility);
        const kit = variant && componentsOf(world, variant.id).length > 0;
        if (variant && location && !kit) {
          setFree(world, variant.id, location.id, available);
          set += 1;
          continue;
        }
        const reason = !variant
          ? `OrderWise has no variant with code ${sku}.`
          : kit
            ? `${sku} is a kit: set the stock of what it is made of.`
            : `OrderWise has no stock location ${facility}.`;
        skipped.push({ sku, facility, reason });
      }
    });
    if (!('levels' in body) && skipped[0]) throw new BadRequest(skipped[0].reason, 404);
    return c.json({ set, skipped });
  });

  app.post('/product', async (c) => {
    const body = await controlBody(c, productBody);
    const rows = world.state.transaction(() =>
      ('products' in body ? body.products : [body]).map((one) => putProduct(world, one)),
    );
    return c.json({ products: rows.map(({ id, code }) => ({ id, sku: code })) }, 201);
  });

  app.post('/customer', async (c) => {
    const body = await controlBody(c, customerBody);
    const known = body.accountNumber === null ? undefined : customerByAccount(world, body.accountNumber);
    if (!known) return c.json(presentCustomer(addCustomer(world, body)), 201);
    const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
    const data = { ...json(known.data), ...given };
    world.state.run(
      'UPDATE customers SET data = ?, on_hold = ?, amended_at = ? WHERE id = ?',
      JSON.stringify(data),
      data['onHold'] === true || data['manualOnHold'] === true ? 1 : 0,
      world.now(),
      known.id,
    );
    const row = customerById(world, known.id);
    return c.json(row ? presentCustomer(row) : null);
  });
  return app;
}

function putProduct(world: World, given: z.infer<typeof product>): VariantRow {
  const { sku, name, barcode, price, cost, active, discontinued, alternates, kit, ...data } = given;
  const known = variantByCode(world, sku);
  const change = {
    ...(barcode === undefined ? {} : { ean: barcode }),
    ...(price === undefined ? {} : { rsp: price }),
    ...(cost === undefined ? {} : { cost }),
    ...(active === undefined ? {} : { active }),
    ...(discontinued === undefined ? {} : { discontinued }),
    data,
  };
  const row = known
    ? updateVariant(world, known.id, { ...change, ...(name === undefined ? {} : { description: name }) })
    : addVariant(world, { ...change, code: sku, description: name ?? sku });
  for (const code of alternates ?? [])
    world.state.run('INSERT INTO alternates (variant_id, code) VALUES (?, ?) ON CONFLICT DO NOTHING', row.id, code);
  if (kit) {
    world.state.run('DELETE FROM components WHERE kit_id = ?', row.id);
    for (const { sku: part, quantity } of kit) {
      const component = variantByCode(world, part);
      if (!component) throw new BadRequest(`OrderWise has no variant with code ${part}.`, 404);
      world.state.run('INSERT INTO components (kit_id, variant_id, quantity) VALUES (?,?,?)', row.id, component.id, quantity);
    }
  }
  return row;
}
