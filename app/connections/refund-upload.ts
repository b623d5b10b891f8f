import type { Reason } from '../connectors/contract/index.ts';
import type { Tx } from '../db/scope.ts';
import { capabilitiesOf, connectorDefinition } from './known-connectors.ts';
import { findConnection } from './connections.ts';
import { readSync } from './syncs.ts';

/** Whether returns that the back office took become refunds in Shopify, and why that can't be switched on. */
export interface RefundUpload {
  on: boolean;
  /** `missing.<code>`: what keeps it from being switched on; null when nothing does. */
  reason: Reason | null;
}

/** The returns sync's own setting `refund`, shown beside what else may be written to Shopify. */
export async function readRefundUpload(tx: Tx, shopId: number, connectionId: string): Promise<RefundUpload> {
  const row = await findConnection(tx, shopId, connectionId);
  const { enabled, settings } = await readSync(tx, shopId, connectionId, 'returns');
  const backOffice = connectorDefinition(row.connector).label;
  if (!capabilitiesOf(row).returns) return { on: false, reason: { code: 'returns-not-offered', params: { backOffice } } };
  return { on: settings.refund, reason: enabled ? null : { code: 'returns-sync-off', params: {} } };
}
