import { inShop } from '../../db/scope.ts';
import { observeValues, type SeenValue } from '../../mappings/observed-values.ts';
import { adminFor, type ShopifyAdmin } from '../../shopify/client.ts';
import {
  ChannelsDocument,
  DeliveryProfileMethodsDocument,
  DeliveryProfilesDocument,
  OrdersObservedDocument,
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

/**
 * Collects the shop's shipping methods, payment gateways and channels, so that the merchant maps by choosing: from delivery profiles
 * and channels, and from the last orders, because gateways and app-made rates are listed nowhere else.
 */
export async function discoverValues(shop: { id: number; domain: string }): Promise<number> {
  const admin = adminFor(shop);
  const found: SeenValue[] = [];
  for await (const name of profileMethods(admin)) found.push({ kind: 'shipping', value: name, label: name, origin: 'profile' });
  const { channels } = await admin.run(ChannelsDocument, { first: 50 }, { priority: 'page' });
  for (const channel of channels.nodes)
    found.push({ kind: 'channel', value: channel.handle, label: channel.name, origin: 'channel' });
  const { orders } = await admin.run(OrdersObservedDocument, { first: 100, query: 'status:any' }, { priority: 'page' });
  for (const order of orders.nodes) {
    // Orders taken through the corridor are counted there; here only the names are wanted.
    if (order.shippingLine)
      found.push({ kind: 'shipping', value: order.shippingLine.title, label: order.shippingLine.title, origin: 'profile' });
    for (const gateway of order.paymentGatewayNames)
      found.push({ kind: 'payment', value: gateway, label: gateway, origin: 'profile' });
  }
  await inShop(shop.id, (tx) => observeValues(tx, shop.id, found));
  return found.length;
}
