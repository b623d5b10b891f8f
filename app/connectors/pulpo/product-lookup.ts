import type { Account } from './account.ts';
import { filters, pageRows } from './assumptions.ts';
import { atOnce, inPieces } from './at-once.ts';
import * as wire from './wire.ts';

const path = '/inventory/products';

/** Products with these SKUs, compared letter by letter; a SKU that PULPO doesn't know is absent. */
export async function productsBySku(
  { client, ownerFilter }: Account,
  skus: readonly string[],
): Promise<Map<string, wire.Product>> {
  const wanted = [...new Set(skus)].filter((sku) => sku !== '');
  const asked = wanted.filter(filters.listable);
  const queries = [
    ...(asked.length === 1 ? asked : inPieces(asked, pageRows).map(filters.oneOf)),
    ...wanted.filter((sku) => !filters.listable(sku)),
  ];
  const found = (await atOnce(queries, (sku) => client.list(path, 'products', wire.product, { sku, ...ownerFilter }))).flat();
  const known = new Set(wanted);
  const bySku = new Map<string, wire.Product>();
  for (const product of found) {
    if (product.sku === null || !known.has(product.sku)) continue;
    // An active one wins over one that was switched off and kept its SKU.
    if (!bySku.get(product.sku)?.active) bySku.set(product.sku, product);
  }
  return bySku;
}

/** Products with these ids; an id that PULPO doesn't know is absent. */
export async function productsById({ client }: Account, ids: readonly string[]): Promise<Map<string, wire.Product>> {
  const wanted = [...new Set(ids)];
  const pieces = inPieces(wanted, pageRows);
  const query = (piece: string[]) => ({ id: piece.length === 1 ? (piece[0] ?? '') : filters.oneOf(piece) });
  const found = (await atOnce(pieces, (piece) => client.listReadable(path, 'products', wire.product, query(piece)))).flat();
  return new Map(found.filter(({ id }) => wanted.includes(id)).map((product) => [product.id, product]));
}

/** SKUs by product id, for lines that don't embed theirs. */
export async function skusOf(
  account: Account,
  lines: readonly { product_id: string | null; product?: { sku: string | null } | null | undefined }[],
): Promise<Map<string, string>> {
  const missing = lines.flatMap(({ product_id: id, product }) => (id && !product?.sku ? [id] : []));
  if (missing.length === 0) return new Map();
  const found = await productsById(account, missing);
  return new Map([...found].flatMap(([id, { sku }]) => (sku ? [[id, sku] as const] : [])));
}
