import type { Account } from './account.ts';
import { ownerOf } from './convert-order.ts';
import { skusOf } from './product-lookup.ts';
import * as wire from './wire.ts';

/** A sales order of this shop with the SKUs of its products. */
export interface KnownOrder {
  order: wire.SalesOrder;
  skuOf: ReadonlyMap<string, string>;
}

/** Reads sales orders of this shop by id, each once; null for one of another shop, another integration, that is gone or that nobody can read. */
export function orderReader(account: Account): (id: string | null) => Promise<KnownOrder | null> {
  const read = new Map<string, Promise<KnownOrder | null>>();
  async function ask(id: string): Promise<KnownOrder | null> {
    const order = await account.client.getReadable(`/sales/orders/${id}`, wire.salesOrder);
    if (!order || ownerOf(order, account.context.shop.domain) !== 'ours') return null;
    const skuOf = new Map(await skusOf(account, order.items));
    for (const { product_id: productId, product } of order.items)
      if (productId && product?.sku) skuOf.set(productId, product.sku);
    return { order, skuOf };
  }
  return (id) => {
    if (id === null) return Promise.resolve(null);
    const asked = read.get(id) ?? ask(id);
    read.set(id, asked);
    return asked;
  };
}
