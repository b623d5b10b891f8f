/** Money as an integer number of the currency's minor units (cents, pence, yen): never a float. */
export interface Money {
  amount: number;
  currency: string;
}

/**
 * Decimal places of the currencies that don't have two, as list one of ISO 4217 has them: those that Shopify's CurrencyCode names (2026-10). Not by Intl: its data is
 * CLDR's, which gives the forint, the rupiah and many others the places that cash has there, so that 1000.40 HUF would lose its fillér. Shopify counts by
 * ISO 4217: its own library has the same subunits (github.com/Shopify/money, config/currency_iso.json and crypto.yml, read 2026-11-23), USDC with two places among them. MGA and MRU have
 * fifths for subunits, which two places hold; that Shopify writes them so is a guess.
 */
const EXPONENTS: ReadonlyMap<string, number> = new Map([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0] as const),
  // The old rouble: Shopify names it still.
  ['BYR', 0],
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3] as const),
]);

/** Decimal places of a currency as ISO 4217 has them: EUR 2, JPY 0, KWD 3. */
export const exponentOf = (currency: string): number => EXPONENTS.get(currency) ?? 2;

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

/** The amount as people write it, to the last minor unit. `locale`: a language as Intl names it. */
export function writeMoney({ amount, currency }: Money, locale: string): string {
  const places = exponentOf(currency);
  const digits = { minimumFractionDigits: places, maximumFractionDigits: places };
  const value = amount / 10 ** places;
  // Intl writes three letters only, and Shopify has a currency of four.
  return /^[A-Z]{3}$/.test(currency)
    ? new Intl.NumberFormat(locale, { style: 'currency', currency, ...digits }).format(value)
    : `${new Intl.NumberFormat(locale, digits).format(value)} ${currency}`;
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
