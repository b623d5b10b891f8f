import { randomUUID } from 'node:crypto';
import { now } from '../core/clock.ts';
import { prisma } from '../db/client.ts';
import { inShop, inSystem } from '../db/scope.ts';
import { acceptOrder, type AcceptRules } from './accept-order.ts';
import { createFacility } from './facilities.ts';
import type { OrderInput } from './order-types.ts';
import { upsertProducts } from './products.ts';
import type { Actor, Room } from './room.ts';
import { setStock } from './stock-entries.ts';
import { readStock } from './stock.ts';

/* For tests: a shop with one Stockroom. Import it after the test database is open. */

export const clerk: Actor = { kind: 'person', name: 'Ada' };

/** A new shop with a connection to a Stockroom of its own. */
export async function makeRoom(): Promise<Room> {
  const shop = await inSystem('install-shop', (tx) =>
    tx.shop.create({ data: { domain: `${randomUUID()}.myshopify.com`, scopes: [], installedAt: now() } }),
  );
  const at = now();
  const connection = await inShop(shop.id, (tx) =>
    tx.connection.create({
      data: {
        shopId: shop.id,
        connector: 'stockroom',
        name: 'Stockroom',
        inboundHash: randomUUID(),
        createdAt: at,
        updatedAt: at,
      },
    }),
  );
  return { shopId: shop.id, connectionId: connection.id };
}

/** makeRoom with the facility `Main` and the products A, B, C, of which `onHand` lie there. */
export async function makeStockedRoom(onHand: Record<string, number> = {}): Promise<{ room: Room; facilityId: string }> {
  const room = await makeRoom();
  const { id } = await createFacility({ ...room, name: 'Main' });
  await upsertProducts({ ...room, products: ['A', 'B', 'C'].map((sku) => ({ sku, title: `Product ${sku}` })) });
  await setStock({
    ...room,
    actor: clerk,
    lines: Object.entries(onHand).map(([sku, units]) => ({ sku, facility: 'main', onHand: units })),
  });
  return { room, facilityId: id };
}

/** An order of these units; line ids are `line-<sku>`. */
export function orderOf(reference: string, units: Record<string, number>, changes: Partial<OrderInput> = {}): OrderInput {
  const lines = Object.entries(units).map(([sku, quantity]) => ({
    externalId: `line-${sku}`,
    sku,
    title: `Product ${sku}`,
    quantity,
    unitPrice: 1000,
    discount: 0,
    total: 1000 * quantity,
    taxes: [],
  }));
  return {
    reference,
    externalId: `gid://shopify/Order/${reference.replace(/\D/g, '')}`,
    externalName: reference,
    facility: 'main',
    storeId: null,
    placedAt: now(),
    currency: 'EUR',
    taxesIncluded: true,
    total: lines.reduce((sum, { total }) => sum + total, 0),
    channel: 'web',
    deliveryMethod: 'shipping',
    shipping: { title: 'Standard', code: 'standard', carrier: 'DHL', method: 'Parcel' },
    payments: [],
    charges: [],
    tags: [],
    lines,
    shipTo: {
      name: 'Grace Hopper',
      company: null,
      address1: 'Pier 7',
      address2: null,
      city: 'Hamburg',
      zip: '20457',
      province: null,
      provinceCode: null,
      countryCode: 'DE',
      phone: null,
    },
    billing: null,
    customer: { id: 'gid://shopify/Customer/1', name: 'Grace Hopper', email: 'grace@example.com', phone: null },
    note: 'Ring twice',
    attributes: [],
    ...changes,
  };
}

export function accept(room: Room, reference: string, units: Record<string, number>, rules: Partial<AcceptRules> = {}) {
  return acceptOrder({ ...room, order: orderOf(reference, units), rules, actor: clerk });
}

/** `on hand/reserved` of each SKU at `Main`. */
export async function levelsOf(room: Room): Promise<Record<string, string>> {
  const levels: Record<string, string> = {};
  for await (const page of readStock(room)) for (const { sku, onHand, reserved } of page) levels[sku] = `${onHand}/${reserved}`;
  return levels;
}

export const closeDatabase = () => prisma.$disconnect();
