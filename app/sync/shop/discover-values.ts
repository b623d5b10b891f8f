import { inShop, type Tx } from '../../db/scope.ts';
import { productTypesOf } from '../../mappings/goods-rules.ts';
import { observeValues, recountValues, type SeenValue } from '../../mappings/observed-values.ts';
import { adminFor, type ShopifyAdmin } from '../../shopify/client.ts';
import {
  ChannelsDocument,
  DeliveryProfileMethodsDocument,
  DeliveryProfilesDocument,
  OrdersObservedDocument,
  ProductTypesDocument,
} from '../../shopify/operations/generated/graphql.ts';

/** Names of the methods in the delivery profiles. Shopify has no flat list; a carrier's services count as methods of their own. */
async function* profileMethods(admin: ShopifyAdmin): AsyncGenerator<string> {
  const { deliveryProfiles } = await admin.run(DeliveryProfilesDocument, { first: 50 }, { priority: 'page' });
  for (const { id } of deliveryProfiles.nodes) {
    let zonesAfter: string | undefined;
    do {
      const { deliveryProfile } = await admin.run(
        DeliveryProfileMethodsDocument,
        { id, ...(zonesAfter ? { zonesAfter } : {}) },
        { priority: 'page' },
      );
      const pages = (deliveryProfile?.profileLocationGroups ?? []).map((group) => group.locationGroupZones);
      for (const method of pages.flatMap((page) => page.nodes).flatMap((zone) => zone.methodDefinitions.nodes)) {
        if (!method.active) continue;
        yield method.name;
        if (method.rateProvider.__typename === 'DeliveryParticipant') {
          for (const service of method.rateProvider.participantServices) if (service.active) yield service.name;
        }
      }
      zonesAfter = pages.find((page) => page.pageInfo.hasNextPage)?.pageInfo.endCursor ?? undefined;
    } while (zonesAfter);
  }
}

async function* listedTypes(admin: ShopifyAdmin): AsyncGenerator<string> {
  let after: string | undefined;
  do {
    const { productTypes } = await admin.run(
      ProductTypesDocument,
      { first: 250, ...(after ? { after } : {}) },
      { priority: 'page' },
    );
    yield* (productTypes?.nodes ?? []).filter((type) => type.trim() !== '');
    after = productTypes?.pageInfo.hasNextPage ? (productTypes.pageInfo.endCursor ?? undefined) : undefined;
  } while (after);
}

/** How many of the last orders are looked at. */
const LAST_ORDERS = 1_000;
const countedKinds = ['shipping', 'payment', 'channel'];

/** What the last orders used: gateways and app-made rates are listed nowhere else. With how many orders used each. */
async function usedByOrders(admin: ShopifyAdmin): Promise<Map<string, SeenValue & { orders: number }>> {
  const used = new Map<string, SeenValue & { orders: number }>();
  let after: string | undefined;
  let left = LAST_ORDERS;
  do {
    const page = { first: Math.min(100, left), query: 'status:any', ...(after ? { after } : {}) };
    const { orders } = await admin.run(OrdersObservedDocument, page, { priority: 'page' });
    for (const { shippingLine, paymentGatewayNames, attribution, sourceName } of orders.nodes) {
      const channel = attribution?.handle ?? sourceName ?? '';
      const values: [string, string, string][] = [
        ...(shippingLine ? [['shipping', shippingLine.title, shippingLine.title] as [string, string, string]] : []),
        ...[...new Set(paymentGatewayNames)].map((gateway): [string, string, string] => ['payment', gateway, gateway]),
        ...(channel ? [['channel', channel, attribution?.displayName ?? channel] as [string, string, string]] : []),
      ];
      for (const [kind, value, label] of values) {
        const key = JSON.stringify([kind, value]);
        used.set(key, { kind, value, label, origin: 'profile', orders: (used.get(key)?.orders ?? 0) + 1 });
      }
    }
    left -= orders.nodes.length;
    after = orders.pageInfo.hasNextPage ? (orders.pageInfo.endCursor ?? undefined) : undefined;
  } while (after && left > 0);
  return used;
}

/** Remembers the product types of the catalogue. */
export async function discoverProductTypes(tx: Tx, shopId: number): Promise<void> {
  const types = (await productTypesOf(tx, shopId)).filter((type) => type !== '');
  await observeValues(
    tx,
    shopId,
    types.map((type) => ({ kind: 'product-type', value: type, label: type, origin: 'catalogue' })),
  );
}

/**
 * Collects the shop's shipping methods, payment gateways, channels and product types, so that the merchant maps by choosing, and counts how
 * many of the last thousand orders used each.
 */
export async function discoverValues(shop: { id: number; domain: string }): Promise<number> {
  const admin = adminFor(shop);
  const found: SeenValue[] = [];
  for await (const name of profileMethods(admin)) found.push({ kind: 'shipping', value: name, label: name, origin: 'profile' });
  const { channels } = await admin.run(ChannelsDocument, { first: 50 }, { priority: 'page' });
  for (const channel of channels.nodes)
    found.push({ kind: 'channel', value: channel.handle, label: channel.name, origin: 'channel' });
  // Listed before the catalogue is read, so that each type is answered before the first product is sent.
  for await (const type of listedTypes(admin))
    found.push({ kind: 'product-type', value: type, label: type, origin: 'catalogue' });
  const used = await usedByOrders(admin);
  await inShop(shop.id, async (tx) => {
    await observeValues(tx, shop.id, [...found, ...used.values()]);
    await recountValues(tx, shop.id, used, countedKinds);
    await discoverProductTypes(tx, shop.id);
  });
  return found.length;
}
