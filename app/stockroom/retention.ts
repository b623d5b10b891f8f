import { Prisma } from '@prisma/client';
import { now } from '../core/clock.ts';
import { vault } from '../db/vault.ts';
import { inShop, type Tx } from '../db/scope.ts';
import { customerHash, openPersonal, sealPersonal, type PersonalData } from './personal-data.ts';
import { personalPlaces } from './personal-places.ts';

const { sql } = Prisma;

/** Who asks, as Shopify's compliance webhooks name them: the customer's id and the orders' ids (gid). */
export interface PersonInQuestion {
  customerId: string | null;
  orderIds: string[];
}

/** Puts away what is said of the buyers of some orders `o`; answers how many records were changed. */
async function blankWords(tx: Tx, shopId: number, orders: Prisma.Sql): Promise<number> {
  let changed = 0;
  for (const { table, ofOrder, words } of personalPlaces) {
    const columns = Object.entries(words).map(([column, value]) => ({ column: Prisma.raw(column), value }));
    const purgedAt = 'personal' in words ? [sql`personal_purged_at = ${now()}`] : [];
    const set = Prisma.join([...columns.map(({ column, value }) => sql`${column} = ${value}`), ...purgedAt]);
    const stand = Prisma.join(
      columns.map(({ column, value }) => sql`t.${column} IS DISTINCT FROM (${value})`),
      ' OR ',
    );
    changed += await tx.$executeRaw`
      UPDATE ${Prisma.raw(table)} t SET ${set} FROM stockroom_order o
      WHERE t.shop_id = ${shopId} AND (${stand}) AND o.shop_id = ${shopId} AND ${ofOrder} AND ${orders}`;
  }
  return changed;
}

/** Forgets ship-to, customer and notes of orders that were closed before a moment or untouched since another; the rest of the order stays. */
export function purgePersonalData(shopId: number, closedBefore: Date, untouchedSince: Date): Promise<number> {
  return inShop(
    shopId,
    async (tx) => {
      await tx.stockroomRequest.deleteMany({ where: { shopId, at: { lt: closedBefore } } });
      return blankWords(
        tx,
        shopId,
        sql`CASE WHEN o.closed_at IS NULL THEN o.changed_at < ${untouchedSince} ELSE o.closed_at < ${closedBefore} END`,
      );
    },
    { timeoutMs: 60_000 },
  );
}

const ordersOf = (shopId: number, { customerId, orderIds }: PersonInQuestion): Prisma.Sql =>
  sql`(o.external_id = ANY(${orderIds}) OR o.customer_hash = ${customerId ? customerHash(shopId, customerId) : null})`;

/** Forgets one customer, open orders included (they can't be shipped without an address any more). Answers how many records were changed. */
export function redactCustomer(shopId: number, person: PersonInQuestion): Promise<number> {
  return inShop(shopId, (tx) => blankWords(tx, shopId, ordersOf(shopId, person)), { timeoutMs: 60_000 });
}

/** What Stockroom holds of one customer, for a data request: by order what came with it, and every record with words about it. */
export function personalDataOf(
  shopId: number,
  person: PersonInQuestion,
): Promise<{ reference: string; data: PersonalData | null; records: Record<string, unknown[]> }[]> {
  return inShop(shopId, async (tx) => {
    const orders = await tx.$queryRaw<{ id: string; reference: string; personal: Uint8Array | null }[]>`
      SELECT o.id::text AS id, o.reference, o.personal FROM stockroom_order o WHERE o.shop_id = ${shopId} AND ${ordersOf(shopId, person)}`;
    const found = [];
    for (const { id, reference, personal } of orders) {
      const records: Record<string, unknown[]> = {};
      for (const { name, table, ofOrder, words } of personalPlaces) {
        const stand = Object.entries(words).map(([column, value]) => sql`t.${Prisma.raw(column)} IS DISTINCT FROM (${value})`);
        // What is sealed is handed out opened.
        const rows = await tx.$queryRaw<{ row: unknown }[]>`
          SELECT to_jsonb(t) - ARRAY['shop_id', 'personal', 'customer_hash'] AS row FROM ${Prisma.raw(table)} t JOIN stockroom_order o ON o.shop_id = t.shop_id AND ${ofOrder}
          WHERE t.shop_id = ${shopId} AND o.id = ${id}::uuid AND (${Prisma.join(stand, ' OR ')})`;
        if (rows.length > 0) records[name] = rows.map(({ row }) => row);
      }
      const data = openPersonal(shopId, id, personal);
      if (data || Object.keys(records).length > 0) found.push({ reference, data, records });
    }
    return found;
  });
}

/** Seals personal data of a shop anew that an older key had sealed; call until it answers 0. For the rotation of keys. */
export function resealPersonalData(shopId: number, size = 500): Promise<number> {
  return inShop(shopId, async (tx: Tx) => {
    const version = vault().currentVersion;
    const rows = await tx.$queryRaw<{ id: string; personal: Uint8Array }[]>`
      SELECT id, personal FROM stockroom_order WHERE shop_id = ${shopId} AND personal IS NOT NULL AND get_byte(personal, 0) <> ${version}
      ORDER BY id LIMIT ${size} FOR UPDATE`;
    for (const { id, personal } of rows) {
      const data = openPersonal(shopId, id, personal);
      if (data)
        await tx.stockroomOrder.update({
          where: { shopId_id: { shopId, id } },
          data: { personal: sealPersonal(shopId, id, data) },
        });
    }
    return rows.length;
  });
}
