import type { Capabilities, Reason, RemoteOrder } from '../../connectors/contract/index.ts';

/** A part of ours that is said to be in the back office, or to have been cancelled there. */
export interface KnownThere {
  reference: string;
  cancelled: boolean;
  acceptedAt: Date | null;
  /** Units of it that parcels stand for. */
  shippedUnits: number;
  /** What it should ship, line by line; null where it can't be compared with what is there: kits are told as other goods. */
  wanted: WantedLine[] | null;
}

export interface WantedLine {
  lineId: string;
  /** As the back office knows it. */
  sku: string;
  units: number;
}

// A back office whose search lags is not asked about what it accepted so recently.
const SEARCH_LAGS_MS = 60 * 60_000;

// As long as nothing has left: what an order is made of afterwards each back office tells in its own way.
const comparable: readonly RemoteOrder['state'][] = ['open', 'picking', 'packed', 'held'];

const sum = (lines: readonly number[]): number => lines.reduce((all, units) => all + units, 0);

/**
 * What the back office means to ship more or less of than it should: the first line, or the order as a whole where its lines can't be told apart, because
 * it keeps no line ids and knows the goods by other SKUs. Null: nothing, or it doesn't tell.
 */
function otherUnits(
  wanted: readonly WantedLine[],
  lines: RemoteOrder['lines'],
): { sku: string; units: number; there: number } | null {
  if (lines.length === 0) return null;
  const skus = new Set(wanted.map(({ sku }) => sku));
  const all = { id: 'all', sku: [...skus].join(', ') };
  const byLine = lines.every(({ lineId }) => lineId !== null);
  const bySku = lines.every(({ sku }) => skus.has(sku));
  const keyOf = ({ lineId, sku }: { lineId: string | null; sku: string }) =>
    byLine ? { id: lineId ?? '', sku } : bySku ? { id: sku, sku } : all;
  const keys = new Map([...wanted, ...lines].map((line) => [keyOf(line).id, keyOf(line).sku]));
  for (const [id, sku] of keys) {
    const units = sum(wanted.filter((line) => keyOf(line).id === id).map((line) => line.units));
    const there = sum(lines.filter((line) => keyOf(line).id === id).map(({ quantity }) => quantity));
    if (units !== there) return { sku, units, there };
  }
  return null;
}

/**
 * What the back office's answer says of a part. Pure. Null: as it should be. `missing-there` can be sent again without risk; the others of its kind
 * somebody must look at, because parcels have left already, or because the answer of this back office proves nothing.
 */
export function judgePart(
  part: KnownThere,
  remote: RemoteOrder | null,
  { findOrder }: Pick<Capabilities, 'findOrder'>,
  { now, backOffice }: { now: Date; backOffice: string },
): Reason | null {
  const params = { reference: part.reference, backOffice };
  const isYoung = part.acceptedAt !== null && now.getTime() - part.acceptedAt.getTime() < SEARCH_LAGS_MS;
  if (!remote) {
    if (part.cancelled) return null;
    if (part.shippedUnits > 0) return { code: 'missing-there-shipped', params: { ...params, units: part.shippedUnits } };
    if (findOrder === 'exact') return { code: 'missing-there', params };
    return isYoung ? null : { code: 'missing-there-unsure', params };
  }
  if (remote.state === 'cancelled') return part.cancelled ? null : { code: 'cancelled-in-back-office', params };
  if (part.cancelled) return { code: 'not-cancelled-there', params: { ...params, state: remote.state } };
  if (!part.wanted || part.shippedUnits > 0 || !comparable.includes(remote.state)) return null;
  // What it answers may be older than what it took last.
  if (findOrder !== 'exact' && (isYoung || part.acceptedAt === null)) return null;
  const other = otherUnits(part.wanted, remote.lines);
  return other && { code: 'units-differ-there', params: { ...params, ...other } };
}
