import type { LiveConnection } from '../../connections/open-connection.ts';
import type { Product, ProductResult, ProductsPort } from '../../connectors/contract/index.ts';

/** Whether another shop brings the products into the store that this connection shares: here they are only found. */
export const linksOnly = ({ sharing }: Pick<LiveConnection, 'sharing'>): boolean => Boolean(sharing && !sharing.imports);

/** Finds products in a shared store and answers each once. Nothing is written there; what it hasn't got is answered as refused, field `sku`. */
export async function linkToStore(
  port: Pick<ProductsPort, 'link' | 'findBySku'>,
  products: Product[],
  backOffice: string,
): Promise<ProductResult[]> {
  if (port.link) return port.link(products);
  const found = new Map((await port.findBySku(products.map(({ sku }) => sku))).map(({ sku, remoteId }) => [sku, remoteId]));
  return products.map(({ variantId, sku }) => {
    const remoteId = found.get(sku);
    if (remoteId !== undefined) return { variantId, outcome: 'unchanged', remoteId };
    return { variantId, outcome: 'refused', field: 'sku', vendorText: `${backOffice} has no "${sku}".` };
  });
}
