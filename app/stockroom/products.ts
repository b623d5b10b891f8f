import { Prisma, type StockroomProduct } from '@prisma/client';
import { now } from '../core/clock.ts';
import { inShop, type Tx } from '../db/scope.ts';
import { keepDetails } from './product-details.ts';
import { isUuid, type PageRequest, type Room } from './room.ts';
import { adoptShelf, poolOf } from './shared-shelf.ts';

/** What Stockroom knows of one article. Money in minor units of `currency`, weight in grams. */
export interface ProductInput {
  /** Stockroom's own id where the caller knows it: a changed SKU then renames the product. */
  id?: string | null;
  sku: string;
  externalId?: string | null;
  barcode?: string | null;
  title: string;
  variantTitle?: string | null;
  productType?: string;
  vendor?: string;
  price?: number | null;
  cost?: number | null;
  currency?: string | null;
  weightGrams?: number | null;
  countryOfOrigin?: string | null;
  hsCode?: string | null;
  imageUrl?: string | null;
  tags?: string[];
  /** In the shop's order. */
  options?: { name: string; value: string }[];
  /** What the shop sends along, by its own names. */
  attributes?: Record<string, string>;
  /** What the warehouse keeps of it, by its own names; left as it is where it isn't given. */
  details?: Record<string, string>;
  active?: boolean;
  /** Of which of the Stockroom's stores it is; absent or null: of none in particular. */
  storeId?: string | null;
}

export type Product = Omit<Required<ProductInput>, 'id'> & { id: string };

export type ProductOutcome = { sku: string } & (
  { outcome: 'created' | 'updated' | 'unchanged'; id: string } | { outcome: 'refused'; field: string; text: string }
);

const CHUNK = 10_000;

function faultOf(
  { sku, title, price, cost, weightGrams }: ProductInput,
  seen: Set<string>,
): { field: string; text: string } | undefined {
  if (!sku.trim()) return { field: 'sku', text: 'A product needs a SKU.' };
  if (sku.length > 255 || /\p{Cc}/u.test(sku))
    return {
      field: 'sku',
      text: `SKU "${sku.slice(0, 40)}" is longer than 255 characters or has characters that can't be printed.`,
    };
  if (seen.has(sku)) return { field: 'sku', text: `SKU "${sku}" stands twice in this request. A SKU names one product.` };
  if (title.length > 1000) return { field: 'title', text: `The title of "${sku}" is longer than 1,000 characters.` };
  for (const [field, value] of [
    ['price', price],
    ['cost', cost],
    ['weightGrams', weightGrams],
  ] as const) {
    if (value !== null && value !== undefined && !(Number.isFinite(value) && value >= 0))
      return { field, text: `${field} of "${sku}" is ${value}; it can't be below zero.` };
  }
  return undefined;
}

/** Gives products whose SKU changed their new SKU; answers which SKUs were given and which are another product's. */
async function rename(
  tx: Tx,
  { shopId, connectionId }: Room,
  products: ProductInput[],
): Promise<{ given: Set<string>; taken: Set<string> }> {
  const byId = new Map(
    products.flatMap((product) => (product.id && isUuid(product.id) ? [[product.id, product.sku] as const] : [])),
  );
  const given = new Set<string>();
  if (byId.size === 0) return { given, taken: new Set() };
  const known = await tx.stockroomProduct.findMany({
    where: { shopId, connectionId, id: { in: [...byId.keys()] } },
    select: { id: true, sku: true },
  });
  const changed = known.filter(({ id, sku }) => byId.get(id) !== sku);
  if (changed.length === 0) return { given, taken: new Set() };
  const wanted = changed.map(({ id }) => byId.get(id) ?? '');
  const taken = new Set(
    (await tx.stockroomProduct.findMany({ where: { shopId, connectionId, sku: { in: wanted } }, select: { sku: true } })).map(
      ({ sku }) => sku,
    ),
  );
  for (const { id } of changed) {
    const sku = byId.get(id) ?? '';
    if (taken.has(sku)) continue;
    await tx.stockroomProduct.update({ where: { shopId_id: { shopId, id } }, data: { sku } });
    given.add(sku);
  }
  return { given, taken };
}

async function upsertChunk(tx: Tx, room: Room, products: ProductInput[]): Promise<Map<string, ProductOutcome>> {
  const { shopId, connectionId } = room;
  const { given, taken } = await rename(tx, room, products);
  const clashing = products.filter(({ id, sku }) => id && taken.has(sku));
  const clash = new Set(clashing.map(({ sku }) => sku));
  const rows = products
    .filter(({ sku }) => !clash.has(sku))
    .map((product) => ({
      sku: product.sku,
      external_id: product.externalId ?? null,
      barcode: product.barcode ?? null,
      title: product.title,
      variant_title: product.variantTitle ?? null,
      product_type: product.productType ?? '',
      vendor: product.vendor ?? '',
      price: product.price ?? null,
      cost: product.cost ?? null,
      currency: product.currency ?? null,
      weight_grams: product.weightGrams ?? null,
      country_of_origin: product.countryOfOrigin ?? null,
      hs_code: product.hsCode ?? null,
      image_url: product.imageUrl ?? null,
      tags: product.tags ?? [],
      options: product.options ?? [],
      attributes: product.attributes ?? {},
      active: product.active ?? true,
      store_id: product.storeId && isUuid(product.storeId) ? product.storeId : null,
    }));
  const columns = Prisma.raw(Object.keys(rows[0] ?? { sku: '' }).join(', '));
  const kept = Object.keys(rows[0] ?? {}).filter((name) => name !== 'sku');
  const written =
    rows.length === 0
      ? []
      : await tx.$queryRaw<{ id: string; sku: string; created: boolean }[]>`
        INSERT INTO stockroom_product (shop_id, connection_id, created_at, updated_at, ${columns})
        SELECT ${shopId}, ${connectionId}::uuid, ${now()}, ${now()}, ${columns}
        FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(sku text, external_id text, barcode text, title text, variant_title text,
          product_type text, vendor text, price bigint, cost bigint, currency text, weight_grams float8, country_of_origin text, hs_code text,
          image_url text, tags text[], options jsonb, attributes jsonb, active boolean, store_id uuid)
        ORDER BY sku
        ON CONFLICT (shop_id, connection_id, sku) DO UPDATE SET updated_at = excluded.updated_at,
          ${Prisma.raw(kept.map((name) => `${name} = excluded.${name}`).join(', '))}
        WHERE (${Prisma.raw(kept.map((name) => `stockroom_product.${name}`).join(', '))})
          IS DISTINCT FROM (${Prisma.raw(kept.map((name) => `excluded.${name}`).join(', '))})
        RETURNING id, sku, xmax = 0 AS created`;
  const detailed = await keepDetails(tx, room, products);
  const outcomes = new Map<string, ProductOutcome>(
    written.map(({ id, sku, created }) => [sku, { sku, id, outcome: created ? ('created' as const) : ('updated' as const) }]),
  );
  const rest = rows.map(({ sku }) => sku).filter((sku) => !outcomes.has(sku));
  for (const [sku, id] of await productIds(tx, room, rest))
    outcomes.set(sku, { sku, id, outcome: given.has(sku) || detailed.has(sku) ? 'updated' : 'unchanged' });
  for (const sku of clash)
    outcomes.set(sku, {
      sku,
      outcome: 'refused',
      field: 'sku',
      text: `Another product has the SKU "${sku}". Give one of them another SKU.`,
    });
  return outcomes;
}

/** How many products there are. */
export const countProducts = ({ shopId, connectionId }: Room): Promise<number> =>
  inShop(shopId, (tx) => tx.stockroomProduct.count({ where: { shopId, connectionId } }));

/** Ids by SKU in one query, however many there are. */
export async function productIds(tx: Tx, { shopId, connectionId }: Room, skus: string[]): Promise<Map<string, string>> {
  if (skus.length === 0) return new Map();
  const rows = await tx.$queryRaw<{ id: string; sku: string }[]>`
    SELECT id, sku FROM stockroom_product WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid AND sku = ANY(${skus})`;
  return new Map(rows.map(({ id, sku }) => [sku, id]));
}

/** Creates and updates products by SKU, set-based. One bad record never fails the rest; answers in the order given. */
export async function upsertProducts({ products, ...room }: Room & { products: ProductInput[] }): Promise<ProductOutcome[]> {
  const seen = new Set<string>();
  const checked = products.map((product) => {
    const fault = faultOf(product, seen);
    if (!fault) seen.add(product.sku);
    return { product, fault };
  });
  const good = checked.flatMap(({ product, fault }) => (fault ? [] : [product]));
  const outcomes = new Map<string, ProductOutcome>();
  for (let start = 0; start < good.length; start += CHUNK) {
    const chunk = good.slice(start, start + CHUNK);
    const part = await inShop(room.shopId, (tx) => upsertChunk(tx, room, chunk), { timeoutMs: 60_000 });
    for (const [sku, outcome] of part) outcomes.set(sku, outcome);
  }
  return checked.map(({ product: { sku }, fault }) => {
    if (fault) return { sku, outcome: 'refused', ...fault };
    return outcomes.get(sku) ?? { sku, outcome: 'refused', field: 'sku', text: `"${sku}" could not be saved.` };
  });
}

/**
 * Finds products in the store that this Stockroom shares and whose products come from another shop. The store is left as it is; what is found is
 * called here by this shop's own words. Answers in the order given.
 */
export function linkProducts({ products, ...room }: Room & { products: ProductInput[] }): Promise<ProductOutcome[]> {
  return inShop(
    room.shopId,
    async (tx) => {
      const asked = products.map(({ sku }) => sku);
      const shared = (await poolOf(tx, room)) !== null;
      const rows = shared
        ? await tx.$queryRaw<{ sku: string }[]>`SELECT sku FROM stock_pool_products(${room.connectionId}::uuid, ${asked}::text[])`
        : [];
      const there = new Set(rows.map(({ sku }) => sku));
      await adoptShelf(tx, room);
      const own = products.filter(({ sku }) => there.has(sku)).map((product) => ({ ...product, id: null }));
      const outcomes = await upsertChunk(tx, room, own);
      const absent = (sku: string): ProductOutcome => ({
        sku,
        outcome: 'refused',
        field: 'sku',
        text: `The shared store has no "${sku}".`,
      });
      return products.map(({ sku }) => outcomes.get(sku) ?? absent(sku));
    },
    { timeoutMs: 60_000 },
  );
}

function asProduct(row: StockroomProduct): Product {
  const { shopId: _shop, connectionId: _connection, createdAt: _created, updatedAt: _updated, detailsAt: _at, ...product } = row;
  const { price, cost, options, attributes, details, ...rest } = product;
  return {
    ...rest,
    price: price === null ? null : Number(price),
    cost: cost === null ? null : Number(cost),
    options: options as Product['options'],
    attributes: attributes as Product['attributes'],
    details: details as Product['details'],
  };
}

/** Products by SKU; `search` looks in SKU, barcode and title. */
export async function listProducts({
  shopId,
  connectionId,
  search,
  page,
}: Room & { search?: string; page: PageRequest }): Promise<{ products: Product[]; total: number }> {
  const text = search?.trim();
  const contains = text ? { contains: text, mode: 'insensitive' as const } : undefined;
  const where = {
    shopId,
    connectionId,
    ...(contains ? { OR: [{ sku: contains }, { barcode: contains }, { title: contains }] } : {}),
  };
  return inShop(shopId, async (tx) => {
    const total = await tx.stockroomProduct.count({ where });
    const rows = await tx.stockroomProduct.findMany({
      where,
      orderBy: { sku: 'asc' },
      skip: (page.number - 1) * page.size,
      take: page.size,
    });
    return { products: rows.map(asProduct), total };
  });
}

/** The products with these SKUs; unknown ones are absent. */
export function productsBySku({ shopId, connectionId, skus }: Room & { skus: string[] }): Promise<Product[]> {
  return inShop(shopId, async (tx) =>
    (await tx.stockroomProduct.findMany({ where: { shopId, connectionId, sku: { in: skus } } })).map(asProduct),
  );
}

/** What a label scanner reads: the product with this barcode, else with this SKU. */
export function productByScan({ shopId, connectionId, code }: Room & { code: string }): Promise<Product | null> {
  return inShop(shopId, async (tx) => {
    const row =
      (await tx.stockroomProduct.findFirst({ where: { shopId, connectionId, barcode: code }, orderBy: { sku: 'asc' } })) ??
      (await tx.stockroomProduct.findFirst({ where: { shopId, connectionId, sku: code } }));
    return row ? asProduct(row) : null;
  });
}
