import { z } from 'zod';
import { readSync, saveCursor } from '../../connections/syncs.ts';
import type { Tx } from '../../db/scope.ts';
import type { StockRules } from './stock-facts.ts';

/** How far the sync has come: up to when the back office's changes were taken, when all was last compared, and under which rules. */
const cursorSchema = z.object({ pulledTo: z.number(), comparedAt: z.number(), rules: z.string() });
type InventoryCursor = z.infer<typeof cursorSchema>;

/** The cursor as it was stored, or null where everything is to be compared. */
export function inventoryCursor(stored: unknown): InventoryCursor | null {
  const parsed = cursorSchema.safeParse(stored);
  return parsed.success ? parsed.data : null;
}

/** Remembers how far a run has come. Where everything is to be compared since it began, a run that looked at changes only doesn't say otherwise. */
export async function saveInventoryCursor(
  tx: Tx,
  { shopId, connectionId }: Pick<StockRules, 'shopId' | 'connectionId'>,
  cursor: InventoryCursor,
  full: boolean,
): Promise<void> {
  if (!full && (await readSync(tx, shopId, connectionId, 'inventory')).cursor === null) return;
  await saveCursor(tx, shopId, connectionId, 'inventory', cursor);
}
