import { globSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { gid } from '../../app/core/gid.ts';
import { actionCases, type Pick } from './actions.ts';
import { bodyOf, operationsOf } from './api-operations.ts';
import { extensionCases, loaderCases, type LoaderCase } from './loaders.ts';
import type { OpenApp } from './open-app.ts';
import type { FullShop, Ids } from './two-shops.ts';

export interface Chance {
  /** Which of a door's cases. */
  what: number;
  whose: boolean[];
  seeds: number[];
}

/** What may come in, and how many different things that are. */
export interface Door {
  count: number;
  /** Shop A asks; answers everything that it is told. */
  ask(chance: Chance): Promise<string>;
}

/** As OrderWise's session posts a document. */
const form = (data: string) => ({ body: new URLSearchParams({ ExportData: data }) });

/** Every call that a back office may make at the address of a connection, with ids of whichever shop in its body. `id` tells one call from the next. */
export const inboundCases: {
  connector: 'pulpo' | 'orderwise';
  call(pick: Pick, id: string): { path: string; body?: string | URLSearchParams; headers?: Record<string, string> };
}[] = [
  ...['sales_order_updated', 'packing_box_closed', 'incoming_good_created', 'shipment_tracking_updated'].map((type) => ({
    connector: 'pulpo' as const,
    call: (pick: Pick, id: string) => ({
      path: pick('remoteConnection'),
      body: JSON.stringify({
        ...{ id, type, warehouse_id: pick('facility') },
        data: { order_num: pick('roomOrderReference'), document_type: 'return', packing_box_id: pick('roomShipment') },
      }),
    }),
  })),
  { connector: 'orderwise', call: (pick) => ({ path: 'orders', body: JSON.stringify({ connection: pick('session') }) }) },
  {
    connector: 'orderwise',
    call: (pick) => ({ path: 'success', ...form(`${pick('roomOrderReference')}~${pick('roomOrderReference')}`) }),
  },
  {
    connector: 'orderwise',
    call: (pick) => ({
      path: 'stock',
      ...form(
        `<XMLFile><Stock><sku>${pick('sku')}</sku><StocklocationId>${pick('roomFacilityCode')}</StocklocationId><freeStock>3</freeStock></Stock></XMLFile>`,
      ),
    }),
  },
  {
    connector: 'orderwise',
    call: (pick) => ({
      path: 'despatch',
      ...form(
        `<XMLFile><order><orderNo>${pick('roomOrderReference')}</orderNo><orderStatus>Completed</orderStatus><deliveries><deliveryNumber>${pick('roomShipment')}</deliveryNumber></deliveries></order></XMLFile>`,
      ),
    }),
  },
];

type Handler = (payload: unknown, how: { lastTry: boolean }) => Promise<void>;

/** The handlers of jobs, by the names of the jobs: every file of their folder is looked into. */
export async function handlersOnDisk(names: string[]): Promise<Record<string, Handler>> {
  const handlers: Record<string, Handler> = {};
  for (const file of globSync('app/jobs/handlers/*.ts').filter((name) => !name.includes('.test'))) {
    const module = (await import(/* @vite-ignore */ path.resolve(file))) as Record<string, unknown>;
    for (const [name, value] of Object.entries(module)) if (names.includes(name)) handlers[name] = value as Handler;
  }
  return handlers;
}

const text = async (answer: Response | Promise<Response>): Promise<string> => {
  const response = await answer;
  return `${response.headers.get('location') ?? ''} ${await response.text()}`;
};

/**
 * Every door and every job of the product, opened by shop A with ids of both shops: which, `whose` decides. Actions come last, because A's own records
 * are no longer the same after them.
 */
export async function everyDoor(world: OpenApp, a: FullShop, b: FullShop): Promise<Record<string, Door>> {
  const { app, routes } = world;
  const { jobs } = await import('../../app/jobs/definitions.ts');
  const { subjects } = await import('../../app/shopify/webhooks/read-webhook.ts');
  const handlers = await handlersOnDisk(Object.keys(jobs));
  const operations = operationsOf(await (await app.request('http://localhost:3000/stockroom/v1/openapi.json')).json());
  // The table names pages of the app; what else has a loader is read as it stands.
  const others = routes.filter(({ id, module }) => 'loader' in module && !loaderCases.some(({ route }) => route === id));
  const reads: LoaderCase[] = [...loaderCases, ...others.map(({ id }) => ({ route: id, given: () => ({}) }))];
  const topics = Object.keys(subjects);
  const names = Object.keys(jobs) as (keyof typeof jobs)[];
  const kinds = Object.keys(a.ids) as (keyof Ids)[];

  /** Decides anew at each id whose it is. */
  const picker = (whose: boolean[]): Pick => {
    let turn = 0;
    return (kind) => (whose[turn++ % whose.length] ? b : a).ids[kind];
  };

  /** Any id of any kind: what somebody sends who doesn't care what belongs where. */
  const anything = (seed: number, pick: Pick): string => pick(kinds[Math.abs(seed) % kinds.length] ?? 'order');

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
    return { connection: pick('connection'), statement: pick('planned'), ...Object.fromEntries(some) };
  };

  const doors = {
    async page(chance) {
      const one = reads[chance.what % reads.length]!;
      const route = routes.find(({ id }) => id === one.route)!;
      const pick = picker(chance.whose);
      const given = one.given(pick);
      const params = { ...given.params, ...(chance.seeds[1]! % 4 === 0 ? { id: anything(chance.seeds[2]!, pick) } : {}) };
      // What the page is asked for stays; what else may be said is chance's.
      return text(world.ask(actorOf(chance), route, { params, query: { ...search(chance, pick), ...given.query } }));
    },

    async action(chance) {
      const one = actionCases[chance.what % actionCases.length]!;
      const route = routes.find(({ id }) => id === one.route)!;
      const pick = picker(chance.whose);
      const given = { params: one.params?.(pick) ?? {}, query: one.query?.(pick) ?? {}, json: one.json(pick) };
      return text(world.ask(a.administrator, route, given));
    },

    async extension(chance) {
      const pick = picker(chance.whose);
      const one = extensionCases[chance.what % extensionCases.length]!;
      const route = routes.find(({ id }) => id === one.route)!;
      return text(world.ask(actorOf(chance), route, one.given(pick)));
    },

    async api(chance) {
      const operation = operations[chance.what % operations.length]!;
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
      const topic = topics[chance.what % topics.length] ?? '';
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
      const one = inboundCases[chance.what % inboundCases.length]!;
      // What it handed out and was told of is gone after the call.
      if (one.connector === 'orderwise') await a.layOffer();
      const { path: rest, ...call } = one.call(pick, `${chance.seeds.join('-')} ${anything(chance.seeds[0]!, pick)}`);
      return text(
        app.request(`http://localhost:3000/inbound/${a.inboundToken(one.connector)}/${rest}`, { method: 'POST', ...call }),
      );
    },

    async job(chance) {
      const name = names[chance.what % names.length]!;
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
        deliveryId: 'message',
      };
      const shape = (jobs[name].schema as z.ZodObject).shape;
      const payload = Object.fromEntries(
        Object.keys(shape).map((field, index) => {
          const seed = chance.seeds[(index + 1) % chance.seeds.length]!;
          if (field === 'shopId') return [field, a.id];
          if (field === 'orderIds') return [field, [pick('order')]];
          const list = words[field];
          if (list) return [field, list[Math.floor(chance.what / names.length) % list.length]];
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
  } satisfies Record<string, (chance: Chance) => Promise<string>>;
  const counts: Record<keyof typeof doors, number> = {
    page: reads.length,
    extension: extensionCases.length,
    api: operations.length,
    webhook: topics.length,
    inbound: inboundCases.length,
    // Ten is the longest of the lists of words.
    job: names.length * 10,
    action: actionCases.length,
  };
  return Object.fromEntries(
    (Object.keys(counts) as (keyof typeof doors)[]).map((name) => [name, { count: counts[name], ask: doors[name] }]),
  );
}
