import type { RemoteOrder, Shipment } from '../../connectors/contract/index.ts';
import { openSyncWorld, type TestOrder } from '../shipments/sync-world.test-data.ts';

const MINUTE = 60_000;

/**
 * The world of the shipments tests with both sides' order lists: Shopify's in memory with the moments it would tell, the back office's by
 * reference. `corridor` does what the workers do with whatever waits in the inbox.
 */
export async function openStatementWorld(database: { close(): Promise<void> }) {
  const world = await openSyncWorld(database);
  const { shopId, connectionId, shopify, live, office } = world;
  const { inShop } = await import('../../db/scope.ts');
  const { mirrorShipmentsOfOrder, noteFulfilmentsOfOrder } = await import('../shipments/mirror-shipments-of-order.ts');
  const { runShipmentsSync } = await import('../shipments/run-shipments-sync.ts');
  const { shopFulfilments } = await import('../shipments/order-in-shopify.ts');
  const { runStatement } = await import('./run-statement.ts');
  const { openRun } = await import('../runs/runs.ts');
  const { readSums } = await import('./sum-up.ts');
  const { readSync } = await import('../../connections/syncs.ts');
  const { earliestOrder } = await import('../orders/earliest-order.ts');
  const mirrored = { shopify: shopFulfilments(shopify as never) };

  const listed = new Map<string, { placedAt: string; updatedAt: string }>();
  const there = new Map<string, RemoteOrder>();
  const asked: string[] = [];
  /** Orders that were taken in, by the topic of the knock. */
  const takenIn: string[] = [];
  const sentAgain: string[] = [];
  /** References of parts that were told again what to ship. */
  const amendedAgain: string[] = [];

  const remote = (reference: string, state: RemoteOrder['state'] = 'open', lines: RemoteOrder['lines'] = []): RemoteOrder => ({
    remoteId: `remote ${reference}`,
    remoteNumber: null,
    ...{ reference, state, lines, total: null, facilityId: null, url: null },
  });
  /** A part as the back office has it where it has it as it should. */
  const asWanted = async (reference: string): Promise<RemoteOrder> => {
    const wanted = await inShop(shopId, async (tx) => {
      const part = await tx.part.findFirstOrThrow({ where: { shopId, connectionId, reference } });
      return tx.partLine.findMany({ where: { shopId, partId: part.id } });
    });
    return remote(
      reference,
      'open',
      wanted.map(({ lineId, sku, quantity }) => ({ lineId, sku, quantity })),
    );
  };
  Object.assign(live.connector, {
    orders: {
      find(reference: string) {
        asked.push(reference);
        return Promise.resolve(there.get(reference) ?? null);
      },
    },
  });
  await inShop(shopId, (tx) =>
    tx.sync.create({ data: { shopId, connectionId, kind: 'orders', enabled: true, enabledAt: new Date(0) } }),
  );

  const nodeOf = (id: string) => {
    const order = listed.get(id);
    if (!order) return null;
    return {
      __typename: 'Order',
      ...{
        id,
        name: shopify.orders.get(id)?.name ?? '',
        processedAt: order.placedAt,
        updatedAt: order.updatedAt,
        cancelledAt: null,
      },
      fulfillments: shopify.fulfilments
        .filter((one) => one.orderId === id)
        .map((one) => ({
          ...{ id: one.id, status: one.status, trackingInfo: one.tracking.map(({ number }) => ({ number })) },
          fulfillmentLineItems: {
            nodes: one.lines.map(({ lineId, quantity }) => ({ quantity, lineItem: { id: lineId } })),
            pageInfo: { hasNextPage: false },
          },
        })),
    };
  };
  let pages = 0;
  const admin = {
    shop: { id: shopId, domain: live.shop.domain },
    runNotingDenied: () => Promise.reject(new Error('not part of this test')),
    run(document: { toString(): string }, variables: { ids?: string[]; query?: string; after?: string }): Promise<unknown> {
      const operation = /(?:query|mutation) (\w+)/.exec(document.toString())?.[1];
      if (operation === 'OrdersAgain') return Promise.resolve({ nodes: (variables.ids ?? []).map(nodeOf) });
      if (operation !== 'OrdersPlaced') return shopify.run(document, variables);
      pages += 1;
      const [, from = '', to = ''] = /processed_at:>='([^']+)' processed_at:<'([^']+)'/.exec(variables.query ?? '') ?? [];
      const all = [...listed]
        .filter(([, { placedAt }]) => placedAt >= from && placedAt < to)
        .sort(([, a], [, b]) => (a.placedAt < b.placedAt ? -1 : 1));
      // Small pages, so that every test turns one.
      const start = Number(variables.after ?? 0);
      const nodes = all.slice(start, start + 3).map(([id]) => nodeOf(id));
      return Promise.resolve({
        orders: { nodes, pageInfo: { hasNextPage: all.length > start + 3, endCursor: String(start + 3) } },
      });
    },
  };

  /** An order that Shopify lists, our rows know, and the back office has. */
  async function addOrder(quantity = 2, minutesAgo = 60): Promise<TestOrder> {
    const order = await world.addOrder([{ sku: `S${listed.size}`, quantity }]);
    const at = new Date(Date.now() - minutesAgo * MINUTE);
    listed.set(order.id, { placedAt: at.toISOString(), updatedAt: at.toISOString() });
    await inShop(shopId, async (tx) => {
      await tx.order.updateMany({ where: { shopId, id: order.id }, data: { placedAt: at, shopifyUpdatedAt: at, decidedAt: at } });
      await tx.part.updateMany({ where: { shopId, orderId: order.id }, data: { sentHash: 'as sent' } });
    });
    for (const reference of order.references) there.set(reference, await asWanted(reference));
    return order;
  }

  /** What a worker does with an order that was taken in: reads it, hands over what isn't there, tells again what it doesn't know to be told, mirrors its parcels. */
  async function takeOrder(id: string): Promise<void> {
    const order = listed.get(id);
    if (!order) {
      const parts = await inShop(shopId, (tx) => tx.part.findMany({ where: { shopId, orderId: id } }));
      for (const { reference } of parts) there.set(reference, remote(reference, 'cancelled'));
      await inShop(shopId, async (tx) => {
        await tx.part.updateMany({ where: { shopId, orderId: id }, data: { state: 'cancelled', cancelledAt: new Date() } });
        const reason = { code: 'deleted-in-shopify', params: {} };
        await tx.order.updateMany({ where: { shopId, id }, data: { verdict: 'skip', reason } });
      });
      return;
    }
    const name = shopify.orders.get(id)?.name ?? '';
    const at = new Date(order.placedAt);
    const facts = { shopifyUpdatedAt: new Date(order.updatedAt), decidedAt: new Date() };
    const fresh = {
      financialStatus: 'PAID',
      fulfilmentStatus: 'UNFULFILLED',
      currency: 'EUR',
      total: 0n,
      units: 0,
      tags: [],
      verdict: 'send',
    };
    await inShop(shopId, async (tx) => {
      await tx.order.upsert({
        where: { shopId_id: { shopId, id } },
        create: { shopId, id, name, placedAt: at, firstSeenAt: new Date(), ...fresh, ...facts },
        update: facts,
      });
      const { settings, enabledAt } = await readSync(tx, shopId, connectionId, 'orders');
      const earliest = earliestOrder(settings, enabledAt, live.shop.timeZone);
      const tooOld = earliest !== null && at < earliest;
      await tx.order.updateMany({
        where: { shopId, id, verdict: { in: ['send', 'hold', 'skip'] } },
        data: { verdict: tooOld ? 'skip' : 'send', reason: { code: tooOld ? 'too-old' : '', params: {} }, holdUntil: null },
      });
      if (tooOld) return;
      const parts = await tx.part.findMany({ where: { shopId, orderId: id, connectionId } });
      if (parts.length === 0) {
        const locationId = 'gid://shopify/Location/1';
        const place = { locationId, facilityId: 'F1', createdAt: new Date() };
        const part = await tx.part.create({ data: { shopId, orderId: id, connectionId, number: 1, reference: name, ...place } });
        parts.push(part);
        for (const { id: lineId, sku, quantity } of shopify.orders.get(id)?.lines ?? [])
          await tx.partLine.create({ data: { shopId, partId: part.id, lineId, sku, locationId, quantity, open: quantity } });
      }
      for (const part of parts.filter((one) => one.remoteId === null && one.state !== 'cancelled')) {
        sentAgain.push(part.reference);
        if (!there.has(part.reference)) there.set(part.reference, remote(part.reference));
        await tx.part.update({
          where: { shopId_id: { shopId, id: part.id } },
          data: { state: 'sent', remoteId: `remote ${part.reference}`, acceptedAt: new Date(), sentHash: 'as sent' },
        });
      }
    });
    const untold = await inShop(shopId, (tx) =>
      tx.part.findMany({ where: { shopId, orderId: id, connectionId, state: 'sent', sentHash: null } }),
    );
    for (const part of untold) {
      amendedAgain.push(part.reference);
      there.set(part.reference, await asWanted(part.reference));
      await inShop(shopId, (tx) =>
        tx.part.update({ where: { shopId_id: { shopId, id: part.id } }, data: { sentHash: 'as sent' } }),
      );
    }
    await noteFulfilmentsOfOrder(live, id, mirrored);
    await mirrorShipmentsOfOrder(live, id, mirrored);
  }

  async function corridor(): Promise<void> {
    const waiting = await inShop(shopId, (tx) =>
      tx.inboxItem.findMany({ where: { shopId, handledAt: null }, orderBy: { id: 'asc' } }),
    );
    for (const item of waiting) {
      takenIn.push(item.subjectId);
      if (item.subjectKind === 'order') await takeOrder(item.subjectId);
      await inShop(shopId, (tx) => tx.inboxItem.updateMany({ where: { shopId, id: item.id }, data: { handledAt: new Date() } }));
    }
  }

  async function state(task = 'scheduled', argument?: string, tools: object = {}) {
    takenIn.length = 0;
    sentAgain.length = 0;
    amendedAgain.length = 0;
    asked.length = 0;
    const runId = await inShop(shopId, (tx) =>
      openRun(tx, shopId, { connectionId, sync: 'statement', door: 'button', task, ...(argument ? { argument } : {}) }),
    );
    await runStatement(
      live,
      { id: runId, task, ...(argument ? { argument } : {}) },
      { admin: admin as never, pause: corridor, ...tools },
    );
    return readStatement(runId);
  }

  async function readStatement(runId: string) {
    const lines = await inShop(shopId, (tx) => tx.statementLine.findMany({ where: { shopId, runId } }));
    const sums = await inShop(shopId, (tx) => readSums(tx, shopId, runId));
    return {
      ...{ runId, sums },
      line: (kind: string, id: string) => {
        const found = lines.find((one) => one.kind === kind && one.id === id);
        return found && { bucket: found.bucket, code: found.code, found: found.found };
      },
      found: lines
        .filter(({ found }) => found !== '')
        .map(({ kind, id, found }) => `${kind} ${id} ${found}`)
        .sort(),
    };
  }

  /** The shipments sync reads all that left, and mirrors it. */
  const readShipments = async () => runShipmentsSync(live, await world.newRun('shipments', 'full'), mirrored);

  return {
    ...world,
    ...{
      listed,
      there,
      asked,
      takenIn,
      sentAgain,
      amendedAgain,
      addOrder,
      corridor,
      state,
      readStatement,
      readShipments,
      remote,
      admin,
    },
    pages: () => pages,
    /** The warehouse ships, and the parcel is mirrored as it should be. */
    async shipAndMirror(order: TestOrder, quantity = 1): Promise<Shipment> {
      const sku = shopify.orders.get(order.id)?.lines[0]?.sku ?? '';
      const parcel = world.ship(order.references[0] ?? '', [{ sku, quantity, lineId: order.lineIds[0] ?? '' }], {
        shippedAt: new Date(Date.now() - 30 * MINUTE).toISOString(),
      });
      await readShipments();
      return parcel;
    },
    office,
  };
}
