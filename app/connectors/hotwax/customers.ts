import { RejectedError } from '../../core/errors.ts';
import type { Address, SalesOrder } from '../contract/index.ts';
import type { Account } from './account.ts';
import { customerRoles } from './assumptions.ts';
import { postalBody, withoutProvince } from './convert-address.ts';
import type { OrderRefs } from './convert-order.ts';
import { partyIdOf, tailOf } from './ids.ts';
import { saysItExists } from './refusal.ts';
import * as wire from './wire.ts';

async function findParty({ client }: Account, idValue: string): Promise<string | null> {
  const query = { partyIdentificationTypeId: 'SHOPIFY_CUST_ID', idValue };
  return (await client.list('/oms/parties/identifications', wire.party, query))[0]?.partyId ?? null;
}

async function makeParty(account: Account, idValue: string): Promise<string> {
  const { client, context } = account;
  const partyId = partyIdOf(context.shop.domain, idValue);
  // HotWax publishes no call that names a person: the name stands on the addresses.
  const body = {
    partyId,
    partyTypeId: 'PERSON',
    identifications: [{ partyIdentificationTypeId: 'SHOPIFY_CUST_ID', idValue }],
  };
  let made: string;
  try {
    made = (await client.write('POST', '/oms/parties', body, wire.party)).partyId;
  } catch (error) {
    // Two orders of a new customer at once, or a first try whose answer was lost: the id is the same, so that is the party.
    if (!(error instanceof RejectedError) || !saysItExists(error)) throw error;
    made = partyId;
  }
  for (const roleTypeId of customerRoles) {
    try {
      await client.write('POST', `/oms/parties/${encodeURIComponent(made)}/roles`, { roleTypeId }, wire.anything);
    } catch (error) {
      if (!(error instanceof RejectedError) || !saysItExists(error)) throw error;
    }
  }
  return made;
}

/**
 * Whose order it is: the Shopify customer's party, found or made; for an order without one (or with the one that stands in for it, number 0) the
 * settings' party, or one "Guest" for the shop.
 */
export async function partyOf(account: Account, { customer }: SalesOrder): Promise<string> {
  const { settings, context } = account;
  const known = customer && tailOf(customer.id) !== '0' ? tailOf(customer.id) : null;
  if (known === null && settings.guestPartyId !== '') return settings.guestPartyId;
  const idValue = known ?? `guest ${context.shop.domain}`;
  return (await findParty(account, idValue)) ?? makeParty(account, idValue);
}

/** Makes what an order names of its customer: HotWax takes no address inside an order. */
export async function makeContacts(account: Account, partyId: string, order: SalesOrder): Promise<OrderRefs['contacts']> {
  const { client } = account;
  const path = `/oms/customers/${encodeURIComponent(partyId)}`;
  const make = async (kind: string, body: Record<string, unknown>) =>
    (await client.write('POST', `${path}/${kind}`, body, wire.contactMechMade)).contactMechId;
  async function address(given: Address | null, purpose: string): Promise<string | null> {
    if (!given) return null;
    const { company, name } = given;
    const about = {
      toName: name || company || '—',
      ...(company && name ? { attnName: company } : {}),
      contactMechPurposeTypeId: purpose,
    };
    const body = postalBody(given);
    try {
      return await make('postalAddresses', { ...about, ...body });
    } catch (error) {
      // HotWax doesn't know every province of the world.
      if (!(error instanceof RejectedError) || !body['stateProvinceGeoId']) throw error;
      return make('postalAddresses', { ...about, ...withoutProvince(body, given) });
    }
  }
  const { customer, shipTo, billing } = order;
  const phone = shipTo?.phone ?? customer?.phone ?? billing?.phone ?? null;
  const same = JSON.stringify(shipTo) === JSON.stringify(billing);
  const shipping = await address(shipTo, 'SHIPPING_LOCATION');
  return {
    shipping,
    billing: same ? shipping : await address(billing, 'BILLING_LOCATION'),
    email: customer?.email ? await make('emails', { infoString: customer.email, contactMechPurposeTypeId: 'ORDER_EMAIL' }) : null,
    phone: phone ? await make('telecomNumbers', { contactNumber: phone, contactMechPurposeTypeId: 'PHONE_SHIPPING' }) : null,
  };
}
