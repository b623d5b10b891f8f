import type { Account } from './account.ts';
import { pageRows } from './assumptions.ts';
import * as wire from './wire.ts';

/** The whole inventory, page by page to its true end: IM may cut a page shorter than asked, so only an empty page or a repeated one ends it. */
export async function* inventoryPages(
  { client, context }: Account,
  limit = pageRows.inventory,
): AsyncGenerator<{ rows: wire.InventoryRow[]; asOf: number }> {
  const seen = new Set<string>();
  let unreadable = 0;
  for (let page = 1; ; page += 1) {
    const asOf = context.nowMs();
    const { rows, unread, total } = await client.page('merchant', '/merchant/inventory', wire.inventoryRow, { limit, page });
    const fresh = rows.filter(({ sku }) => !seen.has(sku));
    for (const { sku } of fresh) seen.add(sku);
    if (fresh.length > 0) yield { rows: fresh, asOf };
    unreadable += unread;
    const more = fresh.length > 0 || unread > 0;
    if (!more || (total !== null && seen.size + unreadable >= total)) return;
  }
}
