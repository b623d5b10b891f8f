import { addCustomer } from './customer-record.ts';
import { addDefinition, type ExportKind } from './export-definitions.ts';
import { addSession } from './session-record.ts';
import { LISTS } from './value-lists.ts';
import { addVariant } from './variant-record.ts';
import type { World } from './world.ts';

/** The API user a merchant types into the connection form. */
export const CREDENTIALS = { username: 'crossdock_api', password: 'orderwise-sandbox' };

/** The session that the API posts into, and the one that OrderWise runs by itself. */
export const SESSIONS = { api: 'Crossdock API', classic: 'Crossdock classic' };

type Value = readonly [id: number, name: string, code?: string, rate?: number];

const VALUES: readonly (readonly [list: number, values: readonly Value[]])[] = [
  [
    LISTS.currency,
    [
      [1, 'Pound Sterling', 'GBP'],
      [2, 'Euro', 'EUR'],
      [3, 'US Dollar', 'USD'],
    ],
  ],
  [
    LISTS.taxRate,
    [
      [1, 'Standard 20%', 'T1', 0.2],
      [2, 'Zero rated', 'T0', 0],
      [3, 'Reduced 5%', 'T5', 0.05],
      [4, 'Exempt', 'T2', 0],
    ],
  ],
  // the same names as the demo shop's locations in Shopify
  [
    LISTS.stockLocation,
    [
      [5, 'Main Warehouse'],
      [6, 'East Warehouse'],
      [7, 'Downtown Store'],
      [8, 'Old Depot'],
    ],
  ],
  [
    LISTS.orderType,
    [
      [1, 'Web order'],
      [2, 'Telephone order'],
      [3, 'Trade order'],
    ],
  ],
  [
    LISTS.deliveryMethod,
    [
      [1, 'Standard Delivery'],
      [2, 'Next Day'],
      [3, 'International'],
      [4, 'Click & Collect'],
    ],
  ],
  [
    LISTS.paymentMethod,
    [
      [1, 'Shopify Payments'],
      [2, 'PayPal'],
      [3, 'Klarna'],
      [4, 'Gift Card'],
      [5, 'Account'],
    ],
  ],
  [
    LISTS.priceList,
    [
      [1, 'Retail'],
      [2, 'Trade'],
    ],
  ],
];

/** Discount and surcharge codes that orders may name. */
const DISSURS = ['Discount', 'Surcharge', 'Tip', 'Duty', 'Rounding'];

/** A courier's tracking link is prefix, number and suffix. Source: orderwise.md §6 "courier prefix+number+suffix". */
const COURIERS: readonly (readonly [name: string, prefix: string])[] = [
  ['DHL', 'https://www.dhl.com/gb-en/home/tracking.html?tracking-id='],
  ['DPD', 'https://track.dpd.co.uk/search?reference='],
  ['Royal Mail', 'https://www.royalmail.com/track-your-item#/tracking-results/'],
  ['UPS', 'https://www.ups.com/track?tracknum='],
];

/** Definition ids 101 … in this order: with `@since`, with Shopwise's fixed windows, and whole. Source: orderwise.md §6, §7.3. */
const DEFINITIONS: readonly (readonly [kind: ExportKind, how: 'since' | 'whole' | number])[] = [
  ['stock', 'since'],
  ['stock-by-location', 'since'],
  ['status', 'since'],
  ['status-lines', 'since'],
  ['products', 'since'],
  ['kits', 'since'],
  ['returns', 'since'],
  ['credit', 'whole'],
  ['stock', 15],
  ['stock-by-location', 30],
  ['status', 60],
  ['status-lines', 60],
  ['products', 15],
  ['kits', 7 * 24 * 60],
  ['stock', 'whole'],
  ['stock-by-location', 'whole'],
  ['products', 'whole'],
  ['kits', 'whole'],
];

/** Fills an empty state; a state that has a user is left alone. */
export function seed(world: World): void {
  if (world.state.get('SELECT 1 FROM users')) return;
  world.state.transaction(() => {
    addUser(world, CREDENTIALS);
    for (const [list, values] of VALUES)
      for (const [id, name, code = null, rate = null] of values)
        world.state.run('INSERT INTO list_values (list, id, name, code, rate) VALUES (?,?,?,?,?)', list, id, name, code, rate);
    for (const code of DISSURS) world.state.run('INSERT INTO dissur_codes (description) VALUES (?)', code);
    for (const [name, prefix] of COURIERS) world.state.run('INSERT INTO couriers (name, prefix) VALUES (?, ?)', name, prefix);
    addCustomer(world, {
      accountNumber: 'WEB',
      statementName: 'Web Sales',
      statementCountryCode: 'GB',
      statementCountry: 'United Kingdom',
    });
    // dirty on purpose: trailing blanks and an address where an e-mail should be. Source: orderwise.md §6 [C S7]
    addCustomer(world, {
      accountNumber: 'HARB001',
      statementName: 'Harbour Supplies Ltd ',
      statementEmail: 'http://www.harbour-supplies.example ',
      statementTown: 'Hull',
      statementCountryCode: 'GB',
      creditLimit: 5_000,
      balance: 1_250.5,
      availableToSpend: 3_749.5,
      accountCustomer: true,
    });
    addVariant(world, { code: 'TEMPLATE', description: 'Template for website products', template: true });
    for (const [kind, how] of DEFINITIONS)
      addDefinition(world, {
        kind,
        since: how === 'since',
        windowMinutes: typeof how === 'number' ? how : null,
        name: `Crossdock ${kind}${how === 'since' ? ' @since' : typeof how === 'number' ? ` last ${how} min` : ''}`,
      });
    addSession(world, { name: SESSIONS.api });
    addSession(world, { name: SESSIONS.classic, exportOn: true });
  });
}

export function addUser(
  world: World,
  { username, password, lacks = [] }: { username: string; password: string; lacks?: string[] },
): number {
  return world.state.run(
    'INSERT INTO users (username, password, lacks) VALUES (?,?,?)',
    username,
    password,
    JSON.stringify(lacks),
  ).lastId;
}
