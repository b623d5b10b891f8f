import { NeedsMerchantError, RejectedError } from '../../core/errors.ts';
import type { Account } from './account.ts';
import { contactEntities, overlapMs } from './assumptions.ts';
import * as wire from './wire.ts';

/** One way to reach a customer, as the call of its kind takes it: the last word of its path, and the body. */
export interface Contact {
  kind: 'postalAddresses' | 'telecomNumbers' | 'emails';
  body: Record<string, string>;
}

type Row = Record<string, unknown> & { contactMechId: string };

/** Rows of an entity by HotWax's generic reading; none where it may not be read. */
async function rowsOf({ client }: Account, entity: string, where: Record<string, string>): Promise<Row[]> {
  const asked = { selectedEntity: entity, customParametersMap: where };
  try {
    return (await client.write('POST', '/oms/entityData', asked, wire.contactRows)).entityValueList;
  } catch (error) {
    if (error instanceof RejectedError || error instanceof NeedsMerchantError) return [];
    throw error;
  }
}

/** Whether a row says what a contact says: nothing else, and nothing less. */
function says(row: Row, { body }: Contact): boolean {
  const { contactMechPurposeTypeId: _, ...wanted } = body;
  const address = ['toName', 'attnName', 'address1', 'address2', 'city', 'postalCode', 'stateProvinceGeoId', 'countryGeoId'];
  const fields = 'address1' in wanted || 'city' in wanted ? address : Object.keys(wanted);
  return fields.every((field) => String(row[field] ?? '') === (wanted[field] ?? ''));
}

/** The contact with this id where it says the same; null where it says something else, or can't be read. */
export async function sameContact(account: Account, contactMechId: string, contacts: readonly Contact[]): Promise<boolean> {
  const [first] = contacts;
  if (!first) return false;
  const rows = await rowsOf(account, contactEntities[first.kind], { contactMechId });
  return rows.some((row) => row.contactMechId === contactMechId && contacts.some((contact) => says(row, contact)));
}

/**
 * A contact of the party with this purpose that was made since the order was placed and says the same. Null also where HotWax doesn't let us look:
 * it is made once more then.
 */
export async function findContact(account: Account, partyId: string, contact: Contact, placedAt: string): Promise<string | null> {
  const purposes = await rowsOf(account, contactEntities.purposes, {
    partyId,
    contactMechPurposeTypeId: contact.body['contactMechPurposeTypeId'] ?? '',
    fromDate_from: String(Date.parse(placedAt) - overlapMs),
  });
  const ids = [...new Set(purposes.map(({ contactMechId }) => contactMechId))];
  if (ids.length === 0) return null;
  const rows = await rowsOf(account, contactEntities[contact.kind], {
    contactMechId: ids.join(','),
    contactMechId_op: 'in',
  });
  return rows.find((row) => ids.includes(row.contactMechId) && says(row, contact))?.contactMechId ?? null;
}
