import { z } from 'zod';
import type { Api } from './api.ts';
import { filled, integer, optional, parse, readJson, readList } from './body.ts';
import { FACTS } from './facts.ts';
import { own } from './filters.ts';
import { idParam, list } from './lists.ts';
import {
  embeddedProduct,
  keptBody,
  presentProduct,
  presentSku,
  productBody,
  productBySku,
  productRow,
  putProduct,
  type ProductRow,
  type SkuRow,
} from './product-record.ts';
import { notFound, Refusal, refuseColumns, type ColumnErrors } from './refusals.ts';
import type { World } from './world.ts';

const skuBody = z.strictObject({
  sku: filled,
  name: optional(z.string()),
  is_default: optional(z.boolean()),
  merchant_channel_ids: optional(z.array(integer)),
});
const kitBody = z.strictObject({
  name: filled,
  product_id: integer,
  items: z.array(z.strictObject({ product_id: integer, quantity: integer })).min(1),
});

/** `/inventory/products`, its bulk twin, SKUs and kits. */
export function products(api: Api, world: World): void {
  const find = (id: number): ProductRow => {
    const row = productRow(world, id);
    if (!row) throw notFound('product', id);
    return row;
  };

  api.get('/inventory/products', (c) =>
    list<ProductRow>(world, c, {
      envelope: 'products',
      from: 'products t',
      filters: {
        ...own('integer', 'id', 'merchant_id', 'third_party_id'),
        ...own('text', 'name', 'article_number', 'management_type'),
        ...own('boolean', 'active'),
        ...own('time', 'inserted_at', 'updated_at'),
        sku: { kind: 'text', column: 's.sku', within: 'SELECT product_id FROM product_skus s' },
        barcode: { kind: 'text', column: 'b.code', within: 'SELECT product_id FROM barcodes b' },
      },
      present: (row) => presentProduct(world, row),
    }),
  );
  api.post('/inventory/products', async (c) =>
    c.json(presentProduct(world, putProduct(world, parse(productBody, await readJson(c)))), 201),
  );
  api.get('/inventory/products/:id', (c) => c.json(presentProduct(world, find(idParam(c)))));
  api.put('/inventory/products/:id', async (c) => {
    const row = find(idParam(c));
    return c.json(
      presentProduct(
        world,
        putProduct(world, parse(productBody, { ...keptBody(world, row), ...((await readJson(c)) as object) }), row.id),
      ),
    );
  });

  api.post('/inventory/bulk/products', async (c) =>
    c.json(
      bulk('created', await readList(c), (entry) => putProduct(world, parse(productBody, entry))),
      201,
    ),
  );
  api.put('/inventory/bulk/products', async (c) =>
    c.json(
      bulk('updated', await readList(c), (entry) => {
        const { id, ...fields } = entry as Record<string, unknown>;
        const row = typeof id === 'number' ? find(id) : productBySku(world, String(fields['sku']));
        if (!row) throw refuseColumns(FACTS.bulkProducts, { sku: 'does not exist' });
        return putProduct(world, parse(productBody, { ...keptBody(world, row), ...fields }), row.id);
      }),
      201,
    ),
  );

  api.get('/inventory/products/:id/skus', (c) => {
    const { id } = find(idParam(c));
    return list<SkuRow>(world, c, {
      envelope: 'product_skus',
      from: 'product_skus t',
      fixed: { sql: 't.product_id = ?', values: [id] },
      filters: { ...own('integer', 'id'), ...own('text', 'sku', 'name'), ...own('boolean', 'is_default') },
      present: presentSku,
    });
  });
  api.post('/inventory/products/:id/skus', async (c) => {
    const { id } = find(idParam(c));
    const body = parse(skuBody, await readJson(c));
    if (world.state.get('SELECT 1 FROM product_skus WHERE sku = ?', body.sku))
      throw refuseColumns(FACTS.skuTaken, { sku: 'has already been taken' });
    const now = world.now();
    return world.state.transaction(() => {
      if (body.is_default) {
        world.state.run('UPDATE product_skus SET is_default = 0 WHERE product_id = ?', id);
        world.state.run('UPDATE products SET sku = ?, updated_at = ? WHERE id = ?', body.sku, now, id);
      }
      const { lastId } = world.state.run(
        'INSERT INTO product_skus (product_id, sku, name, is_default, data, inserted_at, updated_at) VALUES (?,?,?,?,?,?,?)',
        id,
        body.sku,
        body.name,
        body.is_default ? 1 : 0,
        JSON.stringify({ merchant_channel_ids: body.merchant_channel_ids ?? [] }),
        now,
        now,
      );
      return c.json(presentSku(world.state.get<SkuRow>('SELECT * FROM product_skus WHERE id = ?', lastId) as SkuRow), 201);
    });
  });

  const presentKit = (row: Record<string, unknown>) => {
    const items = JSON.parse(String(row['items'])) as { product_id: number; quantity: number }[];
    return { ...row, items: items.map((item) => ({ ...item, product: embeddedProduct(world, item.product_id) })) };
  };
  api.get('/inventory/kits', (c) =>
    list<Record<string, unknown>>(world, c, {
      envelope: 'kits',
      from: 'kits t',
      filters: { ...own('integer', 'id', 'product_id'), ...own('text', 'name') },
      present: presentKit,
    }),
  );
  api.post('/inventory/kits', async (c) => {
    const body = parse(kitBody, await readJson(c));
    const errors: ColumnErrors = {};
    if (!productRow(world, body.product_id)) errors['product_id'] = 'does not exist';
    for (const [index, item] of body.items.entries())
      if (!productRow(world, item.product_id)) errors[`items.${index}.product_id`] = 'does not exist';
    if (Object.keys(errors).length > 0) throw refuseColumns(FACTS.columnErrors, errors);
    const now = world.now();
    const { lastId } = world.state.run(
      'INSERT INTO kits (name, product_id, items, inserted_at, updated_at) VALUES (?,?,?,?,?)',
      body.name,
      body.product_id,
      JSON.stringify(body.items),
      now,
      now,
    );
    return c.json(presentKit(world.state.get<Record<string, unknown>>('SELECT * FROM kits WHERE id = ?', lastId) ?? {}), 201);
  });
}

/** Each on its own; any refusal makes the answer 400 with what did succeed. The errors don't name their record: the spec's shape has no place for it. */
function bulk(
  key: 'created' | 'updated',
  entries: readonly unknown[],
  put: (entry: unknown) => ProductRow,
): Record<string, unknown> {
  const done: { id: number; sku: string }[] = [];
  const errors: { errors: ColumnErrors[] }[] = [];
  for (const entry of entries) {
    try {
      const { id, sku } = put(entry);
      done.push({ id, sku });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      errors.push({ errors: Object.entries(error.columns).map(([column, message]) => ({ [column]: message })) });
    }
  }
  if (errors.length > 0) throw new Refusal(FACTS.bulkProducts, 400, { [key]: done, errors });
  return { [key]: done };
}
