import { z } from 'zod';
import { optional, text } from './body.ts';
import { json, type World } from './world.ts';

/** One postal block: `statementName`, `invoiceName` … Source: orderwise.md §6. */
const BLOCK = [
  'Name',
  'Address1',
  'Address2',
  'Address3',
  'Town',
  'Postcode',
  'County',
  'Country',
  'Email',
  'Website',
  'Telephone',
  'Fax',
  'CountryCode',
] as const;

const TEXTS = [
  'accountNumber',
  ...BLOCK.map((name) => `statement${name}`),
  ...BLOCK.map((name) => `invoice${name}`),
  'vatNumber',
];
const NUMBERS = [
  'defaultTaxCodeId',
  'nominalCodeId',
  'departmentCodeId',
  'costCentreId',
  'currencyId',
  'defaultDeliveryMethodId',
  'defaultDeliveryGroupId',
  'priceListId',
  'priceListDiscountPercent',
  'multisaverDiscountGroupId',
  'discountStructureId',
  'defaultStockLocationId',
  'creditLimit',
  'openOrdersValue',
  'availableToSpend',
  'balance',
];
const FLAGS = ['overrideVariantTax', 'usePriceList', 'accountCustomer', 'onHold', 'manualOnHold', 'overCreditTerms'];

/** A customer as a client may write it: the keys that OrderWise shows, but its id. */
export const customerBody = z.strictObject({
  ...Object.fromEntries(TEXTS.filter((name) => name !== 'accountNumber').map((name) => [name, optional(text(200))])),
  accountNumber: optional(text(60)),
  statementName: optional(text(200)),
  ...Object.fromEntries(NUMBERS.map((name) => [name, optional(z.number())])),
  ...Object.fromEntries(FLAGS.map((name) => [name, optional(z.boolean())])),
});
export type CustomerData = Record<string, unknown>;

export interface CustomerRow {
  id: number;
  account_number: string;
  ecommerce_account: string | null;
  on_hold: number;
  data: string;
  amended_at: number;
}

export const customerById = (world: World, id: number): CustomerRow | undefined =>
  world.state.get<CustomerRow>('SELECT * FROM customers WHERE id = ?', id);

export const customerByAccount = (world: World, accountNumber: string): CustomerRow | undefined =>
  world.state.get<CustomerRow>('SELECT * FROM customers WHERE account_number = ?', accountNumber);

export const customerByWebAccount = (world: World, account: string): CustomerRow | undefined =>
  world.state.get<CustomerRow>('SELECT * FROM customers WHERE ecommerce_account = ?', account);

/** An existing customer with this e-mail and name, the way a session looks before it makes a new one [GUESS]. */
export const customerLike = (world: World, email: string, name: string): CustomerRow | undefined =>
  world.state.get<CustomerRow>(
    "SELECT * FROM customers WHERE data ->> 'statementEmail' = ? AND data ->> 'statementName' = ? ORDER BY id",
    email,
    name,
  );

/** Every documented key, null where nothing was given. */
export function presentCustomer(row: CustomerRow): CustomerData {
  const data = json(row.data);
  return {
    id: row.id,
    accountNumber: row.account_number,
    ...Object.fromEntries(
      [...TEXTS, ...NUMBERS].filter((name) => name !== 'accountNumber').map((name) => [name, data[name] ?? null]),
    ),
    ...Object.fromEntries(FLAGS.map((name) => [name, data[name] ?? false])),
    onHold: row.on_hold === 1,
  };
}

/** A new customer; without an account number it gets one after its id. */
export function addCustomer(world: World, data: CustomerData, ecommerceAccount: string | null = null): CustomerRow {
  const next = (world.state.get<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'customers'")?.seq ?? 0) + 1;
  const given = data['accountNumber'];
  const account = typeof given === 'string' && given !== '' ? given : `C${next}`;
  world.state.run(
    'INSERT INTO customers (account_number, ecommerce_account, on_hold, data, amended_at) VALUES (?,?,?,?,?)',
    account,
    ecommerceAccount,
    data['onHold'] === true || data['manualOnHold'] === true ? 1 : 0,
    JSON.stringify({ currencyId: 1, ...data }),
    world.now(),
  );
  return customerByAccount(world, account) as CustomerRow;
}

/** Puts a contact or a delivery address at the customer unless one with the same content is there. Source: orderwise.md §3 "Advanced". */
export function addToCustomer(
  world: World,
  table: 'contacts' | 'delivery_addresses',
  customerId: number,
  data: CustomerData,
): void {
  const content = JSON.stringify(data);
  if (!world.state.get(`SELECT 1 FROM ${table} WHERE customer_id = ? AND data = ?`, customerId, content))
    world.state.run(`INSERT INTO ${table} (customer_id, data) VALUES (?, ?)`, customerId, content);
}
