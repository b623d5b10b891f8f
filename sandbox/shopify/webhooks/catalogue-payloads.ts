import { gid } from '../core/gid.ts';
import { fixed } from '../core/money.ts';
import { dateTime, dateTimeOrNull } from '../core/moment.ts';
import type { World } from '../core/world.ts';
import { dataOf, type LevelRow, type ProductData, type ProductRow, type VariantData, type VariantRow } from '../domain/rows.ts';

type Json = Record<string, unknown>;

/** A product in REST shape; only the id when it is gone. */
export function productPayload(world: World, id: number, wanted?: ReadonlySet<string>): Json {
  const row = world.state.get<ProductRow>('SELECT * FROM products WHERE id = ?', id);
  if (!row) return { id };
  if (wanted && [...wanted].every((field) => ['id', 'admin_graphql_api_id', 'updated_at'].includes(field))) {
    return { id, admin_graphql_api_id: gid('Product', id), updated_at: dateTime(row.updated_at) };
  }
  const data = dataOf<ProductData>(row);
  const variants = world.state.all<VariantRow>('SELECT * FROM variants WHERE product_id = ? ORDER BY position', id);
  return {
    id,
    admin_graphql_api_id: gid('Product', id),
    title: row.title,
    body_html: data.descriptionHtml,
    vendor: row.vendor,
    product_type: row.product_type,
    handle: row.handle,
    status: row.status.toLowerCase(),
    tags: (JSON.parse(row.tags) as string[]).join(', '),
    created_at: dateTime(row.created_at),
    updated_at: dateTime(row.updated_at),
    published_at: dateTimeOrNull(data.publishedAt),
    variants: variants.map((variant) => variantJson(variant, currencyOf(world, row.shop_id))),
    options: data.options.map((option, index) => ({
      id: option.id,
      product_id: id,
      name: option.name,
      position: index + 1,
      values: option.values,
    })),
    variant_gids: variants.map((variant) => ({
      admin_graphql_api_id: gid('ProductVariant', variant.id),
      updated_at: dateTime(variant.updated_at),
    })),
  };
}

function variantJson(variant: VariantRow, currency: string): Json {
  const data = dataOf<VariantData>(variant);
  return {
    id: variant.id,
    admin_graphql_api_id: gid('ProductVariant', variant.id),
    product_id: variant.product_id,
    title: variant.title,
    sku: variant.sku,
    barcode: variant.barcode,
    position: variant.position,
    price: fixed(variant.price, currency),
    compare_at_price: variant.compare_at === null ? null : fixed(variant.compare_at, currency),
    inventory_item_id: variant.item_id,
    inventory_policy: variant.policy.toLowerCase(),
    taxable: variant.taxable === 1,
    option1: data.selectedOptions[0]?.value ?? null,
    option2: data.selectedOptions[1]?.value ?? null,
    option3: data.selectedOptions[2]?.value ?? null,
    created_at: dateTime(variant.created_at),
    updated_at: dateTime(variant.updated_at),
  };
}

export function itemPayload(world: World, itemId: number): Json {
  const variant = world.state.get<VariantRow>('SELECT * FROM variants WHERE item_id = ?', itemId);
  if (!variant) return { id: itemId };
  const data = dataOf<VariantData>(variant);
  return {
    id: itemId,
    admin_graphql_api_id: gid('InventoryItem', itemId),
    sku: variant.sku,
    tracked: variant.tracked === 1,
    requires_shipping: variant.requires_shipping === 1,
    cost: data.cost === null ? null : fixed(data.cost, currencyOf(world, variant.shop_id)),
    country_code_of_origin: data.countryOfOrigin,
    province_code_of_origin: data.provinceOfOrigin,
    harmonized_system_code: data.hsCode,
    created_at: dateTime(variant.created_at),
    updated_at: dateTime(variant.item_updated_at),
  };
}

export function levelPayload(world: World, levelId: number): Json {
  const level = world.state.get<LevelRow>('SELECT * FROM levels WHERE id = ?', levelId);
  if (!level) return { id: levelId };
  return {
    inventory_item_id: level.item_id,
    location_id: level.location_id,
    available: level.available,
    updated_at: dateTime(level.updated_at),
    admin_graphql_api_id: levelGid(level),
  };
}

export const levelGid = (level: Pick<LevelRow, 'id' | 'item_id'>): string =>
  `${gid('InventoryLevel', level.id)}?inventory_item_id=${level.item_id}`;

const currencyOf = (world: World, shopId: number): string =>
  world.state.get<{ currency: string }>("SELECT json_extract(data, '$.currency') AS currency FROM shops WHERE id = ?", shopId)
    ?.currency ?? 'USD';
