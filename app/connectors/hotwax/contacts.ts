import { z } from 'zod';
import { sha256 } from '../../core/crypto.ts';
import { RejectedError } from '../../core/errors.ts';
import type { Address, SalesOrder } from '../contract/index.ts';
import type { Account } from './account.ts';
import { findContact, type Contact } from './contact-lookup.ts';
import { postalBody, withoutProvince } from './convert-address.ts';
import type { OrderRefs } from './convert-order.ts';
import * as wire from './wire.ts';

const kept = 'contacts';
/** Ids of what was made for an order that wasn't, each with a hash of what it says. */
const memory = z.object({ made: z.array(z.object({ hash: z.string(), contactMechId: z.string() })) });
type Memory = z.output<typeof memory>;

const hashOf = (contact: Contact, partyId: string) => sha256(JSON.stringify([partyId, contact.kind, contact.body]));

/** An address as HotWax takes it, and as it does where it doesn't know the province. */
export function addressContacts(given: Address, purpose: string): Contact[] {
  const { company, name } = given;
  const about = {
    toName: name || company || '—',
    ...(company && name ? { attnName: company } : {}),
    contactMechPurposeTypeId: purpose,
  };
  const body = postalBody(given);
  const plain = { ...about, ...body };
  const others = body['stateProvinceGeoId'] ? [{ ...about, ...withoutProvince(body, given) }] : [];
  return [plain, ...others].map((one) => ({ kind: 'postalAddresses', body: one }));
}

export const phoneContact = (contactNumber: string): Contact => ({
  kind: 'telecomNumbers',
  body: { contactNumber, contactMechPurposeTypeId: 'PHONE_SHIPPING' },
});

/** The first of these that HotWax takes: it doesn't know every province of the world. */
export async function makeAddress<Id>(contacts: readonly Contact[], make: (contact: Contact) => Promise<Id>): Promise<Id | null> {
  for (const [index, contact] of contacts.entries()) {
    try {
      return await make(contact);
    } catch (error) {
      if (!(error instanceof RejectedError) || index === contacts.length - 1) throw error;
    }
  }
  return null;
}

/** What an order names of its customer, made by `make`. */
export async function contactsOf(
  order: SalesOrder,
  make: (contact: Contact) => Promise<string | null>,
): Promise<OrderRefs['contacts']> {
  const address = (given: Address | null, purpose: string) => makeAddress(given ? addressContacts(given, purpose) : [], make);
  const { customer, shipTo, billing } = order;
  const phone = shipTo?.phone ?? customer?.phone ?? billing?.phone ?? null;
  const same = JSON.stringify(shipTo) === JSON.stringify(billing);
  const shipping = await address(shipTo, 'SHIPPING_LOCATION');
  return {
    shipping,
    billing: same ? shipping : await address(billing, 'BILLING_LOCATION'),
    email: customer?.email
      ? await make({ kind: 'emails', body: { infoString: customer.email, contactMechPurposeTypeId: 'ORDER_EMAIL' } })
      : null,
    phone: phone ? await make(phoneContact(phone)) : null,
  };
}

/** Makes one contact of a party. */
export async function makeContact({ client }: Account, partyId: string, { kind, body }: Contact): Promise<string> {
  const path = `/oms/customers/${encodeURIComponent(partyId)}/${kind}`;
  return (await client.write('POST', path, body, wire.contactMechMade)).contactMechId;
}

/**
 * The contacts of an order on its way. HotWax takes no address inside an order, so they are made before it. When the order doesn't get through,
 * what was made is kept for the next try, and what may have been made is looked for, so that a bad connection doesn't fill HotWax with addresses.
 */
export function openContacts(account: Account, order: SalesOrder) {
  const { records } = account.context;
  let begun = false;
  let before: Memory | null = null;
  const made: Memory['made'] = [];

  return {
    async make(partyId: string): Promise<OrderRefs['contacts']> {
      begun = true;
      before = memory.safeParse(await records.get(kept, order.reference)).data ?? null;
      const known = new Map((before?.made ?? []).map(({ hash, contactMechId }) => [hash, contactMechId]));
      return contactsOf(order, async (contact) => {
        const hash = hashOf(contact, partyId);
        const contactMechId =
          known.get(hash) ??
          (before ? await findContact(account, partyId, contact, order.placedAt) : null) ??
          (await makeContact(account, partyId, contact));
        made.push({ hash, contactMechId });
        return contactMechId;
      });
    },
    /** After the order got through, now or at an earlier try. */
    async forget(): Promise<void> {
      if (before || !begun) await records.remove(kept, [order.reference]);
    },
    /** After it didn't. */
    async keep(): Promise<void> {
      if (!begun) return;
      const older = (before?.made ?? []).filter(({ hash }) => !made.some((one) => one.hash === hash));
      await records.put(kept, order.reference, { made: [...older, ...made] } satisfies Memory);
    },
  };
}
