import type { Reason, Shipment } from '../../connectors/contract/index.ts';
import { matchLines, type OpenLine } from './match-lines.ts';

export interface ShipmentMatch {
  matched: { lineId: string; quantity: number }[];
  /** Why units found no line: `shipped-more-than-open`, `shipped-unknown-sku`. */
  problems: Reason[];
}

/** Ties the lines of a shipment to the open lines of its part. A cancelled shipment stands for no units. */
export function matchShipment(shipment: Pick<Shipment, 'lines' | 'cancelled'>, open: readonly OpenLine[]): ShipmentMatch {
  if (shipment.cancelled) return { matched: [], problems: [] };
  const { matched, unmatched } = matchLines(shipment.lines, open);
  return {
    matched,
    problems: unmatched.map(({ cause, sku, quantity, open: was }): Reason =>
      cause === 'unknown-sku'
        ? { code: 'shipped-unknown-sku', params: { sku, quantity } }
        : { code: 'shipped-more-than-open', params: { sku, quantity, open: was } },
    ),
  };
}
