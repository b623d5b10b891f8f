import { now } from '../core/clock.ts';
import { RejectedError } from '../core/errors.ts';
import type { Tx } from '../db/scope.ts';
import type { Actor } from '../people/actor.ts';
import { audit } from '../people/audit.ts';
import { retireTarget, takeOverTarget } from './retired-targets.ts';

/** Changes of a shop's links take turns, so that exactly one location carries a facility's stock. */
async function alone(tx: Tx, shopId: number): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`location links ${shopId}`}, 0))`;
}

/** When the one that carried the stock has left, the oldest of those that remain takes over. True where one did. */
async function appointCarrier(tx: Tx, shopId: number, connectionId: string, facilityId: string): Promise<boolean> {
  const links = await tx.locationLink.findMany({
    where: { shopId, connectionId, facilityId },
    orderBy: [{ createdAt: 'asc' }, { locationId: 'asc' }],
  });
  const heir = links[0];
  if (!heir || links.some((link) => link.carriesStock)) return false;
  const { locationId } = heir;
  await tx.locationLink.update({ where: { shopId_locationId: { shopId, locationId } }, data: { carriesStock: true } });
  await takeOverTarget(tx, shopId, { locationId, connectionId, facilityId });
  return true;
}

async function findLink(tx: Tx, shopId: number, locationId: string) {
  const link = await tx.locationLink.findUnique({ where: { shopId_locationId: { shopId, locationId } } });
  if (!link) throw new RejectedError('location-not-mapped', 'The location is not mapped', { field: 'locationId' });
  return link;
}

const shown = (link: { connectionId: string; facilityId: string; safetyStock: number } | null) =>
  link ? { connectionId: link.connectionId, facilityId: link.facilityId, safetyStock: link.safetyStock } : null;

/**
 * Maps a location to a facility, or changes its mapping. One to one: a facility that another location has is refused
 * ('facility-taken') unless `share`; then the other one goes on carrying its stock. A fulfilment service's own location is not ours to map.
 */
export async function linkLocation(
  tx: Tx,
  shopId: number,
  actor: Actor,
  input: { locationId: string; connectionId: string; facilityId: string; share?: boolean },
): Promise<void> {
  const { locationId, connectionId, facilityId, share = false } = input;
  await alone(tx, shopId);
  const location = await tx.location.findUnique({ where: { shopId_id: { shopId, id: locationId } } });
  if (!location) throw new RejectedError('location-unknown', 'The location was not imported', { field: 'locationId' });
  if (location.serviceName) {
    throw new RejectedError('location-of-service', 'The location belongs to a fulfilment service', {
      field: 'locationId',
      params: { service: location.serviceName },
    });
  }
  const facility = await tx.facility.findUnique({ where: { shopId_connectionId_id: { shopId, connectionId, id: facilityId } } });
  if (!facility)
    throw new RejectedError('facility-unknown', 'The back office did not list this facility', { field: 'facilityId' });
  const others = await tx.locationLink.findMany({ where: { shopId, connectionId, facilityId, locationId: { not: locationId } } });
  if (others.length > 0 && !share) {
    const holder = await tx.location.findUnique({
      where: { shopId_id: { shopId, id: others[0]?.locationId ?? '' } },
      select: { name: true },
    });
    throw new RejectedError('facility-taken', 'Another location has this facility', {
      field: 'facilityId',
      params: { facility: facility.name, location: holder?.name ?? '' },
    });
  }
  const before = await tx.locationLink.findUnique({ where: { shopId_locationId: { shopId, locationId } } });
  const same = before?.connectionId === connectionId && before.facilityId === facilityId;
  if (same) return;
  const data = { connectionId, facilityId, carriesStock: !others.some((link) => link.carriesStock) };
  await tx.locationLink.upsert({
    where: { shopId_locationId: { shopId, locationId } },
    create: { shopId, locationId, createdAt: now(), ...data },
    update: data,
  });
  if (data.carriesStock) await takeOverTarget(tx, shopId, { locationId, connectionId, facilityId });
  if (before?.carriesStock) {
    const { connectionId: old, facilityId: was } = before;
    // What it showed stays on sale beside its heir's unless it is taken back; where it shows nothing from now on, also by the connection it belongs to now.
    if (data.carriesStock || old === connectionId)
      await retireTarget(tx, shopId, { locationId, connectionId: old, facilityId: was }, !data.carriesStock);
    else await retireTarget(tx, shopId, { locationId, connectionId, facilityId }, true);
  }
  if (before) await appointCarrier(tx, shopId, before.connectionId, before.facilityId);
  await audit(tx, shopId, actor, {
    action: before ? 'location-remapped' : 'location-mapped',
    subject: `location ${location.name}`,
    connectionId,
    before: shown(before),
    after: shown({ ...data, safetyStock: before?.safetyStock ?? 0 }),
  });
}

/** Takes a location's mapping away. */
export async function unlinkLocation(tx: Tx, shopId: number, actor: Actor, locationId: string): Promise<void> {
  await alone(tx, shopId);
  const link = await findLink(tx, shopId, locationId);
  await tx.locationLink.delete({ where: { shopId_locationId: { shopId, locationId } } });
  const moved = await appointCarrier(tx, shopId, link.connectionId, link.facilityId);
  if (link.carriesStock) await retireTarget(tx, shopId, link, moved);
  const location = await tx.location.findUnique({ where: { shopId_id: { shopId, id: locationId } }, select: { name: true } });
  await audit(tx, shopId, actor, {
    action: 'location-unmapped',
    subject: `location ${location?.name ?? locationId}`,
    connectionId: link.connectionId,
    before: shown(link),
    after: null,
  });
}

/** Of several locations on one facility, this one shows its stock from now on. */
export async function setStockCarrier(tx: Tx, shopId: number, actor: Actor, locationId: string): Promise<void> {
  await alone(tx, shopId);
  const { connectionId, facilityId } = await findLink(tx, shopId, locationId);
  const before = await tx.locationLink.findFirst({
    where: { shopId, connectionId, facilityId, carriesStock: true },
    select: { locationId: true },
  });
  // First none, then one: the unique index allows no moment with two.
  await tx.locationLink.updateMany({ where: { shopId, connectionId, facilityId }, data: { carriesStock: false } });
  await tx.locationLink.update({ where: { shopId_locationId: { shopId, locationId } }, data: { carriesStock: true } });
  if (before && before.locationId !== locationId)
    await retireTarget(tx, shopId, { locationId: before.locationId, connectionId, facilityId }, true);
  await takeOverTarget(tx, shopId, { locationId, connectionId, facilityId });
  await audit(tx, shopId, actor, {
    action: 'stock-carrier-changed',
    subject: `facility ${facilityId}`,
    connectionId,
    before: { locationId: before?.locationId ?? null },
    after: { locationId },
  });
}
