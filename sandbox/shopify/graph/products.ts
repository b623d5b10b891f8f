import type { State } from '../../kit/state.ts';
import { gid, idOf } from '../core/gid.ts';
import { fixed } from '../core/money.ts';
import { dateTime, dateTimeOrNull } from '../core/moment.ts';
import { page, pageOfList } from '../core/paging.ts';
import { byShop, defineLoader, ref, refOrNull } from '../core/refs.ts';
import { PAGING, withArgs, type Registry } from '../core/registry.ts';
import { dataOf, type ProductData, type ProductRow, type VariantData, type VariantRow } from '../domain/rows.ts';
import { compileSearch } from '../search/compile.ts';
import { exactCount, legacyId } from './values.ts';
import { metafieldArguments, metafieldOf, metafieldsOf } from './metafields.ts';
import { PRODUCT_SEARCH, PRODUCT_SORT, sortOf, VARIANT_SEARCH, VARIANT_SORT } from './product-search.ts';

/** product(s), variants, types and deletions. */
export function productFields(registry: Registry): void {
  defineLoader('Product', byShop('products'));
  defineLoader('ProductVariant', byShop('variants'));

  registry.type<unknown>('QueryRoot', {
    product: withArgs(['id'], (_source, args) => refOrNull('Product', idOf('Product', args.id))),
    productVariant: withArgs(['id'], (_source, args) => refOrNull('ProductVariant', idOf('ProductVariant', args.id))),
    products: withArgs([...PAGING, 'query', 'sortKey'], (_source, args, ctx, info) => {
      const now = ctx.world.clock.now();
      const search = compileSearch(PRODUCT_SEARCH, args.query, now);
      return page(ctx, info, args, {
        select: 'SELECT p.* FROM products p',
        where: [{ sql: 'p.shop_id = ?', params: [ctx.shop.id] }, ...(search ? [search] : [])],
        id: 'p.id',
        sort: sortOf(PRODUCT_SORT, args.sortKey, 'products'),
        toNode: (row) => ({ __typename: 'Product', ...row }),
      });
    }),
    productsCount: withArgs(['query', 'limit'], (_source, args, ctx) => {
      const search = compileSearch(PRODUCT_SEARCH, args.query, ctx.world.clock.now());
      return exactCount(
        ctx.world.state.get<{ n: number }>(
          `SELECT count(*) AS n FROM products p WHERE p.shop_id = ?${search ? ` AND (${search.sql})` : ''}`,
          ctx.shop.id,
          ...(search?.params ?? []),
        )?.n ?? 0,
      );
    }),
    productVariants: withArgs([...PAGING, 'query', 'sortKey'], (_source, args, ctx, info) => {
      const search = compileSearch(VARIANT_SEARCH, args.query, ctx.world.clock.now());
      return page(ctx, info, args, {
        select: 'SELECT v.* FROM variants v',
        where: [{ sql: 'v.shop_id = ?', params: [ctx.shop.id] }, ...(search ? [search] : [])],
        id: 'v.id',
        sort: sortOf(VARIANT_SORT, args.sortKey, 'productVariants'),
        toNode: (row) => ({ __typename: 'ProductVariant', ...row }),
      });
    }),
    productVariantsCount: withArgs(['query', 'limit'], (_source, args, ctx) => {
      const search = compileSearch(VARIANT_SEARCH, args.query, ctx.world.clock.now());
      return exactCount(
        ctx.world.state.get<{ n: number }>(
          `SELECT count(*) AS n FROM variants v WHERE v.shop_id = ?${search ? ` AND (${search.sql})` : ''}`,
          ctx.shop.id,
          ...(search?.params ?? []),
        )?.n ?? 0,
      );
    }),
    productTypes: withArgs(PAGING, (_source, args, ctx, info) =>
      pageOfList(
        ctx,
        info,
        args,
        distinct(
          ctx.world.state.all<{ value: string }>(
            "SELECT DISTINCT product_type AS value FROM products WHERE shop_id = ? AND product_type <> '' ORDER BY 1",
            ctx.shop.id,
          ),
        ),
        1_000,
      ),
    ),
    productVendors: withArgs(PAGING, (_source, args, ctx, info) =>
      pageOfList(
        ctx,
        info,
        args,
        distinct(
          ctx.world.state.all<{ value: string }>(
            "SELECT DISTINCT vendor AS value FROM products WHERE shop_id = ? AND vendor <> '' ORDER BY 1",
            ctx.shop.id,
          ),
        ),
        1_000,
      ),
    ),
    productTags: withArgs(PAGING, (_source, args, ctx, info) =>
      pageOfList(
        ctx,
        info,
        args,
        distinct(
          ctx.world.state.all<{ value: string }>(
            'SELECT DISTINCT t.value AS value FROM products p, json_each(p.tags) t WHERE p.shop_id = ? ORDER BY 1',
            ctx.shop.id,
          ),
        ),
        1_000,
      ),
    ),
  });

  registry.type<ProductRow>('Product', {
    id: (row) => gid('Product', row.id),
    legacyResourceId: legacyId,
    handle: (row) => row.handle,
    title: (row) => row.title,
    description: (row) => dataOf<ProductData>(row).descriptionHtml.replace(/<[^>]+>/g, ''),
    descriptionHtml: (row) => dataOf<ProductData>(row).descriptionHtml,
    vendor: (row) => row.vendor,
    productType: (row) => row.product_type,
    category: (row) => {
      const { category } = dataOf<ProductData>(row);
      return category && { ...category, name: category.fullName.split(' > ').at(-1) };
    },
    status: (row) => row.status,
    tags: (row) => JSON.parse(row.tags) as string[],
    isGiftCard: (row) => row.gift_card === 1,
    publishedAt: (row) => dateTimeOrNull(dataOf<ProductData>(row).publishedAt),
    createdAt: (row) => dateTime(row.created_at),
    updatedAt: (row) => dateTime(row.updated_at),
    options: withArgs(['first'], (row, args) =>
      dataOf<ProductData>(row)
        .options.slice(0, (args.first as number | undefined) ?? 3)
        .map((option, index) => ({
          id: gid('ProductOption', option.id),
          name: option.name,
          position: index + 1,
          values: option.values,
        })),
    ),
    featuredMedia: (row) => {
      const { image } = dataOf<ProductData>(row);
      const id = gid('MediaImage', row.id);
      return (
        image && {
          __typename: 'MediaImage',
          id,
          alt: image.alt,
          preview: {
            image: { id: gid('ImageSource', row.id), url: image.url, altText: image.alt, width: null, height: null },
          },
        }
      );
    },
    totalInventory: (row, _args, ctx) =>
      ctx.world.state.get<{ n: number }>(
        'SELECT coalesce(sum(l.available), 0) AS n FROM levels l JOIN variants v ON v.item_id = l.item_id WHERE v.product_id = ? AND l.active = 1 AND v.tracked = 1',
        row.id,
      )?.n ?? 0,
    tracksInventory: (row, _args, ctx) =>
      ctx.world.state.get('SELECT 1 FROM variants WHERE product_id = ? AND tracked = 1', row.id) !== undefined,
    hasOnlyDefaultVariant: (row, _args, ctx) =>
      ctx.world.state
        .all<VariantRow>('SELECT * FROM variants WHERE product_id = ?', row.id)
        .every((variant) => variant.title === 'Default Title'),
    hasVariantsThatRequiresComponents: (row, _args, ctx) =>
      ctx.world.state.get('SELECT 1 FROM variants WHERE product_id = ? AND requires_components = 1', row.id) !== undefined,
    variantsCount: (row, _args, ctx) =>
      exactCount(ctx.world.state.get<{ n: number }>('SELECT count(*) AS n FROM variants WHERE product_id = ?', row.id)?.n ?? 0),
    variants: withArgs([...PAGING, 'sortKey'], (row, args, ctx, info) =>
      page(ctx, info, args, {
        select: 'SELECT v.* FROM variants v',
        where: [{ sql: 'v.product_id = ?', params: [row.id] }],
        id: 'v.id',
        sort: sortOf(VARIANT_SORT, args.sortKey ?? 'POSITION', 'Product.variants'),
        toNode: (variant) => ({ __typename: 'ProductVariant', ...variant }),
      }),
    ),
    metafield: withArgs(['key', 'namespace'], (row, args, ctx) => metafieldOf(ctx, gid('Product', row.id), args)),
    metafields: withArgs(metafieldArguments, (row, args, ctx, info) => metafieldsOf(ctx, info, gid('Product', row.id), args)),
  });

  registry.type<VariantRow>('ProductVariant', {
    id: (row) => gid('ProductVariant', row.id),
    legacyResourceId: legacyId,
    title: (row) => row.title,
    displayName: (row, _args, ctx) =>
      `${ctx.world.state.get<ProductRow>('SELECT * FROM products WHERE id = ?', row.product_id)?.title ?? ''} - ${row.title}`,
    sku: (row) => row.sku,
    barcode: (row) => row.barcode,
    position: (row) => row.position,
    price: (row, _args, ctx) => fixed(row.price, ctx.shop.data.currency),
    compareAtPrice: (row, _args, ctx) => (row.compare_at === null ? null : fixed(row.compare_at, ctx.shop.data.currency)),
    taxable: (row) => row.taxable === 1,
    availableForSale: (row, _args, ctx) => row.tracked === 0 || row.policy === 'CONTINUE' || available(ctx.world.state, row) > 0,
    inventoryPolicy: (row) => row.policy,
    inventoryQuantity: (row, _args, ctx) => available(ctx.world.state, row),
    requiresComponents: (row) => row.requires_components === 1,
    selectedOptions: (row) => dataOf<VariantData>(row).selectedOptions.map((option) => ({ ...option, optionValue: null })),
    inventoryItem: (row) => ref('InventoryItem', row.item_id),
    product: (row) => ref('Product', row.product_id),
    productVariantComponents: withArgs(PAGING, (row, args, ctx, info) => {
      const components = dataOf<VariantData>(row).components ?? [];
      const found = components.flatMap((component, index) => {
        const variant = ctx.world.state.get<VariantRow>(
          'SELECT * FROM variants WHERE shop_id = ? AND sku = ? ORDER BY id',
          row.shop_id,
          component.sku,
        );
        return variant
          ? [
              {
                id: gid('ProductVariantComponent', row.id * 100 + index),
                quantity: component.quantity,
                productVariant: ref('ProductVariant', variant.id),
              },
            ]
          : [];
      });
      return pageOfList(ctx, info, args, found);
    }),
    createdAt: (row) => dateTime(row.created_at),
    updatedAt: (row) => dateTime(row.updated_at),
    metafield: withArgs(['key', 'namespace'], (row, args, ctx) => metafieldOf(ctx, gid('ProductVariant', row.id), args)),
    metafields: withArgs(metafieldArguments, (row, args, ctx, info) =>
      metafieldsOf(ctx, info, gid('ProductVariant', row.id), args),
    ),
  });
}

const distinct = (rows: { value: string }[]): string[] => rows.map((row) => row.value);

const available = (state: State, row: VariantRow): number =>
  state.get<{ n: number }>('SELECT coalesce(sum(available), 0) AS n FROM levels WHERE item_id = ? AND active = 1', row.item_id)
    ?.n ?? 0;
