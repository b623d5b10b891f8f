import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

/** Variants of each product. */
const A_PRODUCT = 10;

/** Writes a catalogue as a bulk query over products gives it: a product, then its variants. Returns the number of lines. */
export async function writeCatalogue(file: string, variants: number): Promise<number> {
  const out = createWriteStream(file);
  let lines = 0;
  for (let first = 1; first <= variants; first += A_PRODUCT) {
    const product = `gid://shopify/Product/${first}`;
    const at = '2026-11-20T10:00:00Z';
    const rows: object[] = [
      {
        ...{
          id: product,
          title: `Product ${first}`,
          handle: `product-${first}`,
          vendor: `Vendor ${first % 25}`,
          productType: `Type ${first % 40}`,
        },
        ...{ status: 'ACTIVE', tags: [`tag-${first % 7}`], isGiftCard: false, updatedAt: at, featuredMedia: null },
      },
    ];
    for (let n = first; n < first + A_PRODUCT && n <= variants; n += 1)
      rows.push({
        ...{
          id: `gid://shopify/ProductVariant/${n}`,
          title: `Size ${n - first}`,
          sku: `SKU-${n}`,
          barcode: `4${String(n).padStart(12, '0')}`,
        },
        ...{ price: '19.90', inventoryPolicy: 'DENY', requiresComponents: false, updatedAt: at },
        selectedOptions: [{ name: 'Size', value: `Size ${n - first}` }],
        inventoryItem: {
          ...{ id: `gid://shopify/InventoryItem/${n}`, sku: `SKU-${n}`, tracked: true, requiresShipping: true },
          ...{ unitCost: { amount: '7.50', currencyCode: 'EUR' }, countryCodeOfOrigin: 'DE', harmonizedSystemCode: '610910' },
          measurement: { weight: { value: 0.3, unit: 'KILOGRAMS' } },
        },
        __parentId: product,
      });
    lines += rows.length;
    if (!out.write(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
  return lines;
}
