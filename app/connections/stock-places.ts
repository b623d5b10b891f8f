import type { LocationLink } from '@prisma/client';
import { RejectedError } from '../core/errors.ts';
import type { Tx } from '../db/scope.ts';
import type { Actor } from '../people/actor.ts';
import { audit } from '../people/audit.ts';
import { retireTarget } from './retired-targets.ts';

/** own: its facility's stock. chosen: that of several together. all: that of every facility that isn't left out. */
export const stockSources = ['own', 'chosen', 'all'] as const;
export type StockSource = (typeof stockSources)[number];

const MOST = 1_000_000;

/** What a location shows as its stock. */
export interface StockPlaceInput {
  locationId: string;
  source: StockSource;
  /** The facilities, where they are chosen; otherwise kept for later. */
  facilities: string[];
  /** Pieces kept back at each facility, 0 to 1,000,000. */
  safetyStock: number;
  /** Pieces kept back once of what the facilities have together, 0 to 1,000,000. */
  threshold: number;
  /** Published although it sells online what another location shows too. */
  publishAnyway: boolean;
}

function assertPieces(value: number, field: 'safetyStock' | 'threshold', code: string): void {
  if (Number.isInteger(value) && value >= 0 && value <= MOST) return;
  throw new RejectedError(code, `${field} must be a whole number from 0`, { field, params: { maximum: MOST } });
}

type Shown = Pick<StockPlaceInput, 'source' | 'facilities'>;

/**
 * Goods of a facility that the location shows no longer keep their numbers here, since it has no new ones for them. Where another location shows them they
 * would be sold twice: they are taken back, at once or when a location takes that facility over.
 */
async function retireDropped(tx: Tx, shopId: number, link: LocationLink, next: Shown): Promise<void> {
  const { locationId, connectionId } = link;
  const every = await tx.facility.findMany({
    where: { shopId, connectionId, active: true, stockExcluded: false, kind: { not: 'queue' } },
    select: { id: true },
  });
  const shownBy = ({ source, facilities }: Shown, own: string): string[] =>
    source === 'own' ? [own] : source === 'chosen' ? facilities : every.map(({ id }) => id);
  const stays = shownBy(next, link.facilityId);
  const before = { source: link.stockSource as StockSource, facilities: link.stockFacilities };
  const dropped = shownBy(before, link.facilityId).filter((id) => !stays.includes(id));
  const [first] = dropped;
  if (!link.carriesStock || first === undefined) return;
  const others = await tx.locationLink.findMany({
    where: { shopId, connectionId, carriesStock: true, locationId: { not: locationId } },
  });
  const elsewhere = others.flatMap((other) =>
    shownBy({ source: other.stockSource as StockSource, facilities: other.stockFacilities }, other.facilityId),
  );
  const taken = dropped.find((id) => elsewhere.includes(id));
  await retireTarget(tx, shopId, { locationId, connectionId, facilityId: taken ?? first }, taken !== undefined);
}

/**
 * Sets which facilities' stock a location shows and what is kept back of it. The next run compares everything. Throws RejectedError:
 * 'location-not-mapped', 'stock-facilities-missing', 'facility-unknown', 'safety-stock-out-of-range', 'threshold-out-of-range'.
 */
export async function setStockPlace(
  tx: Tx,
  shopId: number,
  actor: Actor,
  connectionId: string,
  input: StockPlaceInput,
): Promise<void> {
  const { locationId, source, facilities, safetyStock, threshold, publishAnyway } = input;
  assertPieces(safetyStock, 'safetyStock', 'safety-stock-out-of-range');
  assertPieces(threshold, 'threshold', 'threshold-out-of-range');
  const where = { shopId_locationId: { shopId, locationId } };
  const link = await tx.locationLink.findUnique({ where });
  if (link?.connectionId !== connectionId)
    throw new RejectedError('location-not-mapped', 'The location is not mapped', { field: 'locationId' });
  if (source === 'chosen' && facilities.length === 0)
    throw new RejectedError('stock-facilities-missing', 'Choose at least one facility', { field: 'facilities' });
  const known = await tx.facility.count({ where: { shopId, connectionId, id: { in: facilities } } });
  if (known < new Set(facilities).size)
    throw new RejectedError('facility-unknown', 'The back office did not list this facility', { field: 'facilities' });
  const location = await tx.location.findUnique({ where: { shopId_id: { shopId, id: locationId } }, select: { name: true } });
  await retireDropped(tx, shopId, link, input);
  await tx.locationLink.update({
    where,
    data: { stockSource: source, stockFacilities: [...new Set(facilities)].sort(), safetyStock, threshold, publishAnyway },
  });
  await audit(tx, shopId, actor, {
    action: 'stock-place-changed',
    subject: `location ${location?.name ?? locationId}`,
    connectionId,
    before: {
      source: link.stockSource,
      facilities: [...link.stockFacilities].sort(),
      safetyStock: link.safetyStock,
      threshold: link.threshold,
      publishAnyway: link.publishAnyway,
    },
    after: { source, facilities: [...new Set(facilities)].sort(), safetyStock, threshold, publishAnyway },
  });
}

/** Leaves facilities' stock out of everything that is published; `excluded` is the whole list. */
export async function excludeFacilities(
  tx: Tx,
  shopId: number,
  actor: Actor,
  connectionId: string,
  excluded: readonly string[],
): Promise<void> {
  const rows = await tx.facility.findMany({ where: { shopId, connectionId }, orderBy: { id: 'asc' } });
  for (const { id, name, stockExcluded } of rows) {
    const wanted = excluded.includes(id);
    if (wanted === stockExcluded) continue;
    await tx.facility.update({
      where: { shopId_connectionId_id: { shopId, connectionId, id } },
      data: { stockExcluded: wanted },
    });
    await audit(tx, shopId, actor, {
      action: 'facility-stock-changed',
      subject: `facility ${name}`,
      connectionId,
      before: { excluded: stockExcluded },
      after: { excluded: wanted },
    });
  }
}
