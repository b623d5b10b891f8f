import { mayLeadTo } from '../../components/ui/link-address.ts';
import { wordsOf, type Words } from '../../components/words.ts';
import { allConnectors } from '../../connections/known-connectors.ts';
import { listConnections } from '../../connections/connections.ts';
import { inShop } from '../../db/scope.ts';
import { loadCatalogue, type Locale } from '../../locales/catalogues.ts';
import { createMessages } from '../../locales/messages.ts';
import { may } from '../../people/staff.ts';
import { readRole } from '../../people/read-role.ts';
import { newestWaiting } from '../../sync/inbox/inbox.ts';
import { readOrderPage } from '../../sync/orders/read-order-page.ts';

/** What the order block draws (`extensions/order-status`). Moments are ISO 8601; sentences are in the language asked for. */
export interface ExtensionAnswer {
  timeZone: string;
  /** Whether the shop has an active connection to a back office. */
  connected: boolean;
  /** Null while the order has not been seen. */
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
  /** The problem to solve first, and how many more there are. */
  problem: { title: string; fix: string; others: number } | null;
  canSyncAgain: boolean;
  /** True while news about the order waits to be handled. */
  syncing: boolean;
}

/** Sentences for stored codes in a language, outside a page. */
export async function wordsIn(locale: Locale, timeZone: string): Promise<Words> {
  const messages = createMessages(locale, await loadCatalogue(locale));
  for (const { id, messages: own } of allConnectors())
    messages.addResourceBundle(locale, id, (locale === 'de' ? own.de : undefined) ?? own.en);
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  return wordsOf(messages, (iso) => format.format(new Date(iso)));
}

/** Others' addresses, for a link: one that could run as a script in the admin is none. */
const linkTo = (url: string | null): string | null => (url !== null && mayLeadTo(url) ? url : null);

/** Where one order stands, for the block on its page in the admin. */
export async function answerExtension(
  shop: { id: number; timeZone: string },
  userId: string,
  orderId: string,
  locale: Locale,
): Promise<ExtensionAnswer> {
  const { timeZone } = shop;
  const words = await wordsIn(locale, timeZone);
  const connected = (await listConnections(shop.id)).some(({ state }) => state === 'active');
  const canSyncAgain = may({ role: await readRole(shop.id, userId) }, 'operator');
  const syncing = (await inShop(shop.id, (tx) => newestWaiting(tx, shop.id, 'order', orderId))) !== null;
  const page = await readOrderPage(shop.id, orderId);
  if (!page) return { timeZone, connected, order: null, parts: [], problem: null, canSyncAgain, syncing };
  const [first] = page.problems;
  const connector = page.parts[0]?.connector ?? null;
  return {
    timeZone,
    connected,
    order: {
      id: page.id,
      name: page.name,
      state: page.state,
      reason: page.reason ? words.reason(page.reason.code, page.reason.params, connector) : null,
    },
    parts: page.parts.map((part) => ({
      reference: part.reference,
      backOffice: part.connectionName,
      backOfficeNumber: part.remoteNumber,
      backOfficeUrl: linkTo(part.remoteUrl),
      facility: part.facilityName,
      state: part.state,
      shipments: page.parcels
        .filter(({ reference }) => reference === part.reference)
        .map(({ state, shippedAt, tracking }) => ({
          state,
          shippedAt,
          tracking: tracking.map((one) => ({ ...one, url: linkTo(one.url) })),
        })),
    })),
    problem: first ? { ...words.failure(first.cause, first.params, first.connector), others: page.problems.length - 1 } : null,
    canSyncAgain,
    syncing,
  };
}
