import type { UserError } from '../core/user-error.ts';
import type { Shop, World } from '../core/world.ts';

interface Row {
  fingerprint: string;
  answer: string | null;
  created_at: number;
}

export interface Reservation {
  /** Keeps the answer for whoever repeats the request. */
  keep(payload: Record<string, unknown>): void;
  /** The request came to nothing: the key is free again. */
  forget(): void;
}

const KEPT_MS = 24 * 3_600_000;

/**
 * Reserves an idempotency key for one mutation (facts: shopify.md §1): the same request again gets the same answer, another
 * request under the same key IDEMPOTENCY_KEY_PARAMETER_MISMATCH, one that runs at this moment IDEMPOTENCY_CONCURRENT_REQUEST.
 */
export function beginIdempotent(
  world: World,
  shop: Shop,
  key: string,
  mutation: string,
  args: Record<string, unknown>,
): Reservation | { replay: Record<string, unknown> } | { error: UserError } {
  const { state } = world;
  const now = world.clock.now();
  const fingerprint = `${mutation} ${stable(args)}`;
  state.run('DELETE FROM idempotency WHERE shop_id = ? AND key = ? AND created_at < ?', shop.id, key, now - KEPT_MS);
  const row = state.get<Row>('SELECT * FROM idempotency WHERE shop_id = ? AND key = ?', shop.id, key);
  if (row && row.fingerprint !== fingerprint) {
    return {
      error: {
        field: null,
        message: 'The same idempotency key cannot be used with different parameters.',
        code: 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH',
      },
    };
  }
  if (row?.answer === null) {
    return {
      error: {
        field: null,
        message: 'A request with the same idempotency key is being processed.',
        code: 'IDEMPOTENCY_CONCURRENT_REQUEST',
      },
    };
  }
  if (row) return { replay: JSON.parse(row.answer) as Record<string, unknown> };
  state.run('INSERT INTO idempotency (shop_id, key, fingerprint, created_at) VALUES (?,?,?,?)', shop.id, key, fingerprint, now);
  return {
    keep: (payload) =>
      void state.run('UPDATE idempotency SET answer = ? WHERE shop_id = ? AND key = ?', JSON.stringify(payload), shop.id, key),
    forget: () => void state.run('DELETE FROM idempotency WHERE shop_id = ? AND key = ?', shop.id, key),
  };
}

/** JSON with sorted keys: the same input whatever the order it was written in. */
function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${stable(inner)}`)
    .join(',')}}`;
}
