import type { Capabilities, Reason, RemoteOrder } from '../../connectors/contract/index.ts';

/** A part of ours that is said to be in the back office, or to have been cancelled there. */
export interface KnownThere {
  reference: string;
  cancelled: boolean;
  acceptedAt: Date | null;
  /** Units of it that parcels stand for. */
  shippedUnits: number;
}

// A back office whose search lags is not asked about what it accepted so recently.
const SEARCH_LAGS_MS = 60 * 60_000;

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
  if (!remote) {
    if (part.cancelled) return null;
    if (part.shippedUnits > 0) return { code: 'missing-there-shipped', params: { ...params, units: part.shippedUnits } };
    if (findOrder === 'exact') return { code: 'missing-there', params };
    const young = part.acceptedAt !== null && now.getTime() - part.acceptedAt.getTime() < SEARCH_LAGS_MS;
    return young ? null : { code: 'missing-there-unsure', params };
  }
  if (remote.state === 'cancelled') return part.cancelled ? null : { code: 'cancelled-in-back-office', params };
  return part.cancelled ? { code: 'not-cancelled-there', params: { ...params, state: remote.state } } : null;
}
