import type { Hosts } from './limits.ts';

/** Where each server lies below the instance, by how it is installed. Source: hotwax.md §3.1. */
const PREFIXES: Record<Hosts, { ofbiz: string[]; moqui: string[] }> = {
  one: { ofbiz: ['/api/'], moqui: ['/rest/s1/'] },
  two: { ofbiz: ['/oms/api/'], moqui: ['/maarg/rest/s1/'] },
  moqui: { ofbiz: [], moqui: ['/rest/s1/'] },
};

/** Words that follow a collection without being an id. */
const WORDS =
  'cancel|identifications|productTypes|search|items|shipGroups|locations|productStores|groups|facilities|shipmentMethods|settings|variants|prices|shopifyShopProducts|facilityChange|status|attributes|roles|emails|telecomNumbers|postalAddresses|association|ship|shops|carrierShipments|typeMappings|mappingTypes';
const ID = new RegExp(
  `/(orders|items|shipGroups|facilities|parties|customers|products|productStores|shops|systemMessageRemotes|shipmentMethodTypes|shipments)/(?!(?:${WORDS})(?:/|$))[^/]+`,
  'g',
);

/**
 * A request's path as the routes know it: `/api/…` for OFBiz, for Moqui what follows `/rest/s1`. Undefined where nothing of HotWax's lies.
 */
export function routed(pathname: string, below: string, hosts: Hosts): string | undefined {
  const path = pathname.startsWith(below) ? pathname.slice(below.length) : pathname;
  const { ofbiz, moqui } = PREFIXES[hosts];
  for (const prefix of ofbiz) if (path.startsWith(prefix)) return `/api/${path.slice(prefix.length)}`.replace(/(.)\/+$/, '$1');
  for (const prefix of moqui) if (path.startsWith(prefix)) return `/${path.slice(prefix.length)}`.replace(/(.)\/+$/, '$1');
  return undefined;
}

/** `POST /oms/orders/:id/items/cancel`: ids left out, so that a call can be named. */
export function operationOf(method: string, path: string): string {
  return `${method} ${path.replaceAll(ID, '/$1/:id')}`;
}
