import { createHash } from 'node:crypto';
import { z } from 'zod';
import { NeedsMerchantError } from '../../core/errors.ts';
import type { SalesOrder } from '../contract/index.ts';
import type { Account } from './account.ts';
import { customerPage } from './assumptions.ts';
import { statementBlock, type PostalBlock } from './convert-address.ts';
import * as wire from './wire.ts';
import { same } from './words.ts';

const kind = 'customer';
const remembered = z.object({ id: z.string() });

/** Every customer, page by page. Paging is by the last id; an empty page is the end (S7). */
async function* allCustomers({ client }: Account): AsyncGenerator<wire.Customer> {
  for (let last = 0; ;) {
    const page = await client.list('/customers', wire.customer, { limit: customerPage, ...(last > 0 ? { last_id: last } : {}) });
    yield* page;
    const next = Math.max(last, ...page.map(({ id }) => Number(id)));
    if (page.length === 0 || next === last) return;
    last = next;
  }
}

/** By e-mail, else by name and address. OrderWise's data is dirty: blanks and case don't count, and what is no e-mail matches nobody. */
async function findCustomer(account: Account, { email, name, address1, postcode }: PostalBlock): Promise<string | null> {
  let byAddress: string | null = null;
  for await (const one of allCustomers(account)) {
    if (email && one.statementEmail && same(one.statementEmail, email)) return one.id;
    const lives = same(one.statementAddress1 ?? '', address1 ?? '') && same(one.statementPostcode ?? '', postcode ?? '');
    if (address1 && lives && same(one.statementName ?? '', name)) byAddress ??= one.id;
  }
  return byAddress;
}

/** The body of a customer that is made. */
async function customerBody({ settings, lists }: Account, block: PostalBlock, ofClass: string | undefined) {
  const typed = ofClass ?? settings.priceList;
  const priceList = typed === '' ? null : await lists.idOf('priceList', typed);
  return {
    ...Object.fromEntries(
      Object.entries(block)
        .filter(([part]) => part !== 'contact')
        .map(([part, value]) => [`statement${part[0]?.toUpperCase()}${part.slice(1)}`, value as string]),
    ),
    ...(priceList === null ? {} : { usePriceList: true, priceListId: priceList }),
  };
}

async function makeCustomer(account: Account, block: PostalBlock, ofClass: string | undefined): Promise<string> {
  const body = await customerBody(account, block, ofClass);
  return (await account.client.write('POST', '/customers', body, wire.customerMade)).id;
}

/** A customer by id or account number. */
async function namedCustomer(account: Account, typed: string): Promise<string> {
  const { client } = account;
  if (/^\d{1,9}$/.test(typed)) {
    const found = await client.get(`/customers/${typed}`, wire.customer);
    if (found) return found.id;
  }
  for await (const one of allCustomers(account)) if (same(one.accountNumber ?? '', typed)) return one.id;
  throw new NeedsMerchantError('orderwise-customer-unknown', 'OrderWise has no such customer', { params: { customer: typed } });
}

/** Under which key a customer is remembered, and how one is found who isn't. */
function whoseOrder(account: Account, order: SalesOrder): { kind: string; key: string; find: () => Promise<string | null> } {
  const named = order.customer?.remoteId;
  if (named !== undefined) return { kind: `${kind}-named`, key: named, find: () => namedCustomer(account, named) };
  const block = statementBlock(order);
  const key = order.customer?.id ?? createHash('sha256').update(JSON.stringify(block)).digest('hex').slice(0, 40);
  return { kind, key, find: () => findCustomer(account, block) };
}

/** What would be sent to make the order's customer; null for one who is there. Nobody is made. */
export async function customerPreview(account: Account, order: SalesOrder): Promise<{ id: number | null; made: object | null }> {
  const about = whoseOrder(account, order);
  const known = remembered.safeParse(await account.context.records.get(about.kind, about.key));
  const id = known.success ? known.data.id : await about.find();
  if (id !== null) return { id: Number(id), made: null };
  return { id: null, made: await customerBody(account, statementBlock(order), order.customer?.class) };
}

/**
 * Whose order it is: the one whom the order names. Else: the id that is remembered for the Shopify customer, else by e-mail, else by name and address, else a
 * new one. What is remembered is an id and a fingerprint, nothing of the person.
 */
export async function customerIdOf(account: Account, order: SalesOrder): Promise<number> {
  const { context } = account;
  const about = whoseOrder(account, order);
  const known = remembered.safeParse(await context.records.get(about.kind, about.key));
  if (known.success) return Number(known.data.id);
  const id = (await about.find()) ?? (await makeCustomer(account, statementBlock(order), order.customer?.class));
  await context.records.put(about.kind, about.key, { id, customer: order.customer?.id ?? null });
  return Number(id);
}
