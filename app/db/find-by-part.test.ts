import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Prisma } from '@prisma/client';
import { openTestDatabase } from '../../tests/setup/database.ts';

const database = await openTestDatabase();
const { prisma } = await import('./client.ts');
const { inShop, inSystem } = await import('./scope.ts');
const { containing } = await import('./find-by-part.ts');

const at = new Date('2026-11-21T12:00:00Z');
const shops: number[] = [];
const COMMON = 1_100;

beforeAll(async () => {
  for (const name of ['one', 'two']) {
    const data = { domain: `find-${name}.myshopify.com`, installedAt: at };
    const { id } = await inSystem('install-shop', (tx) => tx.shop.create({ data }));
    shops.push(id);
    await inShop(id, async (tx) => {
      await tx.$executeRaw`
        INSERT INTO variant (shop_id, id, product_id, inventory_item_id, sku, barcode, product_title, title, product_type, vendor, tags, status, price, tracked,
          requires_shipping, is_gift_card, has_components, when_out_of_stock, shopify_updated_at, read_at, deleted_at)
        SELECT ${id}, ${name} || n, 'p' || n / 10, 'i' || n, 'SKU-' || n, CASE WHEN n % 2 = 0 THEN '40' || n END, CASE WHEN n = 7 THEN '50% off' ELSE 'Shirt ' || n / 10 END,
          'Size ' || n % 10, '', '', '{}', 'ACTIVE', 100, true, true, false, false, 'deny', ${at}, ${at}, CASE WHEN n = 1008 THEN ${at}::timestamptz END
        FROM generate_series(1, ${COMMON}::int) n`;
      for (const [order, number] of [
        ['#1001', 'WMS-77'],
        ['#1002', null],
      ])
        await tx.$executeRaw`
          WITH o AS (INSERT INTO shop_order (shop_id, id, name, shopify_updated_at, placed_at, financial_status, fulfilment_status, currency, total, units, tags, verdict,
            first_seen_at, decided_at) VALUES (${id}, ${`${name} ${order}`}, ${order}, ${at}, ${at}, 'PAID', 'UNFULFILLED', 'EUR', 1, 1, '{}', 'send', ${at}, ${at}))
          INSERT INTO part (shop_id, order_id, connection_id, number, reference, location_id, facility_id, fulfilment_order_ids, remote_number, created_at)
          VALUES (${id}, ${`${name} ${order}`}, gen_random_uuid(), 1, ${`X${order}`}, '', '', '{}', ${number}, ${at})`;
    });
  }
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const find = (what: 'variants' | 'orders', text: string) =>
  inShop(shops[0]!, async (tx) => {
    const from = what === 'variants' ? Prisma.sql`variant v WHERE v.deleted_at IS NULL` : Prisma.sql`shop_order o WHERE true`;
    const found = await containing(tx, what, text);
    const conditions = found.map((one) => Prisma.sql`AND ${one}`);
    const rows = await tx.$queryRaw<{ id: string }[]>`SELECT id FROM ${from} ${Prisma.join(conditions, ' ', ' ')} ORDER BY id`;
    return { ids: rows.map(({ id }) => id), walked: found[0]?.text.includes('strpos') ?? false };
  });

describe('looking for a part of a word', () => {
  it.each([
    ['a part of the SKU', 'ku-1099', ['one1099']],
    ['a barcode', '401098', ['one1098']],
    ['a part of the title, and a sign that SQL has a meaning for', '0% of', ['one7']],
    ['what was deleted is not found', 'SKU-1008', []],
    ['nothing', 'no such thing', []],
  ])('finds variants of this shop alone by %s', async (_what, text, ids) => {
    expect(await find('variants', text)).toEqual({ ids, walked: false });
  });

  it.each([
    ['Shopify’s number', '#1001', ['one #1001']],
    ['a part’s number', 'x#1002', ['one #1002']],
    ['the back office’s number', 'ms-77', ['one #1001']],
  ])('finds orders of this shop alone by %s', async (_what, text, ids) => {
    expect(await find('orders', text)).toEqual({ ids, walked: false });
  });

  it('walks through the list where the text is common or short, and finds the same', async () => {
    const common = await find('variants', 'SHIRT');
    expect([common.walked, common.ids.length]).toEqual([true, COMMON - 2]);
    const short = await find('variants', '0%');
    expect(short).toEqual({ ids: ['one7'], walked: true });
    expect(await find('orders', '10')).toEqual({ ids: ['one #1001', 'one #1002'], walked: true });
  });

  it('is asked for nothing by an empty text', async () => {
    expect(await inShop(shops[0]!, (tx) => containing(tx, 'variants', '  '))).toEqual([]);
  });
});
