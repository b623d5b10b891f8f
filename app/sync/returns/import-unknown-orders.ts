import { now } from '../../core/clock.ts';
import { parseMoney } from '../../core/money.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { readSync } from '../../connections/syncs.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { mayBeForgotten } from '../../env.server.ts';
import { takeIn } from '../inbox/inbox.ts';
import { noteEvent } from '../timeline/timeline.ts';
import type { FoundOrder, ShopReturns } from './order-returns.ts';

const AT_ONCE = 100;

/** Shopify's name of an order in our reference of one of its parts: `DE-#1001_2` is part 2 of #1001. */
export function orderNameOf(reference: string, prefix: string): { name: string; number: number } {
  const bare = prefix !== '' && reference.startsWith(prefix) ? reference.slice(prefix.length) : reference;
  const [, name = bare, number] = /^(.+)_(\d+)$/.exec(bare) ?? [];
  return { name, number: number === undefined ? 1 : Number(number) };
}

async function store(
  tx: Tx,
  live: LiveConnection,
  found: FoundOrder,
  lines: Awaited<ReturnType<ShopReturns['readLines']>>,
  { reference, number }: { reference: string; number: number },
): Promise<void> {
  const shopId = live.shop.id;
  const at = now();
  const gone = lines.filter(({ fulfilled }) => fulfilled > 0);
  const { currencyCode: currency, currentTotalPriceSet } = found;
  await tx.order.upsert({
    where: { shopId_id: { shopId, id: found.id } },
    create: {
      ...{ shopId, id: found.id, name: found.name, currency, tags: [], firstSeenAt: at, decidedAt: at },
      shopifyUpdatedAt: new Date(found.updatedAt),
      placedAt: new Date(found.processedAt),
      cancelledAt: found.cancelledAt ? new Date(found.cancelledAt) : null,
      closedAt: found.closedAt ? new Date(found.closedAt) : null,
      financialStatus: found.displayFinancialStatus ?? '',
      fulfilmentStatus: found.displayFulfillmentStatus,
      total: BigInt(parseMoney(currentTotalPriceSet.shopMoney.amount, currency).amount),
      units: gone.reduce((sum, { fulfilled }) => sum + fulfilled, 0),
      verdict: 'skip',
      reason: { code: 'came-back', params: {} },
    },
    update: {},
  });
  const locationId = found.fulfillmentOrders.nodes[0]?.assignedLocation.location?.id ?? '';
  const link = await tx.locationLink.findUnique({ where: { shopId_locationId: { shopId, locationId } } });
  const taken = await tx.part.findMany({ where: { shopId, orderId: found.id, connectionId: live.id }, select: { number: true } });
  const free = taken.some((one) => one.number === number) ? Math.max(...taken.map((one) => one.number)) + 1 : number;
  const part = await tx.part.create({
    data: {
      ...{ shopId, orderId: found.id, connectionId: live.id, number: free, reference, state: 'shipped', createdAt: at },
      ...{
        locationId,
        facilityId: link?.facilityId ?? '',
        fulfilmentOrderIds: found.fulfillmentOrders.nodes.map(({ id }) => id),
      },
    },
  });
  const items = await tx.variant.findMany({
    where: { shopId, id: { in: gone.flatMap(({ variantId }) => variantId ?? []) } },
    select: { id: true, inventoryItemId: true },
  });
  await tx.partLine.createMany({
    data: gone.map(({ lineId, sku, fulfilled, variantId }) => ({
      ...{ shopId, partId: part.id, lineId, sku, locationId, quantity: fulfilled, open: 0, shipped: fulfilled },
      inventoryItemId: items.find(({ id }) => id === variantId)?.inventoryItemId ?? null,
    })),
  });
  await noteEvent(
    tx,
    shopId,
    { kind: 'order', id: found.id },
    'taken-in-for-return',
    { reference, backOffice: live.name },
    part.id,
  );
}

/** Whether the orders sync has to look at an order first, which knows how to take up one that was forgotten. */
async function isLeftToOrdersSync(live: LiveConnection, { id, processedAt }: FoundOrder): Promise<boolean> {
  const shopId = live.shop.id;
  if (!mayBeForgotten(processedAt)) return false;
  return inShop(shopId, async (tx) => {
    const judged = await tx.order.findUnique({ where: { shopId_id: { shopId, id } }, select: { id: true } });
    if (judged || !(await readSync(tx, shopId, live.id, 'orders')).enabled) return false;
    const knock = { key: `returned ${id}`, door: 'schedule' as const, topic: 'returned', triggeredAt: null };
    await takeIn(tx, shopId, { ...knock, subjectKind: 'order', subjectId: id });
    return true;
  });
}

/**
 * Takes in the orders of returns that Crossdock doesn't know: found in Shopify by the name in their reference, with the units that left. Such an order is
 * never handed over; it exists so that its return can be tied to its lines. What isn't in Shopify, or has shipped nothing, stays the named problem it is.
 */
export async function importUnknownOrders(
  live: LiveConnection,
  shopify: Pick<ShopReturns, 'findOrder' | 'readLines'>,
): Promise<number> {
  const shopId = live.shop.id;
  const { waiting, prefix } = await inShop(shopId, async (tx) => ({
    waiting: await tx.return.findMany({
      where: { shopId, connectionId: live.id, partId: null },
      orderBy: { seenAt: 'desc' },
      take: AT_ONCE,
      select: { reference: true },
    }),
    prefix: (await readSync(tx, shopId, live.id, 'orders')).settings.numberPrefix,
  }));
  let taken = 0;
  for (const reference of new Set(waiting.map((one) => one.reference))) {
    const { name, number } = orderNameOf(reference, prefix);
    const known = await inShop(shopId, (tx) =>
      tx.part.findUnique({
        where: { shopId_connectionId_reference: { shopId, connectionId: live.id, reference } },
        select: { id: true },
      }),
    );
    const found = known ? null : await shopify.findOrder(name);
    if (found && (await isLeftToOrdersSync(live, found))) continue;
    const lines = found ? await shopify.readLines(found.id) : [];
    if (!found || !lines.some(({ fulfilled }) => fulfilled > 0)) continue;
    await inShop(shopId, (tx) => store(tx, live, found, lines, { reference, number }));
    taken += 1;
  }
  return taken;
}
