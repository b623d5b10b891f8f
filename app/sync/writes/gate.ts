import type { LiveConnection } from '../../connections/open-connection.ts';
import type { Reason } from '../../connectors/contract/index.ts';

/** What of a connection decides whether it may write. */
export type GatedConnection = Pick<LiveConnection, 'state' | 'access' | 'dryRun'>;

/**
 * Whether a write may leave: by kind of target, never by HTTP verb (some vendors search by POST, a Shopify bulk query is a
 * mutation that only reads). Null lets it pass; a reason keeps it a plan.
 */
export function gateFor(live: GatedConnection, target: 'shopify' | 'back-office'): Reason | null {
  if (live.state === 'deactivated' || live.access === 'none') return { code: 'connection-deactivated', params: {} };
  if (live.dryRun) return { code: 'dry-run', params: {} };
  if (target === 'shopify' && live.access === 'read') return { code: 'read-only', params: {} };
  return null;
}
