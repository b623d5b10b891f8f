import type { Change, Shop } from '../core/world.ts';
import type { NewOrder } from '../domain/place-order.ts';
import type { CustomerData, CustomerRow } from '../domain/rows.ts';

const FIRST = [
  'Ada',
  'Bruno',
  'Chloé',
  'David',
  'Elif',
  'Frida',
  'Goran',
  'Hana',
  'Ivo',
  'Jonas',
  'Kaito',
  'Lena',
  'Maya',
  'Noor',
  'Oskar',
  'Paula',
  'Quinn',
  'Rosa',
  'Søren',
  'Tomás',
];
const LAST = [
  'Anders',
  'Becker',
  'Castillo',
  'Dubois',
  'Evans',
  'Fischer',
  'García',
  'Hughes',
  'Ito',
  'Jansen',
  'Keller',
  'López',
  'Müller',
  'Novak',
  'O’Brien',
  'Petrov',
];

/** A person who could live in that country; the same one for the same shop, country and number. */
export function buyer(shop: Shop, country: string, index: number): { firstName: string; lastName: string; email: string } {
  const n = shop.id + country.charCodeAt(0) + index * 7;
  const firstName = FIRST[n % FIRST.length] ?? 'Ada';
  const lastName = LAST[Math.floor(n / 3) % LAST.length] ?? 'Anders';
  const plain = (text: string) =>
    text
      .normalize('NFKD')
      .replace(/[^a-z]/gi, '')
      .toLowerCase();
  return { firstName, lastName, email: `${plain(firstName)}.${plain(lastName)}@buyer.example` };
}

interface Wanted {
  firstName?: string | null;
  lastName?: string | null;
  email?: string | null;
  phone?: string | null;
  taxExempt?: boolean;
  tags?: string[];
  /** By `namespace.key`; only of a customer who is made. */
  metafields?: Record<string, { type: string; value: string }>;
}

/** The customer of an order: the one asked for, none (null), or a made-up one; known again by e-mail. */
export function customerFor(
  change: Change,
  wanted: Wanted | null | undefined,
  person: { firstName: string; lastName: string; email: string },
  contact: { email?: string | null; phone?: string | null },
): NewOrder['customer'] {
  if (wanted === null) return { id: null, email: contact.email ?? null, phone: contact.phone ?? null };
  const email = wanted?.email === undefined ? (contact.email === undefined ? person.email : contact.email) : wanted.email;
  const phone = wanted?.phone ?? contact.phone ?? null;
  const { state, shop, at } = change;
  const known =
    email === null
      ? undefined
      : state.get<CustomerRow>('SELECT * FROM customers WHERE shop_id = ? AND email = ?', shop.id, email);
  if (known) return { id: known.id, email, phone };
  const data: CustomerData = {
    firstName: wanted?.firstName === undefined ? person.firstName : wanted.firstName,
    lastName: wanted?.lastName === undefined ? person.lastName : wanted.lastName,
    phone,
    taxExempt: wanted?.taxExempt ?? false,
    tags: wanted?.tags ?? [],
  };
  const { lastId } = state.run(
    'INSERT INTO customers (shop_id, email, data, created_at, updated_at) VALUES (?,?,?,?,?)',
    shop.id,
    email,
    JSON.stringify(data),
    at,
    at,
  );
  for (const [name, { type, value }] of Object.entries(wanted?.metafields ?? {})) {
    const [namespace = '', key = ''] = name.split('.');
    state.run(
      'INSERT INTO metafields (shop_id, owner, namespace, key, type, value, created_at, updated_at) VALUES (?,?,?,?,?,?,?,?)',
      shop.id,
      `gid://shopify/Customer/${lastId}`,
      namespace,
      key,
      type,
      value,
      at,
      at,
    );
  }
  return { id: lastId, email, phone };
}
