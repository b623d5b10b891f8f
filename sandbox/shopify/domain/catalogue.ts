import type { Change } from '../core/world.ts';
import { gid } from '../core/gid.ts';
import { newId } from '../core/tables.ts';
import { Refused } from '../core/user-error.ts';
import { itemPayload, productPayload } from '../webhooks/catalogue-payloads.ts';
import type { ProductData, ProductRow, VariantData, VariantRow } from './rows.ts';

export interface NewVariant {
  options?: string[];
  sku?: string | null;
  barcode?: string | null;
  /** Minor units of the shop's currency. */
  price: number;
  compareAt?: number | null;
  taxable?: boolean;
  policy?: 'DENY' | 'CONTINUE';
  tracked?: boolean;
  requiresShipping?: boolean;
  cost?: number | null;
  countryOfOrigin?: string | null;
  hsCode?: string | null;
  weight?: { value: number; unit: string } | null;
  components?: { sku: string; quantity: number }[];
  /** Where it is stocked, and how much is available: location id → units. */
  levels?: Map<number, number>;
}

export interface NewProduct {
  title: string;
  handle?: string;
  descriptionHtml?: string;
  vendor?: string;
  type?: string;
  tags?: string[];
  status?: 'ACTIVE' | 'DRAFT' | 'ARCHIVED' | 'UNLISTED';
  giftCard?: boolean;
  category?: ProductData['category'];
  image?: ProductData['image'];
  optionNames?: string[];
  variants: NewVariant[];
  /** ms; default now. */
  createdAt?: number;
  /** false: tell no webhook (the catalogue was there before the app). */
  tell?: boolean;
}

/** Adds a product with its variants, inventory items and levels. A handle that is taken gets a number, as Shopify does. */
export function addProduct(change: Change, product: NewProduct): ProductRow {
  const { state, shop } = change;
  const createdAt = product.createdAt ?? change.at;
  const optionNames = product.optionNames ?? ['Title'];
  const data: ProductData = {
    descriptionHtml: product.descriptionHtml ?? '',
    options: optionNames.map((name, index) => ({
      id: newId(state, 'plain_ids'),
      name,
      values: [...new Set(product.variants.map((variant) => variant.options?.[index] ?? 'Default Title'))],
    })),
    category: product.category ?? null,
    image: product.image ?? null,
    publishedAt: (product.status ?? 'ACTIVE') === 'ACTIVE' ? createdAt : null,
  };
  const { lastId } = state.run(
    'INSERT INTO products (shop_id, handle, title, vendor, product_type, status, tags, gift_card, data, created_at, updated_at) VALUES (?,?,?,?,?,?,?,?,?,?,?)',
    shop.id,
    freeHandle(change, product.handle ?? product.title),
    product.title,
    product.vendor ?? shop.data.name,
    product.type ?? '',
    product.status ?? 'ACTIVE',
    JSON.stringify(product.tags ?? []),
    product.giftCard ? 1 : 0,
    JSON.stringify(data),
    createdAt,
    createdAt,
  );
  product.variants.forEach((variant, index) => addVariant(change, lastId, variant, index + 1, optionNames, createdAt));
  if (product.tell !== false) change.tell('products/create', (wanted) => productPayload(change.world, lastId, wanted));
  state.run(
    "INSERT INTO events (shop_id, subject_type, subject_id, action, message, created_at) VALUES (?, 'PRODUCT', ?, 'create', ?, ?)",
    shop.id,
    lastId,
    `${product.title} was created.`,
    createdAt,
  );
  return state.get<ProductRow>('SELECT * FROM products WHERE id = ?', lastId) as ProductRow;
}

function addVariant(
  change: Change,
  productId: number,
  variant: NewVariant,
  position: number,
  optionNames: string[],
  createdAt: number,
): void {
  const { state, shop } = change;
  const values = optionNames.map((_, index) => variant.options?.[index] ?? 'Default Title');
  const data: VariantData = {
    selectedOptions: optionNames.map((name, index) => ({ name, value: values[index] ?? '' })),
    cost: variant.cost ?? null,
    countryOfOrigin: variant.countryOfOrigin ?? null,
    provinceOfOrigin: null,
    hsCode: variant.hsCode ?? null,
    weight: variant.weight ?? null,
    ...(variant.components ? { components: variant.components } : {}),
  };
  const itemId = newId(state, 'items');
  state.run(
    `INSERT INTO variants (shop_id, product_id, item_id, position, title, sku, barcode, price, compare_at, taxable, policy, tracked, requires_shipping, requires_components, data, created_at, updated_at, item_updated_at)
     VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
    shop.id,
    productId,
    itemId,
    position,
    values.join(' / '),
    variant.sku ?? null,
    variant.barcode ?? null,
    variant.price,
    variant.compareAt ?? null,
    (variant.taxable ?? true) ? 1 : 0,
    variant.policy ?? 'DENY',
    (variant.tracked ?? true) ? 1 : 0,
    (variant.requiresShipping ?? true) ? 1 : 0,
    variant.components ? 1 : 0,
    JSON.stringify(data),
    createdAt,
    createdAt,
    createdAt,
  );
  for (const [locationId, available] of variant.levels ?? []) {
    state.run(
      'INSERT INTO levels (shop_id, item_id, location_id, active, available, created_at, updated_at) VALUES (?,?,?,1,?,?,?)',
      shop.id,
      itemId,
      locationId,
      available,
      createdAt,
      createdAt,
    );
  }
}

function freeHandle(change: Change, from: string): string {
  const base =
    from
      .toLowerCase()
      .normalize('NFKD')
      .replace(/[\u0300-\u036f]/g, '')
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'product';
  let handle = base;
  for (let n = 1; change.state.get('SELECT 1 FROM products WHERE shop_id = ? AND handle = ?', change.shop.id, handle); n += 1)
    handle = `${base}-${n}`;
  return handle;
}

/** Finds a variant by SKU (the first one, when it is not unique), variant id or global id; throws naming what was looked for. */
export function variantByName(change: Pick<Change, 'state' | 'shop'>, name: string): VariantRow {
  const byId = /^(?:gid:\/\/shopify\/ProductVariant\/)?(\d{10,})$/.exec(name)?.[1];
  const row =
    change.state.get<VariantRow>('SELECT * FROM variants WHERE shop_id = ? AND sku = ? ORDER BY id', change.shop.id, name) ??
    (byId
      ? change.state.get<VariantRow>('SELECT * FROM variants WHERE shop_id = ? AND id = ?', change.shop.id, Number(byId))
      : undefined);
  if (!row) throw new Refused(`${change.shop.domain} has no variant "${name}" (give a SKU, or a variant's id).`);
  return row;
}

export interface ProductEdit {
  title?: string;
  status?: string;
  productType?: string;
  vendor?: string;
  tags?: string[];
  /** Of one variant (named by SKU or id), or of the product's first. */
  variant?: string;
  price?: number;
  sku?: string | null;
  barcode?: string | null;
  tracked?: boolean;
}

/** A change that a merchant makes to a product. */
export function editProduct(change: Change, product: ProductRow, edit: ProductEdit): void {
  const { state } = change;
  state.run(
    'UPDATE products SET title = ?, status = ?, product_type = ?, vendor = ?, tags = ? WHERE id = ?',
    edit.title ?? product.title,
    edit.status?.toUpperCase() ?? product.status,
    edit.productType ?? product.product_type,
    edit.vendor ?? product.vendor,
    edit.tags ? JSON.stringify(edit.tags) : product.tags,
    product.id,
  );
  const variant = edit.variant
    ? variantByName(change, edit.variant)
    : state.get<VariantRow>('SELECT * FROM variants WHERE product_id = ? ORDER BY position', product.id);
  if (
    variant &&
    (edit.price !== undefined || edit.sku !== undefined || edit.barcode !== undefined || edit.tracked !== undefined)
  ) {
    state.run(
      'UPDATE variants SET price = ?, sku = ?, barcode = ?, tracked = ?, updated_at = ?, item_updated_at = ? WHERE id = ?',
      edit.price ?? variant.price,
      edit.sku === undefined ? variant.sku : edit.sku,
      edit.barcode === undefined ? variant.barcode : edit.barcode,
      edit.tracked === undefined ? variant.tracked : edit.tracked ? 1 : 0,
      change.at,
      change.at,
      variant.id,
    );
    if (edit.sku !== undefined || edit.tracked !== undefined)
      change.tell('inventory_items/update', () => itemPayload(change.world, variant.item_id));
  }
  change.productTouched(product.id);
}

/** Deletes a product; orders keep their lines, which point to nothing from now on. */
export function deleteProduct(change: Change, product: ProductRow): void {
  const { state, shop, at } = change;
  for (const variant of state.all<VariantRow>('SELECT * FROM variants WHERE product_id = ?', product.id)) {
    state.run('DELETE FROM levels WHERE item_id = ?', variant.item_id);
    change.tell('inventory_items/delete', () => ({
      id: variant.item_id,
      admin_graphql_api_id: gid('InventoryItem', variant.item_id),
    }));
  }
  state.run('UPDATE order_lines SET variant_id = NULL, product_id = NULL, item_id = NULL WHERE product_id = ?', product.id);
  state.run('DELETE FROM variants WHERE product_id = ?', product.id);
  state.run('DELETE FROM products WHERE id = ?', product.id);
  state.run(
    "INSERT INTO events (shop_id, subject_type, subject_id, action, message, created_at) VALUES (?, 'PRODUCT', ?, 'destroy', ?, ?)",
    shop.id,
    product.id,
    `${product.title} was deleted.`,
    at,
  );
  change.tell('products/delete', () => ({ id: product.id }));
}
