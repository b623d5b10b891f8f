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

async function makeCustomer(
  { client, settings, lists }: Account,
  block: PostalBlock,
  ofClass: string | undefined,
): Promise<string> {
  const typed = ofClass ?? settings.priceList;
  const priceList = typed === '' ? null : await lists.idOf('priceList', typed);
  const body = {
    ...Object.fromEntries(
      Object.entries(block)
        .filter(([part]) => part !== 'contact')
        .map(([part, value]) => [`statement${part[0]?.toUpperCase()}${part.slice(1)}`, value as string]),
    ),
    ...(priceList === null ? {} : { usePriceList: true, priceListId: priceList }),
  };
  return (await client.write('POST', '/customers', body, wire.customerMade)).id;
}

/** The customer of the setting, by id or account number. */
async function namedCustomer(account: Account): Promise<string> {
  const { client, settings } = account;
  const typed = settings.customer;
  if (/^\d{1,9}$/.test(typed)) {
    const found = await client.get(`/customers/${typed}`, wire.customer);
    if (found) return found.id;
  }
  for await (const one of allCustomers(account)) if (same(one.accountNumber ?? '', typed)) return one.id;
  throw new NeedsMerchantError('orderwise-customer-unknown', 'OrderWise has no such customer', { params: { customer: typed } });
}

/**
 * Whose order it is. In matching mode: the id that is remembered for the Shopify customer, else by e-mail, else by name and address, else a
 * new one. What is remembered is an id and a fingerprint, nothing of the person.
 */
export async function customerIdOf(account: Account, order: SalesOrder): Promise<number> {
  const { settings, context } = account;
  const block = statementBlock(order);
  const about =
    settings.customerMode === 'one'
      ? { kind: `${kind}-named`, key: settings.customer, find: () => namedCustomer(account) }
      : {
          kind,
          key: order.customer?.id ?? createHash('sha256').update(JSON.stringify(block)).digest('hex').slice(0, 40),
          find: async () => (await findCustomer(account, block)) ?? (await makeCustomer(account, block, order.customer?.class)),
        };
  const known = remembered.safeParse(await context.records.get(about.kind, about.key));
  if (known.success) return Number(known.data.id);
  const id = await about.find();
  await context.records.put(about.kind, about.key, { id, customer: order.customer?.id ?? null });
  return Number(id);
}

/** Proves that the setting's customer is there. */
export async function checkCustomer(account: Account): Promise<void> {
  if (account.settings.customerMode === 'one') await namedCustomer(account);
}
