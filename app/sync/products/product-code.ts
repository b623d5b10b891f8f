import { Prisma } from '@prisma/client';

/** Fields of a variant that a back office can know it by; `id` is the number of Shopify's own id. */
export type Identifier = 'sku' | 'barcode' | 'id';

/** Which field of a variant is its code in the back office, and which one where that is empty. */
export interface CodeRule {
  identifier: Identifier;
  identifierFallback: Identifier | 'none';
}

interface CodeColumns {
  code: Prisma.Sql;
  loose: Prisma.Sql;
}

const columns: Record<Identifier, CodeColumns> = {
  sku: { code: Prisma.sql`v.sku`, loose: Prisma.sql`v.sku_key` },
  barcode: { code: Prisma.sql`coalesce(v.barcode, '')`, loose: Prisma.sql`v.barcode_key` },
  id: { code: Prisma.sql`split_part(v.id, '/', 5)`, loose: Prisma.sql`split_part(v.id, '/', 5)` },
};

const gids = (list: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`ARRAY(SELECT 'gid://shopify/ProductVariant/' || one FROM unnest(${list}) AS one)`;

/** A condition that an index answers: whether this field of the variant is in a list of codes without case and outer spaces. */
const inList = (identifier: Identifier, list: Prisma.Sql): Prisma.Sql =>
  identifier === 'id' ? Prisma.sql`v.id = ANY(${gids(list)})` : Prisma.sql`${columns[identifier].loose} = ANY(${list})`;

/**
 * Codes without case and outer spaces, as a text[] expression. PostgreSQL makes them, as it makes the columns they are compared with: which letters have
 * a small one depends on the database's locale, so that another hand's would differ from them at an Ü.
 */
export const looseCodes = (codes: readonly string[]): Prisma.Sql =>
  Prisma.sql`ARRAY(SELECT DISTINCT lower(btrim(one)) FROM unnest(${[...codes]}::text[]) AS one WHERE btrim(one) <> '')`;

/**
 * SQL for the code of a variant `v`: as it stands (`code`), without case and outer spaces (`loose`), and whether it is among a list of such
 * (`among`, a text[] expression).
 */
export function productCode({
  identifier,
  identifierFallback: fallback,
}: CodeRule): CodeColumns & { among(list: Prisma.Sql): Prisma.Sql } {
  const first = columns[identifier];
  // Shopify's id is never empty
  if (fallback === 'none' || fallback === identifier || identifier === 'id')
    return { ...first, among: (list) => inList(identifier, list) };
  const other = columns[fallback];
  const either = (one: Prisma.Sql, two: Prisma.Sql) => Prisma.sql`(CASE WHEN ${first.loose} <> '' THEN ${one} ELSE ${two} END)`;
  const loose = either(first.loose, other.loose);
  return {
    code: either(first.code, other.code),
    loose,
    among: (list) => Prisma.sql`((${inList(identifier, list)} OR ${inList(fallback, list)}) AND ${loose} = ANY(${list}))`,
  };
}
