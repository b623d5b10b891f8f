import { sha256 } from '../../core/crypto.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { performWrite } from '../writes/perform-write.ts';
import type { MirrorTools } from './fulfil.ts';
import type { StoredShipment } from './shipment-rows.ts';

/**
 * Adds a parcel's lot and serial numbers to the order's note, once; what stands there stays. The reason where access level or dry run keep it a plan.
 */
export async function noteLots(
  live: LiveConnection,
  shipment: StoredShipment,
  orderId: string,
  line: string,
  { shopify, lease, runId }: MirrorTools,
): Promise<Reason | null> {
  const holds = (note: string | null): boolean => (note ?? '').split('\n').includes(line);
  const done = await performWrite<{ line: string }>(
    live,
    {
      ...{ target: 'shopify', kind: 'order-note', class: 'reversible', lease },
      subject: { kind: 'shipment', id: shipment.id },
      key: `order-note:${shipment.id}:${sha256(line).slice(0, 24)}`,
      after: { orderId, line },
      ...(runId ? { runId } : {}),
    },
    {
      async send() {
        const note = await shopify.readNote(orderId);
        if (!holds(note)) await shopify.writeNote(orderId, [note?.trimEnd() ?? '', line].filter((one) => one !== '').join('\n'));
        return { line };
      },
      ask: async () => (holds(await shopify.readNote(orderId)) ? { line } : null),
    },
  );
  return done.outcome === 'withheld' ? done.reason : null;
}
