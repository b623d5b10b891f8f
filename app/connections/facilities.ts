import { now } from '../core/clock.ts';
import { RejectedError } from '../core/errors.ts';
import type { Address, Facility, Reason } from '../connectors/contract/index.ts';
import { inShop, type Tx } from '../db/scope.ts';
import type { Actor } from '../people/actor.ts';
import { audit } from '../people/audit.ts';
import { linkLocation } from './location-links.ts';
import type { LiveConnection } from './open-connection.ts';
import { pageAt } from './page-pattern.ts';
import { readSync } from './syncs.ts';

export interface FacilityRow {
  id: string;
  name: string;
  kind: Facility['kind'];
  active: boolean;
  /** False when the back office's last list no longer had it. */
  listed: boolean;
  url: string | null;
}

/** The one gate every write passes, handed in because it belongs to the engine (sync/writes/perform-write). */
export type WriteThrough = <Answer>(
  live: LiveConnection,
  write: {
    target: 'back-office';
    kind: string;
    subject: { kind: string; id: string };
    key: string;
    class: 'compensable';
    after: unknown;
  },
  act: { send(): Promise<Answer>; ask: () => Promise<Answer | null> },
) => Promise<{ outcome: 'landed'; answer: Answer; again: boolean } | { outcome: 'withheld'; reason: Reason }>;

/** Facilities as last listed, by name, with their pages there: as the back office tells them, else where the merchant says they are. */
export async function listFacilities(tx: Tx, shopId: number, connectionId: string): Promise<FacilityRow[]> {
  const rows = await tx.facility.findMany({ where: { shopId, connectionId }, orderBy: [{ name: 'asc' }, { id: 'asc' }] });
  const { facilityPage } = (await readSync(tx, shopId, connectionId, 'inventory')).settings;
  const last = Math.max(0, ...rows.map(({ readAt }) => readAt.getTime()));
  return rows.map(({ id, name, kind, active, url, readAt }) => ({
    id,
    name,
    kind: kind as Facility['kind'],
    active,
    url: url ?? pageAt(facilityPage, { id, name }),
    listed: readAt.getTime() === last,
  }));
}

/**
 * Asks the back office for its facilities and keeps the list. One that is no longer listed stays, inactive, while a location hangs on
 * it; otherwise it is forgotten.
 */
export async function refreshFacilities(live: LiveConnection): Promise<FacilityRow[]> {
  const listed = await live.connector.facilities.list();
  const shopId = live.shop.id;
  const connectionId = live.id;
  return inShop(shopId, async (tx) => {
    const at = now();
    for (const { id, name, kind, active, url } of listed) {
      const data = { name, kind, active, url, readAt: at };
      await tx.facility.upsert({
        where: { shopId_connectionId_id: { shopId, connectionId, id } },
        create: { shopId, connectionId, id, ...data },
        update: data,
      });
    }
    const gone = { shopId, connectionId, id: { notIn: listed.map(({ id }) => id) } };
    const linked = (await tx.locationLink.findMany({ where: { shopId, connectionId }, select: { facilityId: true } })).map(
      ({ facilityId }) => facilityId,
    );
    await tx.facility.deleteMany({ where: { ...gone, NOT: { id: { in: linked } } } });
    await tx.facility.updateMany({ where: gone, data: { active: false } });
    return listFacilities(tx, shopId, connectionId);
  });
}

async function findByName({ connector }: LiveConnection, name: string): Promise<Facility | null> {
  return (await connector.facilities.list()).find((one) => one.active && one.name === name) ?? null;
}

type NewFacility = Parameters<NonNullable<LiveConnection['connector']['facilities']['create']>>[0];

async function createOnce(live: LiveConnection, input: NewFacility): Promise<Facility> {
  const { create } = live.connector.facilities;
  if (!create) throw notCreatable(live);
  if (await findByName(live, input.name)) {
    throw new RejectedError('facility-exists', 'A facility of that name exists', {
      field: 'facilityId',
      params: { facility: input.name, backOffice: live.definition.label },
    });
  }
  return create(input);
}

function notCreatable({ definition }: LiveConnection): RejectedError {
  return new RejectedError('facility-not-creatable', `${definition.label} does not let us make facilities`, {
    params: { backOffice: definition.label },
  });
}

/**
 * Makes a facility with a location's name and address in the back office and maps the location to it. `write` is the engine's
 * performWrite: a dry run or a deactivated connection keeps it a plan, and a lost answer is asked for instead of making a second one.
 */
export async function createFacilityFromLocation(
  live: LiveConnection,
  locationId: string,
  actor: Actor,
  write: WriteThrough,
): Promise<{ outcome: 'created'; facilityId: string } | { outcome: 'withheld'; reason: Reason }> {
  const shopId = live.shop.id;
  if (!live.definition.capabilities.createsFacilities) throw notCreatable(live);
  const location = await inShop(shopId, (tx) => tx.location.findUnique({ where: { shopId_id: { shopId, id: locationId } } }));
  if (!location) throw new RejectedError('location-unknown', 'The location was not imported', { field: 'locationId' });
  if (location.serviceName) {
    throw new RejectedError('location-of-service', 'The location belongs to a fulfilment service', {
      field: 'locationId',
      params: { service: location.serviceName },
    });
  }
  const { name } = location;
  const create = (key: string) =>
    write<Facility>(
      live,
      {
        target: 'back-office',
        kind: 'facility-create',
        subject: { kind: 'location', id: locationId },
        key,
        class: 'compensable',
        after: { name },
      },
      {
        send: () => createOnce(live, { name, address: location.address as Partial<Address>, storeId: live.storeId }),
        ask: () => findByName(live, name),
      },
    );
  const key = `facility-create ${live.id} ${locationId} ${name}`;
  let result = await create(key);
  // Made earlier and removed there since: another one is another write.
  if (result.outcome === 'landed' && result.again && !(await findByName(live, name)))
    result = await create(`${key} after ${result.answer.id}`);
  if (result.outcome === 'withheld') return result;
  const facility = result.answer;
  await refreshFacilities(live);
  await inShop(shopId, async (tx) => {
    await audit(tx, shopId, actor, {
      action: 'facility-created',
      subject: `facility ${facility.name}`,
      connectionId: live.id,
      after: { facilityId: facility.id },
    });
    await linkLocation(tx, shopId, actor, { locationId, connectionId: live.id, facilityId: facility.id });
  });
  return { outcome: 'created', facilityId: facility.id };
}
