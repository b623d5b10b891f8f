import pg from 'pg';

/**
 * Counts what this process asks of the database, whoever in it asks: each call is one way there and back (a transaction's beginning with its role and shop
 * is one of them). Loaded before the app's modules.
 */
const counted = { ways: 0, byText: new Map<string, number>() };
const original = Reflect.get(pg.Client.prototype, 'query') as (...given: unknown[]) => unknown;
pg.Client.prototype.query = function (this: object, ...given: unknown[]) {
  const [first] = given as [string | { text?: string } | undefined];
  const text = (typeof first === 'string' ? first : (first?.text ?? '')).replaceAll(/\s+/g, ' ').trim().slice(0, 60);
  counted.ways += 1;
  counted.byText.set(text, (counted.byText.get(text) ?? 0) + 1);
  return original.apply(this, given);
} as typeof pg.Client.prototype.query;

/** How many so far. */
export const queriesSoFar = (): number => counted.ways;

/** The most frequent, by how they begin. */
export function mostFrequent(count: number): { text: string; times: number }[] {
  return [...counted.byText]
    .map(([text, times]) => ({ text, times }))
    .sort((one, other) => other.times - one.times)
    .slice(0, count);
}
