import { createRoute, z } from '@hono/zod-openapi';
import { setDetails } from '../product-details.ts';
import { listProducts, upsertProducts } from '../products.ts';
import { body, failures, ok, roomOf, secured, type StockroomApi } from './api-app.ts';

const text = z.string().max(500);
const amount = z.int().min(0).nullable().optional();
const option = z.object({ name: z.string().max(255), value: z.string().max(255) });
const fields = z.record(z.string().min(1).max(80), z.string().max(5_000));
const ProductInput = z
  .object({
    id: z.uuid().optional().openapi({ description: 'Only to give a known product another SKU.' }),
    sku: z.string(),
    title: text,
    variantTitle: text.nullable().optional(),
    externalId: text.nullable().optional(),
    barcode: text.nullable().optional(),
    productType: text.optional(),
    vendor: text.optional(),
    price: amount.openapi({ description: 'Minor units of `currency`.' }),
    cost: amount,
    currency: z.string().length(3).nullable().optional(),
    weightGrams: z.number().min(0).nullable().optional(),
    countryOfOrigin: z.string().length(2).nullable().optional(),
    hsCode: text.nullable().optional(),
    imageUrl: z.url().nullable().optional(),
    tags: z.array(z.string().max(255)).max(250).optional(),
    options: z.array(option).max(3).optional(),
    attributes: fields.optional().openapi({ description: 'What the shop sends along, by its own names.' }),
    details: fields.optional().openapi({
      description:
        'What the warehouse keeps of it, by its own names. Left as it is where it is not given. The shop can have them written to metafields.',
    }),
    active: z.boolean().optional(),
    storeId: z.uuid().nullable().optional().openapi({ description: 'Which of the stores it belongs to.' }),
  })
  .openapi('ProductInput');
const ProductJson = z
  .object({
    id: z.uuid(),
    sku: z.string(),
    externalId: z.string().nullable(),
    barcode: z.string().nullable(),
    title: z.string(),
    variantTitle: z.string().nullable(),
    productType: z.string(),
    vendor: z.string(),
    price: z.int().nullable(),
    cost: z.int().nullable(),
    currency: z.string().nullable(),
    weightGrams: z.number().nullable(),
    countryOfOrigin: z.string().nullable(),
    hsCode: z.string().nullable(),
    imageUrl: z.string().nullable(),
    tags: z.array(z.string()),
    options: z.array(option),
    attributes: fields,
    details: fields,
    active: z.boolean(),
    storeId: z.uuid().nullable(),
  })
  .openapi('Product');
const ResultJson = z
  .object({
    sku: z.string(),
    outcome: z.enum(['created', 'updated', 'unchanged', 'refused']),
    id: z.uuid().optional(),
    field: z.string().optional(),
    text: z.string().optional(),
  })
  .openapi('ProductResult');
const tags = ['Products'];

export function addProductRoutes(api: StockroomApi): void {
  api.openapi(
    createRoute({
      ...secured,
      method: 'get',
      path: '/products',
      tags,
      summary: 'List products by SKU',
      request: {
        query: z.object({
          search: z.string().optional().openapi({ description: 'In SKU, barcode and title.' }),
          page: z.coerce.number().int().min(1).default(1),
          limit: z.coerce.number().int().min(1).max(250).default(50),
        }),
      },
      responses: { 200: ok(z.object({ products: z.array(ProductJson), total: z.int() })), ...failures },
    }),
    async (context) => {
      const { search, page, limit } = context.req.valid('query');
      return context.json(
        await listProducts({ ...roomOf(context), ...(search ? { search } : {}), page: { number: page, size: limit } }),
        200,
      );
    },
  );
  api.openapi(
    createRoute({
      ...secured,
      method: 'put',
      path: '/products',
      tags,
      summary: 'Create and update products by SKU',
      description: 'Up to 5,000 at once. Each is answered; one bad record does not fail the rest.',
      request: { body: body(z.object({ products: z.array(ProductInput).min(1).max(5000) })) },
      responses: { 200: ok(z.object({ results: z.array(ResultJson) })), ...failures },
    }),
    async (context) =>
      context.json({ results: await upsertProducts({ ...roomOf(context), products: context.req.valid('json').products }) }, 200),
  );
  api.openapi(
    createRoute({
      ...secured,
      method: 'put',
      path: '/products/details',
      tags,
      summary: 'Set what the warehouse keeps of products',
      description: 'Details by SKU, all of a product at once; nothing else of the product is touched. Unknown SKUs are named.',
      request: {
        body: body(
          z.object({
            products: z
              .array(z.object({ sku: z.string(), details: fields }))
              .min(1)
              .max(5000),
          }),
        ),
      },
      responses: { 200: ok(z.object({ unknown: z.array(z.string()) })), ...failures },
    }),
    async (context) => context.json(await setDetails({ ...roomOf(context), products: context.req.valid('json').products }), 200),
  );
}
