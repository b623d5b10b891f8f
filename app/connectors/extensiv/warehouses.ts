import type { Account } from './account.ts';
import { inPath } from './account.ts';
import { warehouseNamesMs } from './assumptions.ts';
import { baseUrlOf } from './base-url.ts';
import { inventoryPages } from './inventory.ts';
import * as wire from './wire.ts';

/** IM has no list of warehouses: they stand beside the stock they hold, each with its key. Those without any stock row can't be seen. */
export async function warehousesOf(account: Account): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for await (const { rows } of inventoryPages(account)) for (const row of rows) note(row, names);
  return names;
}

function note({ warehouses }: wire.InventoryRow, names: Map<string, string>): void {
  for (const [pk, { warehouse }] of Object.entries(warehouses)) names.set(pk, warehouse ?? pk);
}

const known = new Map<string, { names: Map<string, string>; until: number }>();

/**
 * A warehouse's name by its key, or null where there is no such warehouse. Kept for all orders of this process; first sought beside the stock of
 * a product of the order, which is one call, then in the whole inventory.
 */
export async function warehouseName(account: Account, pk: string, sku: string): Promise<string | null> {
  const { client, context, settings } = account;
  const key = `${baseUrlOf(settings)} ${settings.apiUser}`;
  const now = context.nowMs();
  const held = known.get(key);
  const names = held && held.until > now ? held.names : new Map<string, string>();
  if (names !== held?.names) known.set(key, { names, until: now + warehouseNamesMs });
  if (!names.has(pk)) {
    const row = await client.lookUp('merchant', `/merchant/inventory/${inPath(sku)}`, wire.inventoryRow);
    if (row) note(row, names);
  }
  if (!names.has(pk)) for (const [one, name] of await warehousesOf(account)) names.set(one, name);
  return names.get(pk) ?? null;
}
