import { create } from './records.ts';
import { CHOICES } from './seed-choices.ts';
import { CARRIERS, FACILITIES, VIRTUAL } from './seed-places.ts';
import { TYPES } from './seed-types.ts';
import type { World } from './world.ts';

/** The integration user a merchant types into the connection form. */
export const CREDENTIALS = { username: 'crossdock.api', password: 'hotwax-sandbox' };
export const STORE = 'STORE';
const GROUP = 'ONLINE_FAC_GRP';

/** Fills an empty state; a state that has a user is left alone. */
export function seed(world: World): void {
  if (world.state.get('SELECT 1 FROM users')) return;
  world.state.transaction(() => {
    addUser(world, { ...CREDENTIALS, permissions: null });
    for (const [entity, names, rows] of [...TYPES, ...CHOICES])
      for (const row of rows)
        create(world, entity, Object.fromEntries(names.split(' ').map((name, index) => [name, row[index]])));
    addParty(world, 'COMPANY', 'Sandbox Retail Group', 'INTERNAL_ORGANIZATIO');
    for (const [id, name, methods] of CARRIERS) {
      addParty(world, id, name, 'CARRIER');
      for (const [index, shipmentMethodTypeId] of methods.entries())
        create(world, 'CarrierShipmentMethod', {
          partyId: id,
          roleTypeId: 'CARRIER',
          shipmentMethodTypeId,
          sequenceNumber: index + 1,
          carrierServiceCode: `${id}_${shipmentMethodTypeId}`.slice(0, 20),
        });
    }
    addStore(world, STORE, 'Sandbox Store');
    addStore(world, 'OUTLET', 'Sandbox Outlet');
    create(world, 'FacilityGroup', {
      facilityGroupId: GROUP,
      facilityGroupTypeId: 'BROKERING_GROUP',
      facilityGroupName: 'Online facilities',
    });
    for (const [facilityId, facilityName, facilityTypeId] of VIRTUAL)
      create(world, 'Facility', { facilityId, facilityName, facilityTypeId, ownerPartyId: 'COMPANY' });
    for (const { linked, address, ...facility } of FACILITIES) {
      addFacility(world, facility, address);
      if (linked) linkToStore(world, facility.facilityId, STORE);
    }
  });
}

export function addUser(world: World, user: { username: string; password: string; permissions: readonly string[] | null }): void {
  world.state.run(
    'INSERT INTO users (username, password, permissions) VALUES (?, ?, ?) ON CONFLICT (username) DO UPDATE SET password = excluded.password, permissions = excluded.permissions',
    user.username,
    user.password,
    user.permissions ? JSON.stringify(user.permissions) : null,
  );
}

function addParty(world: World, partyId: string, groupName: string, roleTypeId: string): void {
  create(world, 'Party', { partyId, partyTypeId: 'PARTY_GROUP', statusId: 'PARTY_ENABLED' });
  create(world, 'PartyGroup', { partyId, groupName });
  create(world, 'PartyRole', { partyId, roleTypeId });
}

function addStore(world: World, productStoreId: string, storeName: string): void {
  create(world, 'ProductStore', {
    productStoreId,
    storeName,
    companyName: 'Sandbox Retail Group',
    payToPartyId: 'COMPANY',
    defaultCurrencyUomId: 'USD',
    defaultLocaleString: 'en_US',
    defaultTimeZoneString: 'America/New_York',
    defaultSalesChannelEnumId: 'WEB_SALES_CHANNEL',
    autoApproveOrder: 'N',
    enableBrokering: 'Y',
    allowSplit: 'Y',
    productIdentifierEnumId: 'SHOPIFY_PRODUCT_SKU',
  });
  for (const [partyId, , methods] of CARRIERS)
    for (const [index, shipmentMethodTypeId] of methods.entries())
      create(world, 'ProductStoreShipmentMeth', {
        productStoreId,
        partyId,
        roleTypeId: 'CARRIER',
        shipmentMethodTypeId,
        sequenceNumber: index + 1,
      });
}

/** A facility that holds goods, with its address. */
export function addFacility(
  world: World,
  facility: { facilityId?: string; facilityName: string; facilityTypeId: string; externalId?: string },
  [address1, city, postalCode, stateProvinceGeoId]: readonly string[],
): string {
  const { facilityId } = create(world, 'Facility', { ...facility, ownerPartyId: 'COMPANY', postalCode });
  const { contactMechId } = create(world, 'ContactMech', { contactMechTypeId: 'POSTAL_ADDRESS' });
  create(world, 'PostalAddress', {
    contactMechId,
    toName: facility.facilityName,
    address1,
    city,
    postalCode,
    stateProvinceGeoId,
    countryGeoId: 'USA',
  });
  create(world, 'FacilityContactMechPurpose', { facilityId, contactMechId, contactMechPurposeTypeId: 'PRIMARY_LOCATION' });
  return String(facilityId);
}

export function linkToStore(world: World, facilityId: string, productStoreId: string): void {
  const sequenceNum =
    world.state.get<{ n: number }>('SELECT count(*) AS n FROM ProductStoreFacility WHERE productStoreId = ?', productStoreId)
      ?.n ?? 0;
  create(world, 'ProductStoreFacility', { productStoreId, facilityId, sequenceNum: sequenceNum + 1 });
  create(world, 'FacilityGroupMember', { facilityId, facilityGroupId: GROUP });
}
