import { now } from '../core/clock.ts';
import type { Tx } from '../db/scope.ts';

interface Target {
  locationId: string;
  connectionId: string;
  facilityId: string;
}

/**
 * Notes that a location no longer shows its facility's stock. `zero` where another one does: what was published here would be sold twice, so the next run
 * takes it back. Otherwise the numbers stay, until a location takes that facility over. What an earlier move still has to take back is not forgotten.
 */
export async function retireTarget(tx: Tx, shopId: number, target: Target, zero: boolean): Promise<void> {
  const { locationId, connectionId, facilityId } = target;
  const pending = await tx.retiredTarget.findUnique({ where: { shopId_locationId: { shopId, locationId } } });
  const data = { connectionId, facilityId, zero: zero || (pending?.connectionId === connectionId && pending.zero), since: now() };
  await tx.retiredTarget.upsert({
    where: { shopId_locationId: { shopId, locationId } },
    create: { shopId, locationId, ...data },
    update: data,
  });
}

/** A location shows a facility's stock from now on: its own past with it is over, and whoever showed it before is set to zero. */
export async function takeOverTarget(tx: Tx, shopId: number, { locationId, connectionId, facilityId }: Target): Promise<void> {
  await tx.retiredTarget.deleteMany({ where: { shopId, locationId, connectionId, facilityId } });
  await tx.retiredTarget.updateMany({
    where: { shopId, connectionId, facilityId, locationId: { not: locationId }, zero: false },
    data: { zero: true },
  });
}
