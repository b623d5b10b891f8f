import type { Reason, Return } from '../../connectors/contract/index.ts';
import { matchLines, type OpenLine } from '../shipments/match-lines.ts';

export interface ReturnMatch {
  matched: { lineId: string; quantity: number; restocked: number }[];
  /** Why units found no line: `returned-more-than-sold`, `returned-unknown-sku`. */
  problems: Reason[];
}

/** Ties the lines of a return to the lines of its part; `open` are the units sold and not returned by another return. */
export function matchReturn(lines: Return['lines'], open: readonly OpenLine[]): ReturnMatch {
  const back = matchLines(
    lines.filter(({ restocked }) => restocked),
    open,
  );
  const taken = new Map(back.matched.map(({ lineId, quantity }) => [lineId, quantity]));
  const rest = matchLines(
    lines.filter(({ restocked }) => !restocked),
    open.map((line) => ({ ...line, open: line.open - (taken.get(line.lineId) ?? 0) })),
  );
  const units = new Map<string, { quantity: number; restocked: number }>();
  for (const { lineId, quantity } of back.matched) units.set(lineId, { quantity, restocked: quantity });
  for (const { lineId, quantity } of rest.matched) {
    const before = units.get(lineId) ?? { quantity: 0, restocked: 0 };
    units.set(lineId, { ...before, quantity: before.quantity + quantity });
  }
  return {
    matched: [...units].map(([lineId, count]) => ({ lineId, ...count })),
    problems: [...back.unmatched, ...rest.unmatched].map(({ cause, sku, quantity, open: was }): Reason =>
      cause === 'unknown-sku'
        ? { code: 'returned-unknown-sku', params: { sku, quantity } }
        : { code: 'returned-more-than-sold', params: { sku, quantity, open: was } },
    ),
  };
}
