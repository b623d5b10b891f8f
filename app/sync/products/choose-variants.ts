import { Prisma } from '@prisma/client';
import { inShop } from '../../db/scope.ts';
import { productCode } from './product-code.ts';
import type { ProductRules } from './product-facts.ts';

/** Variants looked at in one go. */
const PIECE = 5_000;
const STATEMENT_MS = 60_000;

/** All variants that are or were in the catalogue, piece by piece in the order of their ids. */
export async function* allVariants(shopId: number): AsyncGenerator<string[]> {
  for (let after = ''; ;) {
    const rows = await inShop(shopId, (tx) =>
      tx.variant.findMany({ where: { shopId, id: { gt: after } }, orderBy: { id: 'asc' }, take: PIECE, select: { id: true } }),
    );
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map((row) => row.id);
    after = last.id;
  }
}

/**
 * Variants read from Shopify since, those that share a SKU with them (a twin that went makes the other one free), and those with an open question.
 * Piece by piece.
 */
export async function* changedVariants(rules: ProductRules, since: Date): AsyncGenerator<string[]> {
  const { shopId, connectionId } = rules;
  const { loose, among } = productCode(rules);
  for (let after = ''; ;) {
    const rows = await inShop(
      shopId,
      (tx) => tx.$queryRaw<{ id: string }[]>`
        WITH changed AS MATERIALIZED (
          SELECT id, ${loose} AS loose FROM variant v WHERE v.shop_id = ${shopId} AND v.read_at >= ${since}
        )
        SELECT id FROM (
          SELECT id FROM changed
          UNION SELECT v.id FROM variant v WHERE v.shop_id = ${shopId} AND ${among(Prisma.sql`ARRAY(SELECT loose FROM changed WHERE loose <> '')`)}
          UNION SELECT variant_id FROM product_link WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid AND state = 'problem'
        ) AS found WHERE id > ${after} ORDER BY id LIMIT ${PIECE}`,
      { timeoutMs: STATEMENT_MS },
    );
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map((row) => row.id);
    if (rows.length < PIECE) return;
    after = last.id;
  }
}

/** Variants whose product changed in Shopify since a moment, as far as we know them. */
export async function* variantsChangedSince(shopId: number, since: Date): AsyncGenerator<string[]> {
  for (let after = ''; ;) {
    const rows = await inShop(shopId, (tx) =>
      tx.variant.findMany({
        where: { shopId, id: { gt: after }, shopifyUpdatedAt: { gte: since } },
        orderBy: { id: 'asc' },
        take: PIECE,
        select: { id: true },
      }),
    );
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map((row) => row.id);
    after = last.id;
  }
}
