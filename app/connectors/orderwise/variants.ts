import type { Account } from './account.ts';
import { mostVariants } from './assumptions.ts';
import * as wire from './wire.ts';

/** Every variant's id and code. */
export const allVariants = ({ client }: Account): Promise<wire.StockVariant[]> =>
  client.list('/stock/variants', wire.stockVariant, { limit: mostVariants });

/**
 * What OrderWise has under these SKUs: the very code, else the only one that differs in blanks around it. Stray blanks in codes are the most
 * frequent reason why an order is refused (S6).
 */
export function variantsBySku(variants: readonly wire.StockVariant[], skus: readonly string[]): Map<string, wire.StockVariant> {
  const wanted = new Set(skus.filter((sku) => sku.trim() !== ''));
  const exact = new Map(variants.map((one) => [one.variantCode, one]));
  const near = Map.groupBy(variants, ({ variantCode }) => variantCode.trim());
  return new Map(
    [...wanted].flatMap((sku): [string, wire.StockVariant][] => {
      const others = near.get(sku.trim()) ?? [];
      const found = exact.get(sku) ?? (others.length === 1 ? others[0] : undefined);
      return found ? [[sku, found]] : [];
    }),
  );
}
