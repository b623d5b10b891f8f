/** Money as an integer number of the currency's minor units (cents, pence, yen): never a float. */
export interface Money {
  amount: number;
  currency: string;
}

const exponents = new Map<string, number>();

/** Decimal places of a currency as ISO 4217 has them: EUR 2, JPY 0, KWD 3. */
export function exponentOf(currency: string): number {
  let exponent = exponents.get(currency);
  if (exponent === undefined) {
    exponent = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
    exponents.set(currency, exponent);
  }
  return exponent;
}

/** Reads Shopify's decimal text ("12.3", "-0.05", "1500") exactly; digits beyond the currency's places round half away from zero. */
export function parseMoney(decimal: string, currency: string): Money {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal.trim());
  if (!match) throw new RangeError(`"${decimal}" is not an amount of ${currency}`);
  const [, sign, whole = '0', fraction = ''] = match;
  const places = exponentOf(currency);
  const kept = Number(whole + fraction.slice(0, places).padEnd(places, '0'));
  const roundUp = (fraction[places] ?? '0') >= '5' ? 1 : 0;
  const amount = kept + roundUp;
  if (!Number.isSafeInteger(amount)) throw new RangeError(`"${decimal}" is too large an amount`);
  return { amount: sign && amount !== 0 ? -amount : amount, currency };
}

/** The amount as plain decimal text ("12.30"), as APIs want it. */
export function formatDecimal({ amount, currency }: Money): string {
  const places = exponentOf(currency);
  const digits = String(Math.abs(amount)).padStart(places + 1, '0');
  const sign = amount < 0 ? '-' : '';
  return places === 0 ? sign + digits : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Splits an amount by weights so that the shares add up exactly (largest remainder; ties go to the earlier share). */
export function allocate(amount: number, weights: readonly number[]): number[] {
  if (weights.length === 0) return [];
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const even = total === 0;
  const exact = weights.map((weight) => (amount * (even ? 1 : weight)) / (even ? weights.length : total));
  const shares = exact.map(Math.trunc);
  let left = amount - shares.reduce((sum, share) => sum + share, 0);
  const order = exact
    .map((value, index) => ({ index, remainder: Math.abs(value - Math.trunc(value)) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (let turn = 0; left !== 0; turn = (turn + 1) % order.length) {
    const target = order[turn];
    if (!target) break;
    shares[target.index] = (shares[target.index] ?? 0) + Math.sign(left);
    left -= Math.sign(left);
  }
  return shares;
}
