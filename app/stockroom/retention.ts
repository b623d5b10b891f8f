import { now } from '../core/clock.ts';
import { vault } from '../db/vault.ts';
import { inShop, type Tx } from '../db/scope.ts';
import { customerHash, openPersonal, sealPersonal, type PersonalData } from './personal-data.ts';

/** Forgets ship-to, customer and notes of orders that were closed before a moment; the rest of the order stays. Answers how many. */
export function purgePersonalData(shopId: number, before: Date): Promise<number> {
  return inShop(
    shopId,
    async (tx) => {
      await tx.stockroomRequest.deleteMany({ where: { shopId, at: { lt: before } } });
      const where = { shopId, closedAt: { lt: before }, personal: { not: null } };
      return (
        await tx.stockroomOrder.updateMany({ where, data: { personal: null, customerHash: null, personalPurgedAt: now() } })
      ).count;
    },
    { timeoutMs: 60_000 },
  );
}

/** Who asks, as Shopify's compliance webhooks name them: the customer's id and the orders' ids (gid). */
export interface PersonInQuestion {
  customerId: string | null;
  orderIds: string[];
}

function ordersOf(shopId: number, { customerId, orderIds }: PersonInQuestion) {
  return {
    shopId,
    OR: [{ externalId: { in: orderIds } }, ...(customerId ? [{ customerHash: customerHash(shopId, customerId) }] : [])],
  };
}

/** Forgets one customer, open orders included (they can't be shipped without an address any more). Answers how many orders were changed. */
export function redactCustomer(shopId: number, person: PersonInQuestion): Promise<number> {
  return inShop(shopId, async (tx) => {
    const where = ordersOf(shopId, person);
    const found = await tx.stockroomOrder.findMany({ where, select: { id: true } });
    const ids = found.map(({ id }) => id);
    await tx.stockroomReturn.updateMany({ where: { shopId, orderId: { in: ids } }, data: { note: '' } });
    await tx.stockroomShipment.updateMany({ where: { shopId, orderId: { in: ids } }, data: { note: '' } });
    return (
      await tx.stockroomOrder.updateMany({
        where: { shopId, id: { in: ids } },
        data: { personal: null, customerHash: null, personalPurgedAt: now() },
      })
    ).count;
  });
}

/** What Stockroom holds of one customer, for a data request. */
export function personalDataOf(shopId: number, person: PersonInQuestion): Promise<{ reference: string; data: PersonalData }[]> {
  return inShop(shopId, async (tx) => {
    const rows = await tx.stockroomOrder.findMany({
      where: ordersOf(shopId, person),
      select: { id: true, reference: true, personal: true },
    });
    return rows.flatMap(({ id, reference, personal }) => {
      const data = openPersonal(shopId, id, personal);
      return data ? [{ reference, data }] : [];
    });
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
