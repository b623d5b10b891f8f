import type { StockLevel, StockPort } from '../contract/index.ts';
import type { Account } from './account.ts';
import { availabilityIds, availabilityLists, defaultPageRows } from './assumptions.ts';
import { inPieces } from './at-once.ts';
import { productsBySku } from './product-lookup.ts';
import * as wire from './wire.ts';

interface Known {
  id: string;
  sku: string;
}

/** What can be sold, warehouse by warehouse. `pageSize` is smaller in tests. */
export function stockPort(account: Account, pageSize = availabilityIds): StockPort {
  const { client, settings, ownerFilter } = account;

  async function allProducts(): Promise<Known[]> {
    const products = await client.listReadable('/inventory/products', 'products', wire.product, ownerFilter);
    return products.flatMap(({ id, sku }) => (sku ? [{ id, sku }] : []));
  }

  /**
   * The products that have stock records there. The summary knows no merchants, so in 3PL mode it is the merchant's products; and it has no
   * pages, so one that was cut to the vendor's default number of rows isn't believed.
   */
  async function productsIn(facilityId: string): Promise<Known[]> {
    if (settings.merchantId !== null) return allProducts();
    const { rows, told, total } = await client.page('/inventory/stocks/summary', 'stocks', wire.stockSummary, {
      warehouse_id: facilityId,
    });
    if (told === defaultPageRows || (total !== null && total > told)) return allProducts();
    return rows.flatMap(({ product_id: id, sku }) => (sku ? [{ id, sku }] : []));
  }

  async function named(skus: string[]): Promise<Known[]> {
    return [...(await productsBySku(account, skus))].map(([sku, { id }]) => ({ id, sku }));
  }

  /** Available = in storage, minus what is reserved for orders in queue and picking. A product without a row, or without a number in it, is unknown, not zero. */
  async function levelsOf(facilityId: string, products: Known[]): Promise<StockLevel[]> {
    const query = { [availabilityLists.products]: products.map(({ id }) => id), [availabilityLists.warehouse]: facilityId };
    const { rows } = await client.page('/inventory/stocks/availability', 'availabilities', wire.availability, query);
    const skuOf = new Map(products.map(({ id, sku }) => [id, sku]));
    return rows.flatMap(({ product_id: remoteProductId, available_quantity: available }) => {
      const sku = skuOf.get(remoteProductId);
      return sku === undefined || available === null ? [] : [{ facilityId, sku, remoteProductId, available }];
    });
  }

  return {
    // PULPO keeps no time of change for what can be sold (a new order changes it too), so `since` asks for all.
    async *pull({ facilityIds, skus }) {
      const chosen = skus && (await named(skus));
      for (const facilityId of facilityIds) {
        for (const products of inPieces(chosen ?? (await productsIn(facilityId)), pageSize)) {
          const asOf = account.context.nowMs();
          yield { levels: await levelsOf(facilityId, products), asOf };
        }
      }
    },
  };
}
