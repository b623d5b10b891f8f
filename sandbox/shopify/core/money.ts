/** An amount in the shop's and in the buyer's currency, both in minor units (cents). */
export type Bag = readonly [shop: number, presentment: number];

export const ZERO: Bag = [0, 0];
export const plus = (...bags: Bag[]): Bag => [
  bags.reduce((sum, bag) => sum + bag[0], 0),
  bags.reduce((sum, bag) => sum + bag[1], 0),
];
export const minus = (a: Bag, b: Bag): Bag => [a[0] - b[0], a[1] - b[1]];
export const times = (a: Bag, quantity: number): Bag => [Math.round(a[0] * quantity), Math.round(a[1] * quantity)];
/** The part `of / whole` of an amount, rounded half up in each currency. */
export const share = (a: Bag, of: number, whole: number): Bag =>
  whole === 0 ? ZERO : [Math.round((a[0] * of) / whole), Math.round((a[1] * of) / whole)];
export const atLeastZero = (a: Bag): Bag => [Math.max(0, a[0]), Math.max(0, a[1])];

/** Decimals of a currency's minor unit (ISO 4217; those that aren't 2). */
const EXPONENTS: Record<string, number> = {
  JPY: 0,
  KRW: 0,
  CLP: 0,
  ISK: 0,
  VND: 0,
  XAF: 0,
  XOF: 0,
  PYG: 0,
  UGX: 0,
  BHD: 3,
  KWD: 3,
  OMR: 3,
  JOD: 3,
  TND: 3,
};
export const exponentOf = (currency: string): number => EXPONENTS[currency] ?? 2;

/** A decimal (number or text, in major units) as minor units. Throws for what is no number. */
export function toMinor(value: unknown, currency: string): number {
  const amount = typeof value === 'number' ? value : Number(String(value).trim());
  if (value === '' || value === null || !Number.isFinite(amount))
    throw new Error(`"${String(value)}" is not an amount of money.`);
  return Math.round(amount * 10 ** exponentOf(currency) + Math.sign(amount) * 1e-7);
}

/** The scalar Money, and amounts in webhook payloads: fixed decimals (`20.00`). */
export function fixed(minor: number, currency: string): string {
  const exponent = exponentOf(currency);
  return (minor / 10 ** exponent).toFixed(exponent);
}

/** MoneyV2.amount: Shopify writes at least one decimal and drops further trailing zeros (`20.0`, `19.99`). */
export function decimal(minor: number, currency: string): string {
  const text = fixed(minor, currency).replace(/(\.\d+?)0+$/, '$1');
  return text.includes('.') ? text : `${text}.0`;
}

/** Splits `total` over `weights` without losing a minor unit (largest remainder). */
export function allocate(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  if (sum === 0) return weights.map(() => 0);
  const exact = weights.map((weight) => (total * weight) / sum);
  const parts = exact.map(Math.floor);
  let rest = total - parts.reduce((a, b) => a + b, 0);
  const order = exact
    .map((value, index) => ({ index, left: value - Math.floor(value) }))
    .sort((a, b) => b.left - a.left || a.index - b.index);
  for (const { index } of order) {
    if (rest <= 0) break;
    parts[index] = (parts[index] ?? 0) + 1;
    rest -= 1;
  }
  return parts;
}
