import type { Account } from './account.ts';
import { productsInACall } from './assumptions.ts';
import { atOnce, inPieces } from './at-once.ts';
import * as wire from './wire.ts';

const path = '/oms/products';

async function productsWhere({ client, skus }: Account, field: 'internalName' | 'productId', values: readonly string[]) {
  const wanted = [...new Set(values)].filter((value) => value !== '');
  // A value with a comma would be read as two, so it is asked for by itself.
  const listable = wanted.filter((value) => !value.includes(','));
  const queries: Record<string, string>[] = [
    ...inPieces(listable, productsInACall).map((piece) =>
      piece.length === 1 ? { [field]: piece[0] ?? '' } : { [field]: piece.join(','), [`${field}_op`]: 'in' },
    ),
    ...wanted.filter((value) => value.includes(',')).map((value) => ({ [field]: value })),
  ];
  const found = (
    await atOnce(queries, (query) => {
      // A product that can't be read has no name then; one that is looked for by its SKU might be made twice.
      const list = field === 'productId' ? client.listReadable : client.list;
      return list(path, wire.product, { ...query, orderByField: 'productId' });
    })
  ).flat();
  for (const { productId, internalName } of found) if (internalName) skus.set(productId, internalName);
  return found.filter((product) => wanted.includes(product[field] ?? ''));
}

/** Products with these SKUs, compared letter by letter; a SKU that HotWax doesn't know is absent. HotWax matches by internal name. */
export async function productsBySku(account: Account, skus: readonly string[]): Promise<Map<string, wire.Product>> {
  const found = await productsWhere(account, 'internalName', skus);
  // Two may carry one name, for nothing keeps them apart: the older one counts, each time.
  return new Map([...found].reverse().map((product) => [product.internalName ?? '', product]));
}

/** SKUs by product id; a product that is gone is absent. */
export async function skusOf(account: Account, productIds: readonly (string | null)[]): Promise<ReadonlyMap<string, string>> {
  const missing = productIds.filter((id): id is string => id !== null && !account.skus.has(id));
  if (missing.length > 0) await productsWhere(account, 'productId', missing);
  return account.skus;
}
