import type { ShopifyAdmin } from '../../shopify/client.ts';
import { LinePromisesDocument, VariantShortagesDocument } from '../../shopify/operations/generated/graphql.ts';
import type { ShopifyOrder } from './shopify-order.ts';
import type { GoodsFacts, GoodsRules } from './wait-for-goods.ts';

const AT_ONCE = 100;

const isVariant = <Node extends object>(node: Node | null): node is Extract<Node, { id: string }> =>
  node !== null && 'id' in node;

function* batches(ids: readonly string[]): Generator<string[]> {
  for (let start = 0; start < ids.length; start += AT_ONCE) yield ids.slice(start, start + AT_ONCE);
}

async function readPromises(admin: ShopifyAdmin, ids: readonly string[], metafield: string): Promise<Map<string, string>> {
  const [namespace = '', key = ''] = metafield.split('.');
  const found = new Map<string, string>();
  for (const some of batches(ids)) {
    const { nodes } = await admin.run(LinePromisesDocument, { ids: some, namespace, key }, { priority: 'order' });
    for (const node of nodes.filter(isVariant)) {
      const value = node.metafield?.value ?? node.product.metafield?.value;
      if (value) found.set(node.id, value);
    }
  }
  return found;
}

/** Variants that go on selling and of which a location owes more than it has. */
async function oversoldAt(admin: ShopifyAdmin, ids: readonly string[], locationId: string): Promise<Set<string>> {
  const found = new Set<string>();
  for (const some of batches(ids)) {
    const { nodes } = await admin.run(VariantShortagesDocument, { ids: some, locationId }, { priority: 'order' });
    for (const { id, inventoryPolicy, inventoryItem } of nodes.filter(isVariant)) {
      const available = inventoryItem.inventoryLevel?.quantities.find(({ name }) => name === 'available')?.quantity ?? 0;
      if (inventoryPolicy === 'CONTINUE' && inventoryItem.tracked && available < 0) found.add(id);
    }
  }
  return found;
}

/** Asks Shopify what the rules want to know of an order's goods, and nothing where they want nothing. Of lines in `settled`, which went already, only the promise. */
export async function readGoodsFacts(
  admin: ShopifyAdmin,
  order: ShopifyOrder,
  rules: GoodsRules,
  settled: ReadonlySet<string>,
): Promise<GoodsFacts> {
  const open = order.lines.filter(({ id, variantId }) => variantId !== null && !settled.has(id));
  const variants = [...new Set(order.lines.flatMap(({ variantId }) => variantId ?? []))];
  const none: GoodsFacts = { promises: new Map(), oversold: new Set() };
  if (variants.length === 0) return none;
  const promises = rules.promiseMetafield === '' ? none.promises : await readPromises(admin, variants, rules.promiseMetafield);
  const oversold = new Set<string>();
  if (rules.backOrders !== 'send') {
    const byPlace = new Map<string, string[]>();
    for (const { locationId, lines } of order.fulfilmentOrders)
      for (const { lineId, remaining } of lines)
        if (locationId && remaining > 0 && !settled.has(lineId))
          byPlace.set(locationId, [...(byPlace.get(locationId) ?? []), lineId]);
    const variantOf = new Map(open.map(({ id, variantId }) => [id, variantId]));
    for (const [locationId, lineIds] of byPlace) {
      const ids = [...new Set(lineIds.flatMap((id) => variantOf.get(id) ?? []))];
      const short = await oversoldAt(admin, ids, locationId);
      for (const id of lineIds) if (short.has(variantOf.get(id) ?? '')) oversold.add(id);
    }
  }
  return { promises, oversold };
}
