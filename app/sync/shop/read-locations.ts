import type { ShopifyAdmin } from '../../shopify/client.ts';
import { LocationsDocument } from '../../shopify/operations/generated/graphql.ts';
import type { ShopifyLocation } from '../../connections/locations.ts';

/** All of the shop's locations, inactive ones and other services' own ones too. */
export async function readLocations(admin: ShopifyAdmin): Promise<ShopifyLocation[]> {
  const found: ShopifyLocation[] = [];
  let after: string | undefined;
  do {
    const { locations } = await admin.run(LocationsDocument, after ? { after } : {}, { priority: 'page' });
    for (const node of locations.nodes) {
      const { address } = node;
      found.push({
        id: node.id,
        name: node.name,
        active: node.isActive,
        fulfillsOnline: node.fulfillsOnlineOrders,
        serviceName: node.isFulfillmentService ? (node.fulfillmentService?.serviceName ?? node.name) : null,
        address: {
          name: node.name,
          company: null,
          address1: address.address1 ?? '',
          address2: address.address2 ?? null,
          city: address.city ?? '',
          zip: address.zip ?? null,
          province: address.province ?? null,
          provinceCode: address.provinceCode ?? null,
          countryCode: address.countryCode ?? '',
          phone: address.phone ?? null,
        },
      });
    }
    after = locations.pageInfo.hasNextPage ? (locations.pageInfo.endCursor ?? undefined) : undefined;
  } while (after);
  return found;
}
