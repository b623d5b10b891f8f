import path from 'node:path';
import { globSync } from 'node:fs';
import { gid } from '../../app/core/gid.ts';
import { parse, type OperationDefinitionNode } from 'graphql';
import fc from 'fast-check';
import type { z } from 'zod';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { actionCases, type Pick } from './actions.ts';
import { bodyOf, operationsOf, type ApiOperation } from './api-operations.ts';
import { openApp } from './open-app.ts';
import { openFullShop, type Ids } from './two-shops.ts';

/*
 * Shop A asks for everything, with its own ids and with those of shop B mixed at will, through every door and every job; then not one row
 * of B may have changed, and no answer may hold a word that only B's own pages show.
 */

const world = await openApp();
const { app, routes } = world;
const { jobs } = await import('../../app/jobs/definitions.ts');
const a = await openFullShop(world, 1);
const b = await openFullShop(world, 2);
const kinds = Object.keys(a.ids) as (keyof Ids)[];
let operations: ApiOperation[] = [];

beforeAll(async () => {
  // Shopify knows none of B's records when A asks for them.
  world.shopify.graphql = ({ query }) => {
    const operation = parse(query).definitions.find((one): one is OperationDefinitionNode => one.kind === 'OperationDefinition');
    const fields = operation?.selectionSet.selections.flatMap((one) =>
      one.kind === 'Field' ? [(one.alias ?? one.name).value] : [],
    );
    return { body: { data: Object.fromEntries((fields ?? []).map((name) => [name, null])) } };
  };
  operations = operationsOf(await (await app.request('http://localhost:3000/stockroom/v1/openapi.json')).json());
});
afterAll(() => world.close());

/** Decides anew at each id whose it is. */
const picker = (whose: boolean[]): Pick => {
  let turn = 0;
  return (kind) => (whose[turn++ % whose.length] ? b : a).ids[kind];
};

/** Any id of any kind: what somebody sends who doesn't care what belongs where. */
const anything = (seed: number, pick: Pick): string => pick(kinds[Math.abs(seed) % kinds.length] ?? 'order');

interface Chance {
  what: number;
  whose: boolean[];
  seeds: number[];
}

const text = async (answer: Response | Promise<Response>): Promise<string> => {
  const response = await answer;
  return `${response.headers.get('location') ?? ''} ${await response.text()}`;
};

const actors = [a.administrator, a.operator, a.viewer];
const actorOf = ({ what }: Chance) => actors[what % 3] ?? a.viewer;

/** `seeds` says which words and numbers are sent where nothing is named. */
const search = (chance: Chance, pick: Pick): Record<string, string> => {
  const names = [
    'q',
    'search',
    'page',
    'state',
    'kind',
    'sync',
    'cause',
    'location',
    'facility',
    'order',
    'shipment',
    'id',
    'user',
    'from',
  ];
  const some = chance.seeds.slice(0, 3).map((seed) => [names[seed % names.length] ?? 'q', anything(seed, pick)] as const);
  return { connection: pick('connection'), ...Object.fromEntries(some) };
};

const doors: Record<string, (chance: Chance) => Promise<string>> = {
  async page(chance) {
    const loaders = routes.filter(({ module }) => 'loader' in module);
    const route = loaders[chance.seeds[0]! % loaders.length]!;
    const pick = picker(chance.whose);
    const fitting: Record<string, keyof Ids> = {
      'app.connections.$id': 'connection',
      'app.activity.runs.$id': 'run',
      'app.orders.$id': 'order',
    };
    const kind = Object.entries(fitting).find(([id]) => route.id.endsWith(id))?.[1] ?? 'roomOrder';
    const id = chance.seeds[1]! % 4 === 0 ? anything(chance.seeds[2]!, pick) : pick(kind);
    const params = {
      id: kind === 'order' ? (id.split('/').at(-1) ?? id) : id,
      productId: pick('roomProduct'),
      connector: 'pulpo',
    };
    return text(world.ask(actorOf(chance), route, { params, query: search(chance, pick) }));
  },

  async action(chance) {
    const one = actionCases[chance.seeds[0]! % actionCases.length]!;
    const route = routes.find(({ id }) => id === one.route)!;
    const pick = picker(chance.whose);
    const given = { params: one.params?.(pick) ?? {}, query: one.query?.(pick) ?? {}, json: one.json(pick) };
    return text(world.ask(a.administrator, route, given));
  },

  async extension(chance) {
    const route = routes.find(({ id }) => id === 'routes/api.extension.order')!;
    const pick = picker(chance.whose);
    const query = { id: pick('order'), locale: 'en' };
    return text(world.ask(actorOf(chance), route, chance.what % 2 === 0 ? { query } : { query, json: {} }));
  },

  async api(chance) {
    const operation = operations[chance.seeds[0]! % operations.length]!;
    const pick = picker(chance.whose);
    const { path: address, query, json } = bodyOf(operation, chance.seeds, pick);
    const answer = app.request(`http://localhost:3000/stockroom/v1${address}?${query.toString()}`, {
      method: operation.method.toUpperCase(),
      headers: { authorization: `Bearer ${a.apiToken}`, 'content-type': 'application/json' },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    return text(answer);
  },

  async webhook(chance) {
    const { subjects } = await import('../../app/shopify/webhooks/read-webhook.ts');
    const topics = Object.keys(subjects);
    const topic = topics[chance.seeds[0]! % topics.length] ?? '';
    const pick = picker(chance.whose);
    const number = (kind: keyof Ids) => Number(/\d+$/.exec(pick(kind))?.[0] ?? 1);
    const payload = {
      id: number('order'),
      admin_graphql_api_id: pick('order'),
      order_id: number('order'),
      order: { id: number('order') },
      order_edit: { order_id: number('order') },
      fulfillment_order: { id: gid('FulfillmentOrder', 7), order_id: number('order') },
      inventory_item_id: number('inventoryItem'),
      location_id: number('location'),
      customer: { id: 7 },
      orders_requested: [number('order')],
      shop_id: b.id,
      current: ['read_orders'],
    };
    return text(world.webhook(a.domain, topic, payload));
  },

  async inbound(chance) {
    const pick = picker(chance.whose);
    const connector = chance.what % 2 === 0 ? 'pulpo' : 'stockroom';
    return text(
      app.request(`http://localhost:3000/inbound/${a.inboundToken}-${connector}/${pick('connection')}`, {
        method: 'POST',
        body: JSON.stringify({ id: anything(chance.seeds[0]!, pick), reference: pick('roomOrderReference') }),
        headers: { 'content-type': 'application/json' },
      }),
    );
  },

  async job(chance) {
    const names = Object.keys(jobs) as (keyof typeof jobs)[];
    const name = names[chance.seeds[0]! % names.length]!;
    const pick = picker(chance.whose);
    const words: Record<string, string[]> = {
      kind: [
        'order',
        'product',
        'inventory-item',
        'fulfilment-order',
        'return',
        'location',
        'shop',
        'connection',
        'delivery-profile',
        'bulk',
      ],
      sync: ['orders', 'products', 'inventory', 'shipments', 'returns'],
      event: ['uninstalled', 'scopes-changed', 'customer-data-request', 'customer-redact', 'shop-redact'],
    };
    const fitting: Record<string, keyof Ids> = {
      connectionId: 'connection',
      runId: 'run',
      inboxKey: 'inboxKey',
      problemId: 'problem',
    };
    const shape = (jobs[name].schema as z.ZodObject).shape;
    const payload = Object.fromEntries(
      Object.keys(shape).map((field, index) => {
        const seed = chance.seeds[(index + 1) % chance.seeds.length]!;
        if (field === 'shopId') return [field, a.id];
        if (field === 'orderIds') return [field, [pick('order')]];
        const list = words[field];
        if (list) return [field, list[seed % list.length]];
        const kind = fitting[field];
        return [field, kind ? pick(kind) : anything(seed, pick)];
      }),
    );
    const handler = handlers[name];
    if (!handler) throw new Error(`The job ${name} has no handler on disk`);
    // What a job throws is logged and kept: it counts as an answer.
    return handler(payload, { lastTry: true }).then(
      () => '',
      (thrown: unknown) => (thrown instanceof Error ? `${thrown.message} ${JSON.stringify(thrown)}` : String(thrown)),
    );
  },
};

type Handler = (payload: unknown, how: { lastTry: boolean }) => Promise<void>;
const handlers: Record<string, Handler> = {};
for (const file of globSync('app/jobs/handlers/*.ts').filter((name) => !name.includes('.test'))) {
  const module = (await import(/* @vite-ignore */ path.resolve(file))) as Record<string, unknown>;
  for (const [name, value] of Object.entries(module)) if (name in jobs) handlers[name] = value as Handler;
}

const chance = fc.record({
  door: fc.constantFrom(...Object.keys(doors)),
  what: fc.nat(1_000_000),
  whose: fc.array(fc.boolean(), { minLength: 4, maxLength: 8 }),
  seeds: fc.array(fc.nat(1_000_000), { minLength: 6, maxLength: 6 }),
});

describe('a shop', () => {
  it('has rows in every table that belongs to shops', async () => {
    const empty = Object.entries(await b.rows()).filter(([table, sum]) => sum.startsWith('0') && table !== 'session');
    expect(empty).toEqual([]);
  });

  it('finds its own words on its own pages: what the property looks for can be found', async () => {
    const shown: string[] = [];
    for (const route of routes.filter(({ module }) => 'loader' in module)) {
      const id = route.id.includes('connections') ? a.ids.connection : route.id.includes('runs') ? a.ids.run : a.ids.roomOrder;
      const params = { id: route.id.endsWith('app.orders.$id') ? '1001' : id, productId: a.ids.roomProduct, connector: 'pulpo' };
      const answer = await text(world.ask(a.viewer, route, { params, query: { connection: a.ids.connection } }));
      if (answer.includes(a.marker)) shown.push(route.id);
    }
    expect(shown.length).toBeGreaterThan(18);
  });

  it('has a handler on disk for every job', () => {
    expect(Object.keys(handlers).sort()).toEqual(Object.keys(jobs).sort());
    expect(operations.length).toBeGreaterThan(30);
  });

  it.each(Object.keys(doors))(
    'never reads or changes a row of another through the door "%s"',
    async (door) => {
      const before = await b.rows();
      await fc.assert(
        fc.asyncProperty(fc.array(chance, { minLength: 8, maxLength: 8 }), async (chances) => {
          for (const one of chances) {
            const answer = await doors[door]!(one);
            if (answer.includes(b.marker) || answer.includes(b.secret))
              throw new Error(`${door} told a word of another shop: ${answer}`);
          }
          expect(await b.rows()).toEqual(before);
        }),
        { numRuns: inject('fuzz') === 'nightly' ? 200 : 12, endOnFailure: true },
      );
    },
    300_000,
  );
});
