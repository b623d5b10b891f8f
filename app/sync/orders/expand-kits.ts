import type { SalesOrderLine } from '../../connectors/contract/index.ts';
import { kitKey, type KitComponent, type Kits } from '../../mappings/kit-text.ts';

/** Kits of a part as they are kept with it: what was handed over stays made of what it was made of. */
export type PartKits = Record<string, readonly KitComponent[]>;

/** The kits among these SKUs. Pure. */
export function kitsAmong(skus: readonly string[], kits: Kits): PartKits {
  return Object.fromEntries(
    [...new Set(skus.map(kitKey))].flatMap((key) => {
      const components = kits.get(key);
      return components && components.length > 0 ? [[key, components] as const] : [];
    }),
  );
}

/**
 * A kit's line as one line for each component, all of Shopify's line. The first carries the amounts, exactly: `total = unitPrice × quantity − discount`
 * holds for each, and together they come to what the kit costs. Pure.
 */
export function expandKits(lines: readonly SalesOrderLine[], kits: PartKits): SalesOrderLine[] {
  return lines.flatMap((line) => {
    const components = kits[kitKey(line.sku)];
    if (!components) return [line];
    return components.map(({ sku, quantity: each }, index): SalesOrderLine => {
      const quantity = line.quantity * each;
      const base = { ...line, sku, quantity, variantId: null, remoteProductId: null, title: `${line.title} · ${sku}` };
      if (index > 0) return { ...base, unitPrice: 0, discount: 0, taxes: [], total: 0 };
      const unitPrice = Math.ceil((line.total + line.discount) / quantity);
      return { ...base, unitPrice, discount: unitPrice * quantity - line.total };
    });
  });
}
