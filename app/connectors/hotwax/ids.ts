import { createHash } from 'node:crypto';
import { idLength } from './assumptions.ts';

const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A short id that is always the same for the same names: capitals and digits, which OFBiz takes everywhere. */
function idOf(prefix: string, ...names: string[]): string {
  const digest = createHash('sha256').update(names.join('\n')).digest();
  return prefix + [...digest.subarray(0, idLength - prefix.length)].map((byte) => letters[byte % 32]).join('');
}

/** Our own id of an order: the idempotency key. HotWax refuses a second order under it. */
export const orderIdOf = (shopDomain: string, reference: string): string => idOf('XD', 'order', shopDomain, reference);

/** Our own id of a customer's party. */
export const partyIdOf = (shopDomain: string, customer: string): string => idOf('XC', 'party', shopDomain, customer);

/** A name in capitals, digits and lines, accents taken off. */
const plainOf = (name: string) =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');

/** An id for a facility that people recognise: its name in capitals, with an ending where the name is long or has other letters. */
export function facilityIdOf(name: string): string {
  const plain = plainOf(name);
  const whole = plain !== '' && plain.length <= idLength && /^[\p{Script=Latin}\p{M}\p{N}\p{P}\p{S}\p{Z}]*$/u.test(name);
  return whole ? plain : facilityIdBeside(name);
}

/** The same with an ending, for when the plain one is another facility's. */
export function facilityIdBeside(name: string): string {
  const ending = idOf('', 'facility', name).slice(0, 5);
  return [plainOf(name).slice(0, idLength - 6) || 'F', ending].join('_');
}

/** The numeric tail of one of Shopify's ids. */
export const tailOf = (gid: string): string => gid.split('/').at(-1) ?? gid;
