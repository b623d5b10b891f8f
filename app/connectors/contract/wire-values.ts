import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parseMoney } from '../../core/money.ts';

/* Numbers and moments as back offices write them. What can't be read is unknown: never zero, and never without end. */

const decimalText = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A number, or its decimal text; null for anything else (nothing, an empty text, a list, yes or no) and for what no count or price can be. */
export function numberOf(value: unknown): number | null {
  const plain = typeof value === 'string' && decimalText.test(value.trim()) ? Number(value) : value;
  if (typeof plain !== 'number' || !(Math.abs(plain) <= Number.MAX_SAFE_INTEGER)) return null;
  // There is no minus zero on a shelf.
  return plain === 0 ? 0 : plain;
}

/** A number that a record is of no use without. */
export const decimal = z.union([z.number(), z.string()]).transform((value, problems) => {
  const number = numberOf(value);
  if (number !== null) return number;
  problems.addIssue({ code: 'custom', message: 'no number' });
  return z.NEVER;
});

/** A number that may be missing; what is none is unknown. */
export const decimalOrNull = z.unknown().optional().transform(numberOf);

/** Minor units of a decimal text; null where it is no amount of that currency. */
export function amountOf(decimalText: string, currency: string): number | null {
  try {
    return parseMoney(decimalText, currency).amount;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const lastMoment = Date.UTC(9999, 11, 31);

/** Epoch ms where it is a moment that a back office can have meant; null for none, what is before its time and after everybody's. */
export const momentOf = (epochMs: number | null): number | null =>
  epochMs !== null && epochMs >= 0 && epochMs <= lastMoment ? Math.trunc(epochMs) : null;

/** An order's lines where each says how many; none where one doesn't: then it isn't known what the order means to ship. */
export const wholeLines = <Line extends { quantity: number | null }>(lines: readonly Line[]): (Line & { quantity: number })[] =>
  lines.every((line): line is Line & { quantity: number } => line.quantity !== null) ? [...lines] : [];

/** Characters of an id, a reference or a SKU: Shopify takes no longer SKU, and PostgreSQL's indexes no entry of more than 2,700 bytes. */
export const idLength = 255;

/** An id that can be indexed: of a text that may be long its beginning and its digest. */
export const idOf = (text: string): string =>
  text.length <= idLength ? text : `${text.slice(0, 180)}…${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
