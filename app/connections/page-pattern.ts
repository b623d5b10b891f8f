import { z } from 'zod';

/** What an address of a record's page in the back office can be made of, in braces. */
export const pageBlanks = {
  /** The back office's id and number of the order, and our reference. */
  order: ['id', 'number', 'reference'],
  /** The back office's id of the product and its code. */
  product: ['id', 'sku'],
  facility: ['id', 'name'],
} as const;

type Blanks = (typeof pageBlanks)[keyof typeof pageBlanks];

/** A setting that holds such an address: `https://wms.example.com/orders/{id}`. The host is fixed and at least one blank is in it; empty: none. */
export function pagePattern(blanks: Blanks) {
  const blank = `\\{(?:${blanks.join('|')})\\}`;
  const form = new RegExp(`^$|^https?://[^\\s{}/?#]+/(?=.*${blank})(?:[^\\s{}]|${blank})*$`);
  return z.string().trim().max(500).regex(form).default('');
}

/** The page of one record; null where no address is set, or a part of it isn't known. */
export function pageAt(pattern: string, values: Record<string, string | null>): string | null {
  if (pattern === '') return null;
  let known = true;
  const page = pattern.replace(/\{(\w+)\}/g, (_blank, name: string) => {
    const value = values[name] ?? '';
    known &&= value !== '';
    return encodeURIComponent(value);
  });
  return known ? page : null;
}
