/** A line as the back office reports it: by Shopify's line id where it carries one, else by SKU. */
export interface ReportedLine {
  lineId: string | null;
  sku: string;
  quantity: number;
}

/** A line of a part with the units that can still be reported. */
export interface OpenLine {
  lineId: string;
  sku: string;
  open: number;
}

/** Units that found no line: none has that SKU, or they are more than is open on those that have it. */
export interface UnmatchedUnits {
  cause: 'unknown-sku' | 'more-than-open';
  sku: string;
  quantity: number;
  /** What was open for that SKU. */
  open: number;
}

export interface LineMatch {
  matched: { lineId: string; quantity: number }[];
  unmatched: UnmatchedUnits[];
}

const plain = (sku: string): string => sku.trim().toLowerCase();

/**
 * Ties reported lines to the lines of a part. A line id counts before a SKU, the SKU as written before the same one in another case or
 * with spaces round it; a quantity spills over further lines of its SKU. Lines are taken in the order given. Units are never matched twice
 * and never beyond what is open: what is left over comes back in `unmatched`.
 */
export function matchLines(reported: readonly ReportedLine[], open: readonly OpenLine[]): LineMatch {
  const left = new Map(open.map((line) => [line.lineId, Math.max(0, line.open)]));
  const taken = new Map<string, number>();
  const take = (lineIds: readonly string[], wanted: number): number => {
    let missing = wanted;
    for (const lineId of lineIds) {
      const units = Math.min(missing, left.get(lineId) ?? 0);
      if (units <= 0) continue;
      left.set(lineId, (left.get(lineId) ?? 0) - units);
      taken.set(lineId, (taken.get(lineId) ?? 0) + units);
      missing -= units;
    }
    return missing;
  };

  // Lines that name themselves go first, so that one that only has a SKU can't take their units.
  const rest = reported
    .filter((line) => line.quantity > 0)
    .map((line) => ({ ...line, missing: line.lineId === null ? line.quantity : take([line.lineId], line.quantity) }));

  const unmatched: UnmatchedUnits[] = [];
  for (const line of rest) {
    if (line.missing === 0) continue;
    const exact = open.filter(({ sku }) => sku === line.sku && sku !== '').map(({ lineId }) => lineId);
    const alike = open
      .filter(({ sku }) => sku !== line.sku && sku !== '' && plain(sku) === plain(line.sku))
      .map(({ lineId }) => lineId);
    const named = line.lineId !== null && open.some(({ lineId }) => lineId === line.lineId);
    const candidates = [...exact, ...alike];
    const available = candidates.reduce((sum, lineId) => sum + (left.get(lineId) ?? 0), 0);
    const missing = take(candidates, line.missing);
    if (missing === 0) continue;
    const known = candidates.length > 0 || named;
    unmatched.push({
      cause: known ? 'more-than-open' : 'unknown-sku',
      sku: line.sku,
      quantity: missing,
      open: known ? available : 0,
    });
  }
  return { matched: [...taken].map(([lineId, quantity]) => ({ lineId, quantity })), unmatched };
}
