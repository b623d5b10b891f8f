import type { ShopifyAdmin } from '../../shopify/client.ts';
import { OrderExchangesDocument } from '../../shopify/operations/generated/graphql.ts';

/** Units of an order that its buyer gets other goods for. */
export interface Exchanges {
  /** Lines that a return which still goes on exchanges: Shopify settles their value against the new goods. */
  open: Set<string>;
  /** Units that Shopify has taken back for other goods, by line id. */
  done: Map<string, number>;
}

/** The exchanges among an order's returns, the latest ten. */
export async function readExchanges(admin: Pick<ShopifyAdmin, 'run'>, orderId: string): Promise<Exchanges> {
  const { order } = await admin.run(OrderExchangesDocument, { id: orderId }, { priority: 'order' });
  const found: Exchanges = { open: new Set(), done: new Map() };
  for (const { status, exchangeLineItems, returnLineItems } of order?.returns.nodes ?? []) {
    if (exchangeLineItems.nodes.length === 0) continue;
    for (const line of returnLineItems.nodes) {
      if (!('fulfillmentLineItem' in line) || !line.fulfillmentLineItem) continue;
      const { id } = line.fulfillmentLineItem.lineItem;
      if (status === 'OPEN' || status === 'REQUESTED') found.open.add(id);
      found.done.set(id, (found.done.get(id) ?? 0) + line.processedQuantity);
    }
  }
  return found;
}
