/** One product that a kit is made of; its code is Shopify's, or the back office's own where Shopify doesn't sell it by itself. */
export interface KitComponent {
  sku: string;
  quantity: number;
}

export const kitKey = (sku: string): string => sku.trim().toLowerCase();

/** `2 × SHIRT, CAP` as components; null where it isn't written like that. The same code twice counts together. */
export function parseComponents(text: string): KitComponent[] | null {
  const found = new Map<string, number>();
  for (const piece of text.split(',')) {
    const [, count, sku = ''] = /^(?:(\d{1,4})\s*[x×*](?:\s+|$)|(?=\S))(.*)$/i.exec(piece.trim()) ?? [];
    const quantity = count === undefined ? 1 : Number(count);
    if (sku === '' || quantity < 1) return null;
    found.set(sku, (found.get(sku) ?? 0) + quantity);
  }
  return [...found].map(([sku, quantity]) => ({ sku, quantity }));
}

/** As it is kept and shown. */
export const componentsText = (components: readonly KitComponent[]): string =>
  components.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(', ');

/** Kits by key of their SKU. */
export type Kits = ReadonlyMap<string, readonly KitComponent[]>;
