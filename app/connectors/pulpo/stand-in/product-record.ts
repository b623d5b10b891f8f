import { z } from 'zod';
import { attributes, filled, integer, optional } from './body.ts';
import { FACTS } from './facts.ts';
import { merchantErrors } from './reference-data.ts';
import { refuseColumns, type ColumnErrors } from './refusals.ts';
import { json, TENANT_ID, type World } from './world.ts';

export interface ProductRow {
  id: number;
  sku: string;
  name: string;
  active: number;
  article_number: string | null;
  management_type: string;
  merchant_id: number | null;
  third_party_id: number | null;
  data: string;
  inserted_at: string;
  updated_at: string;
}

export interface SkuRow {
  id: number;
  product_id: number;
  sku: string;
  name: string | null;
  is_default: number;
  data: string;
  inserted_at: string;
  updated_at: string;
}

const size = optional(z.number().min(0));
const count = optional(integer);
const text = optional(z.string());

/** What a product may be written with. Source: pulpo.md §2.3, "Body fields used by clients". */
export const productBody = z.strictObject({
  sku: filled,
  name: filled,
  description: text,
  active: z
    .boolean()
    .nullish()
    .transform((value) => value ?? true),
  barcodes: z
    .array(filled)
    .nullish()
    .transform((value) => value ?? []),
  article_number: text,
  management_type: z
    .enum(['none', 'lot', 'serial'])
    .nullish()
    .transform((value) => value ?? 'none'),
  batch_control: optional(z.boolean()),
  cost_price: optional(z.number()),
  weight: size,
  length: size,
  width: size,
  height: size,
  volume: size,
  stackable: optional(z.boolean()),
  purchase_measure_units: text,
  sales_measure_units: text,
  units_per_sales_package: count,
  units_per_purchase_package: count,
  minimum_purchase_unit: count,
  minimum_sales_unit: count,
  units_per_pallet: count,
  hs_code: text,
  origin_country: text,
  product_categories: z
    .array(z.strictObject({ id: optional(integer), name: optional(z.string()), code: optional(z.string()) }))
    .nullish()
    .transform((value) => value ?? []),
  third_party_id: optional(integer),
  supplier_product_id: text,
  attributes: optional(attributes),
  merchant_id: optional(integer),
  merchant_channel_ids: z
    .array(integer)
    .nullish()
    .transform((value) => value ?? []),
  tenant_id: optional(integer),
});
type ProductBody = z.infer<typeof productBody>;

export const productRow = (world: World, id: number): ProductRow | undefined =>
  world.state.get<ProductRow>('SELECT * FROM products WHERE id = ?', id);

export function productBySku(world: World, sku: string): ProductRow | undefined {
  return world.state.get<ProductRow>(
    'SELECT p.* FROM products p WHERE p.id = (SELECT product_id FROM product_skus WHERE sku = ?)',
    sku,
  );
}

export function presentProduct(world: World, row: ProductRow): Record<string, unknown> {
  const { data, active, ...rest } = row;
  const barcodes = world.state.all<{ code: string }>('SELECT code FROM barcodes WHERE product_id = ? ORDER BY position', row.id);
  const skus = world.state.all<SkuRow>('SELECT * FROM product_skus WHERE product_id = ? ORDER BY id', row.id);
  return {
    ...json(data),
    ...rest,
    active: active === 1,
    barcodes: barcodes.map(({ code }) => code),
    product_skus: skus.map(presentSku),
    tenant_id: TENANT_ID,
  };
}

export function presentSku({ data, is_default, ...row }: SkuRow): Record<string, unknown> {
  return { ...json(data), ...row, is_default: is_default === 1 };
}

/** The product that items of orders, boxes and returns embed. */
export function embeddedProduct(world: World, id: number): Record<string, unknown> | null {
  const row = productRow(world, id);
  return row ? { id: row.id, sku: row.sku, name: row.name, management_type: row.management_type } : null;
}

/** Creates a product, or replaces the one with this id. Throws Refusal by column. */
export function putProduct(world: World, body: ProductBody, id?: number): ProductRow {
  const errors: ColumnErrors = merchantErrors(world, body.merchant_id, null);
  const owner = world.state.get<{ product_id: number }>('SELECT product_id FROM product_skus WHERE sku = ?', body.sku);
  if (owner && owner.product_id !== id) errors['sku'] = 'has already been taken';
  if (body.third_party_id !== null && !world.state.get('SELECT 1 FROM third_parties WHERE id = ?', body.third_party_id))
    errors['third_party_id'] = 'does not exist';
  if (body.tenant_id !== null && body.tenant_id !== TENANT_ID) errors['tenant_id'] = 'does not exist';
  if (Object.keys(errors).length > 0) throw refuseColumns(errors['sku'] ? FACTS.skuTaken : FACTS.columnErrors, errors);

  const {
    sku,
    name,
    active,
    article_number,
    management_type,
    merchant_id,
    third_party_id,
    barcodes,
    tenant_id: _tenant,
    ...data
  } = body;
  const now = world.now();
  return world.state.transaction(() => {
    const values = [
      sku,
      name,
      active ? 1 : 0,
      article_number,
      management_type,
      merchant_id,
      third_party_id,
      JSON.stringify(data),
      now,
    ] as const;
    let product = id;
    if (product === undefined) {
      product = world.state.run(
        'INSERT INTO products (sku, name, active, article_number, management_type, merchant_id, third_party_id, data, updated_at, inserted_at) VALUES (?,?,?,?,?,?,?,?,?,?)',
        ...values,
        now,
      ).lastId;
      world.state.run(
        'INSERT INTO product_skus (product_id, sku, name, is_default, data, inserted_at, updated_at) VALUES (?,?,?,1,?,?,?)',
        product,
        sku,
        name,
        JSON.stringify({ merchant_channel_ids: body.merchant_channel_ids }),
        now,
        now,
      );
    } else {
      world.state.run(
        'UPDATE products SET sku=?, name=?, active=?, article_number=?, management_type=?, merchant_id=?, third_party_id=?, data=?, updated_at=? WHERE id=?',
        ...values,
        product,
      );
      world.state.run(
        'UPDATE product_skus SET sku = ?, name = ?, updated_at = ? WHERE product_id = ? AND is_default = 1',
        sku,
        name,
        now,
        product,
      );
      world.state.run('DELETE FROM barcodes WHERE product_id = ?', product);
    }
    for (const [position, code] of barcodes.entries())
      world.state.run('INSERT INTO barcodes (product_id, code, position) VALUES (?,?,?)', product, code, position);
    return productRow(world, product) as ProductRow;
  });
}

/** What `PUT` starts from: fields that a body leaves out keep their value. */
export function keptBody(world: World, row: ProductRow): Record<string, unknown> {
  const { id: _id, inserted_at: _inserted, updated_at: _updated, product_skus: _skus, ...kept } = presentProduct(world, row);
  return kept;
}
