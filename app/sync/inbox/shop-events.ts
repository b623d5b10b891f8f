import { gid, legacyIdOf } from '../../core/gid.ts';

/** The life of the shop itself: handled by its own job, also when nothing else may run. */
const shopEvents: Record<string, string> = {
  'app/uninstalled': 'uninstalled',
  'app/scopes_update': 'scopes-changed',
  'customers/data_request': 'customer-data-request',
  'customers/redact': 'customer-redact',
  'shop/redact': 'shop-redact',
};

/** What a topic tells of the shop itself; undefined where it is about something in it. */
export const shopEventOf = (topic: string): string | undefined => shopEvents[topic];

/** Orders that one row names: an index holds what waits, and takes no long text. */
const SHARE = 100;

/** The orders of a compliance request in shares, each with a row and a job of its own; one, of none, where it names none. */
export function sharesOf(orderIds: string[]): string[][] {
  const shares = [orderIds.slice(0, SHARE)];
  for (let from = SHARE; from < orderIds.length; from += SHARE) shares.push(orderIds.slice(from, from + SHARE));
  return shares;
}

/** What a row is about, with all that its job needs: whoever finds the job lost can make it again. */
export const subjectOf = (id: string, orderIds: string[]): string => [id, ...orderIds.map(legacyIdOf)].join(' ');

/** As subjectOf has written it. */
export function readSubject(subjectId: string): { id: string; orderIds: string[] } {
  const [id = '', ...orders] = subjectId.split(' ');
  return { id, orderIds: orders.map((order) => gid('Order', order)) };
}
