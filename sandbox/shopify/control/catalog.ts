import Papa from 'papaparse';
import { BadRequest } from '../../kit/http.ts';
import { seededRandom } from '../../kit/random.ts';
import { toMinor } from '../core/money.ts';
import type { Change } from '../core/world.ts';
import { addProduct, type NewProduct, type NewVariant } from '../domain/catalogue.ts';
import type { LocationRow } from '../domain/rows.ts';

type CsvRow = Record<string, string | undefined>;
const NEEDED = ['Handle', 'Title', 'Variant Price'];
const WEIGHT: Record<string, [unit: string, gramsEach: number]> = {
  g: ['GRAMS', 1],
  kg: ['KILOGRAMS', 1000],
  oz: ['OUNCES', 28.3495],
  lb: ['POUNDS', 453.592],
};

export interface Imported {
  products: number;
  variants: number;
  /** Variants without a SKU: real exports are full of them. */
  withoutSku: number;
}

/** Imports a Shopify product export (CSV): rows of one handle are one product, rows without a price are further images. */
export function importCsv(change: Change, csv: string): Imported {
  const { data, meta, errors } = Papa.parse<CsvRow>(csv, { header: true, skipEmptyLines: 'greedy' });
  const missing = NEEDED.filter((column) => !meta.fields?.includes(column));
  if (missing.length > 0)
    throw new BadRequest(
      `This is no Shopify product export: the column ${missing.map((name) => `"${name}"`).join(', ')} is missing.`,
    );
  const [broken] = errors.filter((error) => error.type === 'Quotes');
  if (broken) throw new BadRequest(`Row ${(broken.row ?? 0) + 2} can't be read: ${broken.message}.`);
  const byHandle = new Map<string, CsvRow[]>();
  data.forEach((row, index) => {
    const handle = row.Handle?.trim();
    if (!handle) throw new BadRequest(`Row ${index + 2} has no Handle.`);
    byHandle.set(handle, [...(byHandle.get(handle) ?? []), row]);
  });
  const main = mainLocation(change);
  const result: Imported = { products: 0, variants: 0, withoutSku: 0 };
  for (const [handle, rows] of byHandle) {
    const product = toProduct(change, handle, rows, main);
    addProduct(change, product);
    result.products += 1;
    result.variants += product.variants.length;
    result.withoutSku += product.variants.filter((variant) => !variant.sku).length;
  }
  return result;
}

function toProduct(change: Change, handle: string, rows: CsvRow[], main: LocationRow): NewProduct {
  const [first] = rows as [CsvRow];
  const optionNames = [1, 2, 3].flatMap((n) => first[`Option${n} Name`]?.trim() || []);
  const image = rows.find((row) => row['Image Src'])?.['Image Src'];
  const status = first.Status?.toUpperCase();
  return {
    handle,
    title: first.Title?.trim() || handle,
    descriptionHtml: first['Body (HTML)'] ?? '',
    vendor: first.Vendor?.trim() || undefined,
    type: first.Type?.trim() || first['Custom Product Type']?.trim() || '',
    tags: (first.Tags ?? '')
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean),
    status:
      status === 'DRAFT' || status === 'ARCHIVED' ? status : first.Published?.toLowerCase() === 'false' ? 'DRAFT' : 'ACTIVE',
    giftCard: first['Gift Card']?.toLowerCase() === 'true',
    image: image ? { url: image, alt: first['Image Alt Text'] || null } : null,
    optionNames: optionNames.length > 0 ? optionNames : ['Title'],
    variants: rows.filter((row) => row['Variant Price']?.trim()).map((row) => toVariant(change, row, optionNames.length, main)),
  };
}

function toVariant(change: Change, row: CsvRow, options: number, main: LocationRow): NewVariant {
  const { currency } = change.shop.data;
  const money = (column: string): number | null => {
    const value = row[column]?.trim();
    if (!value) return null;
    try {
      return toMinor(value, currency);
    } catch (error) {
      throw new BadRequest(`${row.Handle}: ${column}: ${(error as Error).message}`);
    }
  };
  const grams = Number(row['Variant Grams'] || 0);
  const [unit, each] = WEIGHT[row['Variant Weight Unit'] ?? 'kg'] ?? ['KILOGRAMS', 1000];
  return {
    options: Array.from(
      { length: Math.max(1, options) },
      (_, index) => row[`Option${index + 1} Value`]?.trim() || 'Default Title',
    ),
    // as it is in the file: empty is no SKU, spaces are kept
    sku: row['Variant SKU'] === undefined || row['Variant SKU'] === '' ? null : row['Variant SKU'],
    barcode: row['Variant Barcode'] || null,
    price: money('Variant Price') ?? 0,
    compareAt: money('Variant Compare At Price'),
    cost: money('Cost per item'),
    taxable: row['Variant Taxable']?.toLowerCase() !== 'false',
    policy: row['Variant Inventory Policy'] === 'continue' ? 'CONTINUE' : 'DENY',
    tracked: row['Variant Inventory Tracker'] === 'shopify',
    requiresShipping: row['Variant Requires Shipping']?.toLowerCase() !== 'false',
    weight: { value: Math.round((grams / each) * 10_000) / 10_000, unit },
    levels: new Map([[main.id, Number(row['Variant Inventory Qty'] || 0)]]),
  };
}

/** Makes products for load: SKUs `GEN-000001-01`, stocked at every active location. */
export function generateCatalog(
  change: Change,
  { products, variantsPerProduct, first }: { products: number; variantsPerProduct: number; first: number },
): Imported {
  const random = seededRandom(first + 7);
  const { currency } = change.shop.data;
  const locations = change.state.all<LocationRow>(
    'SELECT * FROM locations WHERE shop_id = ? AND active = 1 ORDER BY priority',
    change.shop.id,
  );
  for (let n = first; n < first + products; n += 1) {
    const code = String(n).padStart(6, '0');
    addProduct(change, {
      title: `Generated ${code}`,
      handle: `generated-${code}`,
      type: `Range ${n % 25}`,
      vendor: `Maker ${n % 40}`,
      tags: ['generated'],
      optionNames: [variantsPerProduct > 1 ? 'Number' : 'Title'],
      variants: Array.from({ length: variantsPerProduct }, (_, index) => ({
        options: [variantsPerProduct > 1 ? String(index + 1) : 'Default Title'],
        sku: `GEN-${code}-${String(index + 1).padStart(2, '0')}`,
        barcode: `20${code}${String(index + 1).padStart(4, '0')}`,
        price: toMinor(random.between(5, 250), currency),
        weight: { value: random.between(1, 50) / 10, unit: 'KILOGRAMS' },
        levels: new Map(locations.map((location) => [location.id, random.between(0, 200)])),
      })),
    });
  }
  return { products, variants: products * variantsPerProduct, withoutSku: 0 };
}

function mainLocation(change: Change): LocationRow {
  const row = change.state.get<LocationRow>(
    'SELECT * FROM locations WHERE shop_id = ? AND active = 1 ORDER BY priority',
    change.shop.id,
  );
  if (!row) throw new BadRequest('The shop has no active location to stock the products at.');
  return row;
}
