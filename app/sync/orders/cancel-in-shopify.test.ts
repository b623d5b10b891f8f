import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openSyncWorld } from '../shipments/sync-world.test-data.ts';
import type { RemoteOrder } from '../../connectors/contract/index.ts';

const world = await openSyncWorld(await openTestDatabase());
const { shopify, live, addOrder, ship, shopId } = world;
const { hearOrderState } = await import('./hear-order-state.ts');
const { runShipmentsSync } = await import('../shipments/run-shipments-sync.ts');
const { shopFulfilments } = await import('../shipments/order-in-shopify.ts');

afterAll(() => world.close());

const states = new Map<string, string>();
const settings = (given: Record<string, string | boolean>) =>
  world.inShop((tx) =>
    tx.sync.upsert({
      where: { shopId_connectionId_kind: { shopId, connectionId: live.id, kind: 'orders' } },
      create: { shopId, connectionId: live.id, kind: 'orders', settings: given },
      update: { settings: given },
    }),
  );

beforeEach(async () => {
  states.clear();
  shopify.refusesCancel = false;
  shopify.faults.length = 0;
  Object.assign(live, { blocked: null, access: 'read_write' });
  Object.assign(live.connector, {
    orders: {
      find: (reference: string) =>
        Promise.resolve({
          ...{
            remoteId: `remote ${reference}`,
            remoteNumber: null,
            reference,
            state: states.get(reference) ?? 'open',
            lines: [],
          },
          ...{ total: null, facilityId: 'F1', url: null },
        } as unknown as RemoteOrder),
    },
  });
  await settings({ backOfficeCancels: 'cancel' });
  await world.inShop((tx) => tx.$executeRaw`UPDATE problem SET closed_at = opened_at WHERE closed_at IS NULL`);
});

async function cancelThere(reference: string): Promise<void> {
  states.set(reference, 'cancelled');
  await hearOrderState(live, reference, shopify as never);
}
const causes = async () => (await world.problems()).map(({ cause }) => cause);

describe('an order that the back office cancelled', () => {
  it('is only named unless the merchant has it cancelled in Shopify', async () => {
    await settings({});
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    await cancelThere(order.references[0]!);
    expect(shopify.cancellations.has(order.id)).toBe(false);
    expect(await causes()).toEqual(['cancelled-in-back-office']);
  });

  it.each([
    [{}, { restock: true, refundMethod: { originalPaymentMethodsRefund: false }, notifyCustomer: false }],
    [
      { cancelRestock: false, cancelRefund: true, cancelNotify: true },
      { restock: false, refundMethod: { originalPaymentMethodsRefund: true }, notifyCustomer: true },
    ],
  ])('is cancelled there once, with the merchant’s choices: %j', async (choices, given) => {
    await settings({ backOfficeCancels: 'cancel', ...choices });
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    const before = shopify.calls.filter((one) => one === 'OrderCancel').length;
    await cancelThere(order.references[0]!);
    await cancelThere(order.references[0]!);
    expect(shopify.cancellations.get(order.id)).toMatchObject({ ...given, staffNote: 'Cancelled in Office' });
    expect(shopify.calls.filter((one) => one === 'OrderCancel').length - before).toBe(1);
  });

  it('is cancelled once after a lost answer', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    shopify.failNext('OrderCancel', 'lost-answer');
    await cancelThere(order.references[0]!).catch(() => undefined);
    const before = shopify.calls.filter((one) => one === 'OrderCancel').length;
    await cancelThere(order.references[0]!);
    expect(shopify.cancellations.has(order.id)).toBe(true);
    expect(shopify.calls.filter((one) => one === 'OrderCancel').length).toBe(before);
  });

  it('stays somebody’s decision where another part goes on, or something has left', async () => {
    const order = await addOrder([
      { sku: 'A', quantity: 1 },
      { sku: 'B', quantity: 1, location: 'south', part: 2 },
    ]);
    await cancelThere(order.references[0]!);
    expect(shopify.cancellations.has(order.id)).toBe(false);
    await cancelThere(order.references[1]!);
    expect(shopify.cancellations.has(order.id)).toBe(true);
    const left = await addOrder([{ sku: 'A', quantity: 2 }]);
    ship(left.references[0]!, [{ sku: 'A', quantity: 1 }]);
    await runShipmentsSync(live, await world.newRun('shipments'), { shopify: shopFulfilments(shopify as never) });
    await cancelThere(left.references[0]!);
    expect(shopify.cancellations.has(left.id)).toBe(false);
  });

  it('is named with Shopify’s words where Shopify refuses', async () => {
    shopify.refusesCancel = true;
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    await cancelThere(order.references[0]!);
    expect(await causes()).toEqual(['cancelled-in-back-office', 'cancel-refused-by-shopify']);
  });

  it('stays a plan while the connection may only read Shopify', async () => {
    Object.assign(live, { access: 'read' });
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    await cancelThere(order.references[0]!);
    expect(shopify.cancellations.has(order.id)).toBe(false);
  });
});
