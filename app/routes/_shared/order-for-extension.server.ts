import type { i18n as Messages } from 'i18next';
import { listConnections } from '../../connections/connections.ts';
import { allConnectors } from '../../connections/known-connectors.ts';
import { inShop } from '../../db/scope.ts';
import { loadCatalogue, type Locale } from '../../locales/catalogues.ts';
import { createMessages } from '../../locales/messages.ts';
import { listStaff, may, type Person } from '../../people/staff.ts';
import { newestWaiting } from '../../sync/inbox/inbox.ts';
import { readOrderPage, type OrderPage } from '../../sync/orders/read-order-page.ts';

type Params = Record<string, string | number>;

/** The body that the block on Shopify's order page draws; its twin stands in extensions/order-status/src/order-answer.ts. */
export interface OrderForExtension {
  timeZone: string;
  connected: boolean;
  order: { id: string; name: string; state: string; reason: string | null } | null;
  parts: {
    reference: string;
    backOffice: string;
    backOfficeNumber: string | null;
    backOfficeUrl: string | null;
    facility: string;
    state: string;
    shipments: { state: string; shippedAt: string; tracking: { number: string; carrier: string | null; url: string | null }[] }[];
  }[];
  problem: { title: string; fix: string; others: number } | null;
  canSyncAgain: boolean;
  syncing: boolean;
}

/** Who is pressing, as far as the app knows them: an ID token carries no name, and staff who never opened the app are viewers. */
export async function staffOfToken(shopId: number, userId: string): Promise<Person> {
  const rows = await inShop(shopId, (tx) => listStaff(tx, shopId));
  return rows.find((row) => row.userId === userId) ?? { userId, userName: '', role: 'viewer', accountOwner: false };
}

/** The messages of pages and connectors, for a request that no page draws. */
async function messagesOf(locale: Locale): Promise<Messages> {
  const messages = createMessages(locale, await loadCatalogue(locale));
  for (const { id, messages: own } of allConnectors())
    messages.addResourceBundle(locale, id, (locale === 'de' ? own.de : undefined) ?? own.en);
  return messages;
}

const isMoment = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** The first of the keys that exists, with moments among the blanks written in the shop's zone. */
function sayFirst(messages: Messages, timeZone: string, keys: string[], params: Params): string | null {
  const key = keys.find((one) => messages.exists(one));
  if (!key) return null;
  const format = new Intl.DateTimeFormat(messages.language, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  const blanks = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'string' && isMoment.test(value) ? format.format(new Date(value)) : value,
    ]),
  );
  return messages.t(key, blanks);
}

function reasonOf(page: OrderPage, messages: Messages, timeZone: string): string | null {
  if (!page.reason || !['held', 'skipped', 'cancelled'].includes(page.state)) return null;
  const { code, params } = page.reason;
  const connector = page.parts[0]?.connector ?? '';
  const keys = [`${connector}:reasons.${code}`, `reasons.${code}`, `${connector}:errors.${code}.title`, `errors.${code}.title`];
  return sayFirst(messages, timeZone, keys, params) ?? sayFirst(messages, timeZone, ['reasons.unknown'], { code });
}

function problemOf({ problems }: OrderPage, messages: Messages, timeZone: string): OrderForExtension['problem'] {
  const [first] = problems;
  if (!first) return null;
  const { cause, connector, params } = first;
  const blanks: Params = { vendorText: '', message: '', ...params };
  const say = (part: 'title' | 'fix') =>
    sayFirst(messages, timeZone, [`${connector ?? ''}:errors.${cause}.${part}`, `errors.${cause}.${part}`], blanks);
  const told = String(blanks['vendorText'] || blanks['message']);
  return {
    title: say('title') ?? (told || messages.t('errors.unknown.title', { code: cause })),
    fix: say('fix') ?? messages.t('errors.unknown.fix'),
    others: problems.length - 1,
  };
}

/** Where an order stands, in the words of a language. An order of another shop is one that we never saw. */
export async function orderForExtension(
  shop: { id: number; timeZone: string },
  orderId: string,
  { person, locale }: { person: Person; locale: Locale },
): Promise<OrderForExtension> {
  const { timeZone } = shop;
  const page = await readOrderPage(shop.id, orderId);
  const connections = await listConnections(shop.id);
  const waiting = await inShop(shop.id, (tx) => newestWaiting(tx, shop.id, 'order', orderId));
  const about = {
    timeZone,
    connected: connections.some(({ state }) => state === 'active'),
    canSyncAgain: may(person, 'operator'),
    syncing: waiting !== null,
  };
  if (!page) return { ...about, order: null, parts: [], problem: null };
  const messages = await messagesOf(locale);
  return {
    ...about,
    order: { id: page.id, name: page.name, state: page.state, reason: reasonOf(page, messages, timeZone) },
    parts: page.parts.map((part) => ({
      reference: part.reference,
      backOffice: part.connectionName,
      backOfficeNumber: part.remoteNumber,
      backOfficeUrl: part.remoteUrl,
      facility: part.facilityName,
      state: part.state,
      shipments: page.parcels
        .filter(({ reference }) => reference === part.reference)
        .map(({ state, shippedAt, tracking }) => ({ state, shippedAt, tracking })),
    })),
    problem: problemOf(page, messages, timeZone),
  };
}
