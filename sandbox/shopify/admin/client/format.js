/** Words, dates and money for the eye. */

/**
 * @param {string | number | null | undefined} amount
 * @param {string} currency
 */
export function money(amount, currency) {
  if (amount === null || amount === undefined || amount === '') return '–';
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).format(Number(amount));
  } catch {
    return `${amount} ${currency}`;
  }
}

/** @param {string | null | undefined} iso */
export function dateTime(iso) {
  if (!iso) return '–';
  const date = new Date(iso);
  if (Number.isNaN(date.valueOf())) return iso;
  const thisYear = date.getFullYear() === new Date().getFullYear();
  return new Intl.DateTimeFormat('en', {
    month: 'short',
    day: 'numeric',
    year: thisYear ? undefined : 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(date);
}

/**
 * `PARTIALLY_FULFILLED` → `Partially fulfilled`
 * @param {string | null | undefined} value
 */
export function words(value) {
  if (!value) return '';
  const text = value.replaceAll('_', ' ').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export const counted = (count, one, many = `${one}s`) =>
  `${new Intl.NumberFormat('en').format(count)} ${count === 1 ? one : many}`;

/**
 * The number of a gid: `gid://shopify/Order/1001` → `1001`.
 * @param {string | number | null | undefined} id
 */
export const legacyId = (id) => /(\d+)(?:\?.*)?$/.exec(String(id ?? ''))?.[1] ?? String(id ?? '');

/** @typedef {'good' | 'warn' | 'bad' | 'info' | 'plain'} Tone */

/** @type {Record<string, Tone>} */
const TONES = {
  PAID: 'plain',
  FULFILLED: 'plain',
  CLOSED: 'plain',
  PENDING: 'warn',
  UNPAID: 'warn',
  AUTHORIZED: 'warn',
  PARTIALLY_PAID: 'warn',
  UNFULFILLED: 'warn',
  OPEN: 'warn',
  SCHEDULED: 'info',
  IN_PROGRESS: 'info',
  PARTIALLY_FULFILLED: 'info',
  ON_HOLD: 'bad',
  EXPIRED: 'bad',
  VOIDED: 'bad',
  INCOMPLETE: 'bad',
  ACTIVE: 'good',
};

/**
 * @param {string} status
 * @returns {Tone}
 */
export const toneOf = (status) => TONES[status.toUpperCase()] ?? 'plain';
