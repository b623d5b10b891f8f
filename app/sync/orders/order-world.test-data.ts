import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { Capabilities, OrdersPort, RemoteOrder, SalesOrder } from '../../connectors/contract/index.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';

/*
 * For tests of the corridor: a shop on the Shopify stand-in, a real database, and a back office that takes what it is given and notes it.
 */

const WAREHOUSES = ['Main Warehouse', 'East Warehouse'];

/** The Shopify stand-in as tests open it (sandbox/shopify/testing). */
interface StandIn {
  shop: { domain: string };
  state: { get<Row>(sql: string, ...values: (string | number)[]): Row | undefined };
  standIn: { settle(): Promise<unknown> };
  graphql(document: string, variables?: Record<string, unknown>): Promise<{ data: unknown; errors: unknown }>;
  control(path: string, body: object): Promise<{ status: number; body: unknown }>;
}

export async function openOrderWorld(
  standIn: StandIn,
  settings: Record<string, unknown> = {},
  capabilities: Partial<Capabilities> = {},
) {
  const { followClockFile } = await import('../../core/clock.ts');
  const { TransientError } = await import('../../core/errors.ts');
  const { inShop } = await import('../../db/scope.ts');
  const { prisma } = await import('../../db/client.ts');
  const { testShop } = await import('../inventory/shop.fixture.ts');
  const { syncOrder } = await import('./sync-order.ts');
  const { readParts } = await import('./order-store.ts');

  const shop = await testShop();
  const { shopId, live } = shop;
  Object.assign(live, { definition: { ...live.definition, capabilities: { ...live.definition.capabilities, ...capabilities } } });
  const clockFile = join(mkdtempSync(join(tmpdir(), 'clock-')), 'offset');
  followClockFile(clockFile);

  /** Has a connection's back office take what it is given; answers what it has, by reference, and what was cancelled there. */
  const taking = (one: LiveConnection) => {
    const taken = new Map<string, SalesOrder>();
    const cancelled = new Set<string>();
    const remote = ({ reference, lines }: SalesOrder): RemoteOrder => ({
      ...{ remoteId: `r ${reference}`, remoteNumber: null, reference, total: null, facilityId: null, url: null },
      state: cancelled.has(reference) ? 'cancelled' : 'open',
      lines: lines.map(({ lineId, sku, quantity }) => ({ lineId, sku, quantity })),
    });
    const take = (order: SalesOrder) => {
      taken.set(order.reference, order);
      return Promise.resolve(remote(order));
    };
    const orders: OrdersPort = {
      preview: (order) => Promise.resolve([{ call: 'POST orders', body: order }]),
      create: take,
      find: (reference) => Promise.resolve(taken.has(reference) ? remote(taken.get(reference) as SalesOrder) : null),
      cancel: (remoteId) => {
        const reference = remoteId.slice(2);
        cancelled.add(reference);
        return Promise.resolve({ verdict: 'accepted', order: remote(taken.get(reference) as SalesOrder) });
      },
      ...(one.definition.capabilities.amend
        ? { amend: async (_id, order) => ({ verdict: 'accepted', order: await take(order) }) as const }
        : {}),
    };
    Object.assign(one, { connector: { ...one.connector, orders } });
    return { taken, cancelled, create: take };
  };
  const { taken, cancelled } = taking(live);

  const ask = async (document: unknown, variables: unknown): Promise<unknown> => {
    const answer = await standIn.graphql(String(document), variables as Record<string, unknown>);
    await standIn.standIn.settle();
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data;
  };
  const admin = {
    shop: { id: shopId, domain: standIn.shop.domain },
    run: ask as ShopifyAdmin['run'],
    runNotingDenied: (async (document: unknown, variables: unknown) => ({
      data: await ask(document, variables),
      denied: [],
    })) as unknown as ShopifyAdmin['runNotingDenied'],
  };

  const locationOf = (name: string) =>
    `gid://shopify/Location/${standIn.state.get<{ id: number }>('SELECT id FROM locations WHERE name = ?', name)?.id}`;
  for (const [index, name] of WAREHOUSES.entries()) await shop.link(locationOf(name), `F${index + 1}`);
  const storeFor = (connectionId: string, settings: object) =>
    inShop(shopId, (tx) =>
      tx.sync.upsert({
        where: { shopId_connectionId_kind: { shopId, connectionId, kind: 'orders' } },
        create: { shopId, connectionId, kind: 'orders', enabled: true, enabledAt: new Date(), settings },
        update: { settings },
      }),
    );
  const store = (given: Record<string, unknown>) => storeFor(live.id, { ...base, ...given });
  const base = { earliestOrderDate: '2026-01-01', unmappedShipping: 'send', ...settings };
  await store({});

  const idOf = (name: string) =>
    `gid://shopify/Order/${standIn.state.get<{ id: number }>('SELECT id FROM orders WHERE name = ?', name)?.id ?? 0}`;
  const pass = (name: string, connections = [live]) => ({ shopId, admin, connections, orderId: idOf(name), lastTry: true });

  return {
    ...{ shopId, live, admin, taken, cancelled, idOf, pass, store, inShop },
    /** One more connection of the shop, an hour old, whose orders sync is on from now on, with a back office of its own. It serves no location yet. */
    async another(given: Record<string, unknown> = {}) {
      const at = new Date(Date.now() - 3_600_000);
      const { id } = await inShop(shopId, (tx) =>
        tx.connection.create({
          data: { shopId, connector: 'test', name: 'Other', inboundHash: randomUUID(), createdAt: at, updatedAt: at },
        }),
      );
      const other: LiveConnection = { ...live, id, name: 'Other' };
      await storeFor(id, { unmappedShipping: 'send', ...given });
      return { live: other, ...taking(other) };
    },
    /** From now on a location is served by this connection. */
    async serve(location: string, { id: connectionId }: LiveConnection): Promise<void> {
      await inShop(shopId, (tx) =>
        tx.locationLink.updateMany({ where: { shopId, locationId: locationOf(location) }, data: { connectionId } }),
      );
    },
    /** Places an order and answers its name. */
    async place(order: Record<string, unknown>): Promise<string> {
      const { status, body } = await standIn.control('/shopify/orders', order);
      if (status >= 300) throw new Error(JSON.stringify(body));
      await standIn.standIn.settle();
      return (body as { orders: { name: string }[] }).orders[0]?.name ?? '';
    },
    sync: (name: string, connections = [live]) => syncOrder(pass(name, connections)),
    /** A pass on which the back office takes what it is given, and whose answer never comes. */
    async syncWithoutAnswer(name: string, port: 'create' | 'amend'): Promise<void> {
      const orders = live.connector.orders as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
      const takes = orders[port]?.bind(orders);
      if (!takes) throw new Error(`This back office takes no ${port}`);
      orders[port] = async (...given) => {
        await takes(...given);
        throw new TransientError('no-answer', 'The answer got lost', { mayHaveLanded: true });
      };
      await syncOrder(pass(name)).catch(() => undefined);
      orders[port] = takes;
    },
    async act(name: string, action: string, body: object): Promise<void> {
      await standIn.control(`/shopify/orders/${name.slice(1)}/${action}`, body);
      await standIn.standIn.settle();
    },
    orderRow: (name: string) =>
      inShop(shopId, (tx) => tx.order.findUniqueOrThrow({ where: { shopId_id: { shopId, id: idOf(name) } } })),
    parts: (name: string) => inShop(shopId, (tx) => readParts(tx, shopId, idOf(name))),
    shipments: (name: string) => inShop(shopId, (tx) => tx.shipment.findMany({ where: { shopId, orderId: idOf(name) } })),
    problems: () => inShop(shopId, (tx) => tx.problem.findMany({ where: { shopId, closedAt: null } })),
    /** What the back office was given under each reference of an order, as `sku×units@facility`. */
    given(name: string): Record<string, string[]> {
      const mine = [...taken].filter(([reference]) => reference === name || reference.startsWith(`${name}_`));
      return Object.fromEntries(
        mine.map(([reference, { lines }]) => [
          reference,
          lines.map(({ sku, quantity, facilityId }) => `${sku}×${quantity}@${facilityId}`).sort(),
        ]),
      );
    },
    /** From now on it is so many days later. */
    laterByDays(days: number): void {
      writeFileSync(clockFile, String(days * 86_400_000));
      followClockFile(clockFile);
    },
    async close(): Promise<void> {
      await prisma.$disconnect();
    },
  };
}
