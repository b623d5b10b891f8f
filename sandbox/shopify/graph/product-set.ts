import { gid } from '../core/gid.ts';
import { toMinor } from '../core/money.ts';
import { onlyKnown } from '../core/not-implemented.ts';
import { ref } from '../core/refs.ts';
import type { Registry } from '../core/registry.ts';
import { Refused } from '../core/user-error.ts';
import { addProduct, type NewProduct, type NewVariant } from '../domain/catalogue.ts';
import { defineMutation } from './mutation.ts';
import { setMetafield, type MetafieldInput } from './metafields.ts';

interface OptionInput {
  name: string;
  values?: { name: string }[];
}
interface VariantInput {
  optionValues: { optionName?: string; name?: string }[];
  sku?: string;
  barcode?: string;
  price?: string;
  inventoryItem?: { sku?: string; tracked?: boolean; requiresShipping?: boolean };
}
interface ProductInput {
  title?: string;
  status?: 'ACTIVE' | 'DRAFT' | 'ARCHIVED' | 'UNLISTED';
  vendor?: string;
  productType?: string;
  tags?: string[];
  productOptions?: OptionInput[];
  variants?: VariantInput[];
  metafields?: MetafieldInput[];
}

const KNOWN = ['title', 'status', 'vendor', 'productType', 'tags', 'productOptions', 'variants', 'metafields'];
const KNOWN_OF_VARIANT = ['optionValues', 'sku', 'barcode', 'price', 'inventoryItem'];

function variantOf(input: VariantInput, options: readonly OptionInput[], index: number, currency: string): NewVariant {
  onlyKnown(input as unknown as Record<string, unknown>, KNOWN_OF_VARIANT, 'ProductVariantSetInput');
  const values = options.map(({ name }) => input.optionValues.find(({ optionName }) => optionName === name)?.name);
  if (values.includes(undefined) || input.optionValues.length !== options.length)
    throw new Refused('Variant options must match the options of the product.', {
      field: ['input', 'variants', String(index), 'optionValues'],
      code: 'INVALID_VARIANT',
    });
  return {
    options: values.map((value) => value ?? ''),
    sku: input.sku ?? input.inventoryItem?.sku ?? null,
    barcode: input.barcode ?? null,
    price: input.price === undefined ? 0 : toMinor(input.price, currency),
    tracked: input.inventoryItem?.tracked ?? false,
    requiresShipping: input.inventoryItem?.requiresShipping ?? true,
  };
}

/** productSet, which makes a product with its variants in one call. Only making is imitated: nobody of ours changes one. */
export function productSetFields(registry: Registry): void {
  defineMutation(registry, 'productSet', ['input', 'synchronous'], (change, args) => {
    const input = args.input as ProductInput;
    onlyKnown(input as unknown as Record<string, unknown>, KNOWN, 'ProductSetInput');
    if (!input.title?.trim()) throw new Refused("Title can't be blank", { field: ['input', 'title'], code: 'INVALID_INPUT' });
    const options = input.productOptions ?? [];
    if ((input.variants?.length ?? 0) > 0 && options.length === 0)
      throw new Refused('Product options must be specified when updating variants.', {
        field: ['input', 'productOptions'],
        code: 'PRODUCT_OPTIONS_INPUT_MISSING',
      });
    const { currency } = change.shop.data;
    const product: NewProduct = {
      title: input.title.trim(),
      status: input.status ?? 'ACTIVE',
      ...(input.vendor === undefined ? {} : { vendor: input.vendor }),
      type: input.productType ?? '',
      tags: input.tags ?? [],
      optionNames: options.length > 0 ? options.map(({ name }) => name) : ['Title'],
      variants: input.variants?.map((variant, index) => variantOf(variant, options, index, currency)) ?? [{ price: 0 }],
    };
    const { id } = addProduct(change, product);
    (input.metafields ?? []).forEach((metafield, index) =>
      setMetafield(change, gid('Product', id), metafield, ['input', 'metafields', String(index)]),
    );
    return { product: ref('Product', id) };
  });
}
