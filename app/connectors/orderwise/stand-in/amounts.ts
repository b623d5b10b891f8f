/* Amounts are whole ten-thousandths (OrderWise keeps decimal(18,4), orderwise.md §6), so that sums are exact. */

const SCALE = 10_000;
const PENNY = 100;

/** Decimal text or a JSON number of at most four places; undefined for anything else. */
export function amountOf(value: string | number): number | undefined {
  const text = typeof value === 'number' ? plain(value) : value;
  const [, sign, whole = '', part = ''] = /^(-?)(\d{1,12})(?:\.(\d{1,4}))?$/.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const units = Number(whole) * SCALE + Number(part.padEnd(4, '0'));
  return sign === '-' ? -units : units;
}

/** JSON shows 1e-7 for what no amount can be, and 10.1 for what it is. */
const plain = (value: number): string => (Number.isFinite(value) ? String(value) : '');

/** Rounded to the penny, halves away from zero. */
export const toPenny = (units: number): number => Math.sign(units) * Math.round(Math.abs(units) / PENNY) * PENNY;

/** Has no more than two places. */
export const isPennies = (units: number): boolean => units % PENNY === 0;

/** `12.30`; more places only where there are some. */
export function shown(units: number): string {
  const text = (Math.abs(units) / SCALE).toFixed(4).replace(/0{1,2}$/, '');
  return units < 0 ? `-${text}` : text;
}
