import { NeedsMerchantError, RejectedError } from '../../core/errors.ts';
import type { Customer, SalesOrder } from '../contract/index.ts';
import { numericId, type Account } from './account.ts';
import { customerBody } from './convert-order.ts';
import * as wire from './wire.ts';

/** The customer (C) or supplier (S) with this identifier number; its id, or null. */
export async function findThirdParty(account: Account, type: 'C' | 'S', identifier: string): Promise<string | null> {
  const query = { identifier_number: identifier, third_type: type, ...account.ownerFilter };
  const found = await account.client.list('/iam/third_parties', 'third_parties', wire.thirdParty, query);
  return found.find(({ identifier_number: number }) => number === identifier)?.id ?? null;
}

/** The customer that the settings name for orders without one. */
export async function namedCustomer(account: Account): Promise<string> {
  const { fallbackCustomer } = account.settings;
  const id = await findThirdParty(account, 'C', fallbackCustomer);
  if (id) return id;
  throw new NeedsMerchantError('pulpo-fallback-customer-unknown', 'PULPO has no such customer', {
    params: { customer: fallbackCustomer },
  });
}

async function findOrCreate(
  account: Account,
  identifier: string,
  customer: Pick<Customer, 'name' | 'email'>,
  order: SalesOrder | null,
): Promise<string> {
  const found = await findThirdParty(account, 'C', identifier);
  if (found) return found;
  const { tenant_id: tenant } = await account.me();
  const body = {
    ...customerBody(identifier, customer, order),
    ...account.owner,
    ...(tenant ? { tenant_id: numericId(tenant) } : {}),
  };
  try {
    return (await account.client.write('POST', '/iam/third_parties', body, wire.thirdParty)).id;
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error;
    // Two orders of a new customer at once: the other one made it.
    const made = await findThirdParty(account, 'C', identifier);
    if (made) return made;
    throw error;
  }
}

/** The customer that the order names by its identifier number. */
async function customerByNumber(account: Account, number: string): Promise<string> {
  const id = await findThirdParty(account, 'C', number);
  if (id) return id;
  throw new NeedsMerchantError('pulpo-customer-unknown', 'PULPO has no such customer', { params: { customer: number } });
}

/** Whose order it is: known by a number that must be there, or found and else made under one of ours. */
function ownerOf(
  account: Account,
  order: SalesOrder,
):
  { known: () => Promise<string> } | { identifier: string; customer: Pick<Customer, 'name' | 'email'>; from: SalesOrder | null } {
  const { domain, name } = account.context.shop;
  const shop = domain.replace(/\.myshopify\.com$/, '');
  const { customer } = order;
  const number = customer?.remoteId;
  if (number) return { known: () => customerByNumber(account, number) };
  if (customer) return { identifier: `${shop}_${customer.id.split('/').at(-1)}`, customer, from: order };
  if (account.settings.fallbackCustomer !== '') return { known: () => namedCustomer(account) };
  return { identifier: `${shop}_guest`, customer: { name: `Guest (${name})`, email: null }, from: null };
}

/**
 * Whose order it is: the customer that the order names, or the Shopify customer's record, found or made under `<shop>_<customer id>`; for an order
 * without a customer the one that the settings name, or else this shop's "Guest".
 */
export async function thirdPartyOf(account: Account, order: SalesOrder): Promise<string> {
  const owner = ownerOf(account, order);
  return 'known' in owner ? owner.known() : findOrCreate(account, owner.identifier, owner.customer, owner.from);
}

/** The same without making anybody: the customer's id there, or what would be sent to make them. */
export async function thirdPartyPreview(
  account: Account,
  order: SalesOrder,
): Promise<{ id: number | null; made: object | null }> {
  const owner = ownerOf(account, order);
  if ('known' in owner) return { id: Number(await owner.known()), made: null };
  const found = await findThirdParty(account, 'C', owner.identifier);
  if (found) return { id: Number(found), made: null };
  return { id: null, made: customerBody(owner.identifier, owner.customer, owner.from) };
}
