import { RejectedError } from '../../core/errors.ts';
import type { PreviewedCall, SalesOrder } from '../contract/index.ts';
import type { Account } from './account.ts';
import { customerRoles } from './assumptions.ts';
import { contactsOf } from './contacts.ts';
import type { OrderRefs } from './convert-order.ts';
import { partyIdOf, tailOf } from './ids.ts';
import { saysItExists } from './refusal.ts';
import * as wire from './wire.ts';

async function findParty({ client }: Account, idValue: string): Promise<string | null> {
  const query = { partyIdentificationTypeId: 'SHOPIFY_CUST_ID', idValue };
  return (await client.list('/oms/parties/identifications', wire.party, query))[0]?.partyId ?? null;
}

/** HotWax publishes no call that names a person: the name stands on the addresses. */
const partyBody = (partyId: string, idValue: string) => ({
  partyId,
  partyTypeId: 'PERSON',
  identifications: [{ partyIdentificationTypeId: 'SHOPIFY_CUST_ID', idValue }],
});

async function makeParty(account: Account, idValue: string): Promise<string> {
  const { client, context } = account;
  const partyId = partyIdOf(context.shop.domain, idValue);
  const body = partyBody(partyId, idValue);
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

/** A party that is named by its id, or what one is found and made by. */
function whoseOrder({ settings, context }: Account, { customer }: SalesOrder): { partyId: string } | { idValue: string } {
  if (customer?.remoteId) return { partyId: customer.remoteId };
  const known = customer && tailOf(customer.id) !== '0' ? tailOf(customer.id) : null;
  if (known === null && settings.guestPartyId !== '') return { partyId: settings.guestPartyId };
  return { idValue: known ?? `guest ${context.shop.domain}` };
}

/**
 * Whose order it is: the party that the order names, or the Shopify customer's, found or made; for an order without one (or with the one that stands
 * in for it, number 0) the settings' party, or one "Guest" for the shop.
 */
export async function partyOf(account: Account, order: SalesOrder): Promise<string> {
  const who = whoseOrder(account, order);
  if ('partyId' in who) return who.partyId;
  return (await findParty(account, who.idValue)) ?? makeParty(account, who.idValue);
}

/** What would be sent to make an order's customer and addresses; nobody is made. Ids that HotWax would give are null. */
export async function previewPeople(
  account: Account,
  order: SalesOrder,
): Promise<{ refs: Pick<OrderRefs, 'customerPartyId' | 'contacts'>; calls: PreviewedCall[] }> {
  const who = whoseOrder(account, order);
  const found = 'partyId' in who ? who.partyId : await findParty(account, who.idValue);
  const customerPartyId = found ?? ('idValue' in who ? partyIdOf(account.context.shop.domain, who.idValue) : '');
  const calls: PreviewedCall[] = [];
  if (found === null && 'idValue' in who)
    calls.push({ call: 'POST /oms/parties', body: partyBody(customerPartyId, who.idValue) });
  const contacts = await contactsOf(order, ({ kind, body }) => {
    calls.push({ call: `POST /oms/customers/${customerPartyId}/${kind}`, body });
    return Promise.resolve(null);
  });
  return { refs: { customerPartyId, contacts }, calls };
}
