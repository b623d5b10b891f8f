import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { gid } from '../core/gid.ts';
import { dateTime } from '../core/moment.ts';
import type { Shop, World } from '../core/world.ts';

export interface BulkRow {
  id: number;
  shop_id: number;
  type: 'QUERY' | 'MUTATION';
  status: string;
  error_code: string | null;
  query: string;
  data: string;
  object_count: number;
  root_count: number;
  file: string | null;
  file_size: number | null;
  partial: number;
  created_at: number;
  completed_at: number | null;
}

/** How many of a kind may run at once for an app and shop (facts: shopify.md §4 Bulk operations). */
export const MAX_RUNNING = 5;
export const RESULT_DAYS = 7;

export const bulkById = (world: World, id: number): BulkRow | undefined =>
  world.state.get<BulkRow>('SELECT * FROM bulk_operations WHERE id = ?', id);

export const running = (world: World, shop: Shop, type: BulkRow['type']): BulkRow[] =>
  world.state.all<BulkRow>(
    "SELECT * FROM bulk_operations WHERE shop_id = ? AND type = ? AND status IN ('CREATED', 'RUNNING', 'CANCELING') ORDER BY id",
    shop.id,
    type,
  );

/** Where an operation's result is written. */
export function resultFile(world: World, id: number): string {
  const folder = join(world.filesDir, 'bulk');
  mkdirSync(folder, { recursive: true });
  return join(folder, `${id}-${randomBytes(6).toString('hex')}.jsonl`);
}

/** Ends an operation and tells bulk_operations/finish (which may get lost on its way). */
export function finishBulk(
  world: World,
  shop: Shop,
  id: number,
  end: { status: 'COMPLETED' | 'FAILED' | 'CANCELED'; errorCode?: string; file: string; objects: number; roots: number },
): void {
  world.change(shop, (change) => {
    const size = statSync(end.file, { throwIfNoEntry: false })?.size ?? 0;
    change.state.run(
      'UPDATE bulk_operations SET status = ?, error_code = ?, file = ?, file_size = ?, object_count = ?, root_count = ?, partial = ?, completed_at = ? WHERE id = ?',
      end.status,
      end.errorCode ?? null,
      size > 0 ? end.file : null,
      size,
      end.objects,
      end.roots,
      end.status === 'COMPLETED' ? 0 : 1,
      change.at,
      id,
    );
    const row = bulkById(world, id);
    if (!row) return;
    change.tell('bulk_operations/finish', () => ({
      admin_graphql_api_id: gid('BulkOperation', id),
      completed_at: dateTime(row.completed_at ?? change.at),
      created_at: dateTime(row.created_at),
      error_code: row.error_code?.toLowerCase() ?? null,
      status: row.status.toLowerCase(),
      type: row.type.toLowerCase(),
    }));
  });
  world.wake();
}
