import { json, type World } from './world.ts';

export interface ProductRow {
  pk: number;
  merchant_pk: number;
  sku: string;
  name: string | null;
  description: string | null;
  retail_price: number | null;
  weight_lbs: number | null;
  updated_at: number;
}

/** The master SKU for an item code: itself, or the one product that has it as an alias (best effort, §1.2). */
export function masterSku(world: World, merchantPk: number, item: string): string | undefined {
  if (world.state.get('SELECT 1 FROM products WHERE merchant_pk = ? AND sku = ?', merchantPk, item)) return item;
  const found = world.state.all<{ sku: string }>(
    'SELECT DISTINCT p.sku FROM products p JOIN aliases a ON a.product_pk = p.pk WHERE p.merchant_pk = ? AND a.code = ?',
    merchantPk,
    item,
  );
  return found.length === 1 ? found[0]?.sku : undefined;
}

export const productBySku = (world: World, merchantPk: number, sku: string): ProductRow | undefined =>
  world.state.get<ProductRow>('SELECT * FROM products WHERE merchant_pk = ? AND sku = ?', merchantPk, sku);

export interface NewProduct {
  sku: string;
  name?: string | undefined;
  description?: string | undefined;
  price?: number | undefined;
  weightLbs?: number | undefined;
  aliases?: Record<string, string> | undefined;
}

/** Makes or changes products of the WMS. */
export function putProducts(world: World, merchantPk: number, products: readonly NewProduct[]): void {
  world.state.transaction(() => {
    for (const { sku, name, description, price, weightLbs, aliases } of products) {
      world.state.run(
        `INSERT INTO products (merchant_pk, sku, name, description, retail_price, weight_lbs, updated_at) VALUES (?,?,?,?,?,?,?)
         ON CONFLICT (merchant_pk, sku) DO UPDATE SET name = coalesce(excluded.name, name), description = coalesce(excluded.description, description),
           retail_price = coalesce(excluded.retail_price, retail_price), weight_lbs = coalesce(excluded.weight_lbs, weight_lbs), updated_at = excluded.updated_at`,
        merchantPk,
        sku,
        name ?? null,
        description ?? null,
        price ?? null,
        weightLbs ?? null,
        world.clock.now(),
      );
      const row = productBySku(world, merchantPk, sku);
      if (!aliases || !row) continue;
      world.state.run('DELETE FROM aliases WHERE product_pk = ?', row.pk);
      for (const [type, code] of Object.entries(aliases))
        world.state.run('INSERT INTO aliases (product_pk, code_type, code) VALUES (?, ?, ?)', row.pk, type, code);
    }
  });
}

export const aliasesOf = (world: World, productPk: number): { code_type: string; code: string }[] =>
  world.state.all('SELECT code_type, code FROM aliases WHERE product_pk = ? ORDER BY code_type', productPk);

/** Every product's aliases at once, by master SKU. */
export function aliasesBySku(world: World, merchantPk: number, skus: readonly string[]): Map<string, Record<string, string>> {
  const rows = world.state.all<{ sku: string; aliases: string }>(
    `SELECT p.sku, json_group_object(a.code_type, a.code) AS aliases FROM products p JOIN aliases a ON a.product_pk = p.pk
     WHERE p.merchant_pk = ? AND p.sku IN (SELECT value FROM json_each(?)) GROUP BY p.pk`,
    merchantPk,
    JSON.stringify(skus),
  );
  return new Map(rows.map(({ sku, aliases }) => [sku, json<Record<string, string>>(aliases)]));
}
