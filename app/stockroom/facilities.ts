import { Prisma, type StockroomFacility } from '@prisma/client';
import { now } from '../core/clock.ts';
import { inShop, type Tx } from '../db/scope.ts';
import { refusal } from './refusals.ts';
import { asJson, isUuid, sameName, type Room } from './room.ts';

/** A postal address; every part may be missing. */
export interface FacilityAddress {
  company?: string | null;
  address1?: string | null;
  address2?: string | null;
  city?: string | null;
  zip?: string | null;
  province?: string | null;
  provinceCode?: string | null;
  /** ISO 3166 alpha-2. */
  countryCode?: string | null;
  phone?: string | null;
}

export interface Facility {
  id: string;
  /** Short name for scripts, made from the name. */
  code: string;
  name: string;
  active: boolean;
  address: FacilityAddress | null;
  storeId: string | null;
}

function asFacility(row: StockroomFacility): Facility {
  const { id, code, name, active, storeId } = row;
  return { id, code, name, active, storeId, address: row.address as FacilityAddress | null };
}

/** All facilities by name, deactivated ones last. */
export function listFacilities({ shopId, connectionId }: Room): Promise<Facility[]> {
  return inShop(shopId, async (tx) => {
    const rows = await tx.stockroomFacility.findMany({
      where: { shopId, connectionId },
      orderBy: [{ active: 'desc' }, { name: 'asc' }],
    });
    return rows.map(asFacility);
  });
}

/** By id, code or name. Refuses an unknown one, and a deactivated one unless `inactiveToo`. */
export async function findFacility(
  tx: Tx,
  { shopId, connectionId }: Room,
  key: string,
  { inactiveToo = false } = {},
): Promise<Facility> {
  const rows = await tx.stockroomFacility.findMany({ where: { shopId, connectionId } });
  const row =
    rows.find(({ id }) => id === key) ?? rows.find(({ code }) => code === key) ?? rows.find(({ name }) => sameName(name, key));
  if (!row) {
    throw refusal(
      'stockroom-facility-unknown',
      `Stockroom has no facility "${key}". Choose one of its facilities or create it first.`,
      {
        field: 'facility',
        params: { facility: key },
      },
    );
  }
  if (!row.active && !inactiveToo) {
    throw refusal('stockroom-facility-inactive', `Facility "${row.name}" is deactivated. Activate it or choose another.`, {
      field: 'facility',
      params: { facility: row.name },
    });
  }
  return asFacility(row);
}

function codeOf(name: string): string {
  const plain = name.normalize('NFKD').replace(/[\u0300-\u036f]/g, '');
  return (
    plain
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 40) || 'facility'
  );
}

async function checkName(tx: Tx, { shopId, connectionId }: Room, name: string, id?: string): Promise<string> {
  const wanted = name.trim();
  if (!wanted) throw refusal('stockroom-value', 'A facility needs a name.', { field: 'name' });
  const same = (await tx.stockroomFacility.findMany({ where: { shopId, connectionId } })).find((facility) =>
    sameName(facility.name, wanted),
  );
  if (same && same.id !== id) {
    throw refusal('stockroom-name-taken', `There is a facility "${same.name}" already. Use it or choose another name.`, {
      field: 'name',
      params: { name: same.name },
    });
  }
  return wanted;
}

async function checkStore(tx: Tx, { shopId, connectionId }: Room, storeId: string | null | undefined): Promise<void> {
  if (storeId === null || storeId === undefined) return;
  const store = isUuid(storeId) && (await tx.stockroomStore.findFirst({ where: { shopId, connectionId, id: storeId } }));
  if (!store) throw refusal('stockroom-store-unknown', 'This store does not exist in Stockroom.', { field: 'storeId' });
}

const jsonOrNull = (address: FacilityAddress | null) => (address ? asJson(address) : Prisma.DbNull);

/** Makes a facility; two at once with one name make one, the other is refused. */
export async function createFacility(
  input: Room & { name: string; address?: FacilityAddress | null; storeId?: string | null },
): Promise<Facility> {
  const { shopId, connectionId, storeId = null } = input;
  return inShop(shopId, async (tx) => {
    // One at a time: the check of name and code must still hold at the insert.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`stockroom-facility-${shopId}-${connectionId}`}, 0))`;
    const name = await checkName(tx, input, input.name);
    await checkStore(tx, input, storeId);
    const base = codeOf(name);
    const taken = new Set(
      (await tx.stockroomFacility.findMany({ where: { shopId, connectionId }, select: { code: true } })).map(({ code }) => code),
    );
    let code = base;
    for (let next = 2; taken.has(code); next++) code = `${base}-${next}`;
    const at = now();
    return asFacility(
      await tx.stockroomFacility.create({
        data: {
          shopId,
          connectionId,
          name,
          code,
          storeId,
          address: jsonOrNull(input.address ?? null),
          createdAt: at,
          updatedAt: at,
        },
      }),
    );
  });
}

/**
 * Changes name, address, store or whether it is active. A facility with orders that wait to be shipped can't be deactivated.
 * Its code stays, so that scripts go on working.
 */
export async function updateFacility(
  input: Room & { facility: string; name?: string; address?: FacilityAddress | null; storeId?: string | null; active?: boolean },
): Promise<Facility> {
  const { shopId, connectionId, address, storeId, active } = input;
  return inShop(shopId, async (tx) => {
    const { id, name: oldName } = await findFacility(tx, input, input.facility, { inactiveToo: true });
    const name = input.name === undefined ? undefined : await checkName(tx, input, input.name, id);
    await checkStore(tx, input, storeId);
    if (active === false) {
      const waiting = await tx.stockroomOrder.count({
        where: { shopId, connectionId, facilityId: id, state: { notIn: ['shipped', 'cancelled'] } },
      });
      if (waiting > 0) {
        throw refusal(
          'stockroom-facility-in-use',
          `${waiting} orders wait at "${oldName}". Ship or cancel them before you deactivate it.`,
          {
            params: { facility: oldName, orders: waiting },
          },
        );
      }
    }
    const data = {
      updatedAt: now(),
      ...(name === undefined ? {} : { name }),
      ...(address === undefined ? {} : { address: jsonOrNull(address) }),
      ...(storeId === undefined ? {} : { storeId }),
      ...(active === undefined ? {} : { active }),
    };
    return asFacility(await tx.stockroomFacility.update({ where: { shopId_id: { shopId, id } }, data }));
  });
}
