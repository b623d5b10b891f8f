import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_QUERY_COST, openBuckets, RESTORE_RATE } from '../../sandbox/shopify/core/bucket.ts';
import { actualCost, requestedCost } from '../../sandbox/shopify/core/cost.ts';
import { prepare } from '../../sandbox/shopify/core/execute.ts';
import { adminSchema } from '../../sandbox/shopify/core/admin-schema.ts';
import { optionsOfChild, serveParent } from './child.ts';
import { closeServer, listenAnywhere } from './listen.ts';
import { ShopifyState } from './shopify-answers.ts';
import type { WorldOptions, WorldQuestion, WorldStats } from './world-types.ts';

/**
 * Shopify and a back office that cost nothing but what they are asked for, in a process of its own: the full stand-in executes GraphQL over SQLite,
 * and at these rates it would be what is measured. Points, throttling and answers are as there: the same cost model and bucket.
 */
const { plan: usual, plans = {}, shopifyMs, officeMs, bulkMs = 0 } = optionsOfChild<WorldOptions>();
const state = new ShopifyState(bulkMs);
const buckets = openBuckets(() => Date.now());
const shops = new Map<string, number>();
const costs = new Map<string, { requested: number; actual: number }>();
const taken = new Map<string, { at: number; order: object }>();
/** Stock of the back office by account and SKU, with the moment of its last change. */
const stock = new Map<string, Map<string, { available: number; at: number }>>();
const fresh = (): WorldStats => ({
  shops: {},
  points: 0,
  throttled: 0,
  calls: {},
  lowest: Infinity,
  doubled: 0,
  stale: 0,
  firstAt: 0,
  lastAt: 0,
});
let stats = fresh();
const lag = (ms: number) => (ms > 0 ? sleep(ms) : Promise.resolve());

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function shopOf(request: IncomingMessage): { domain: string; index: number; locationId: string } {
  const domain = String(request.headers['x-sandbox-shop'] ?? '');
  const index = shops.get(domain) ?? shops.size + 1;
  shops.set(domain, index);
  return { domain, index, locationId: `gid://shopify/Location/${Number(/(\d+)/.exec(domain)?.[1] ?? 0) * 10 + 1}` };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
}

async function graphql(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { query, variables = {} } = JSON.parse(await bodyOf(request)) as { query: string; variables?: Record<string, unknown> };
  const { domain, index, locationId } = shopOf(request);
  const plan = plans[domain] ?? usual;
  const own = (stats.shops[domain] ??= { points: 0, throttled: 0, lowest: Infinity });
  const operation = /(?:query|mutation) (\w+)/.exec(query)?.[1] ?? '';
  stats.calls[operation] = (stats.calls[operation] ?? 0) + 1;
  const { operations, fragments, errors } = prepare(query);
  const [first] = operations;
  if (!first || errors.length > 0) return json(response, 200, { errors: errors.map((error) => error.toJSON()) });
  const input = { schema: adminSchema().schema, operation: first, fragments, variables };
  const known = costs.get(query);
  const requested = known?.requested ?? requestedCost(input);
  if (requested > MAX_QUERY_COST)
    return json(response, 200, { errors: [{ message: `${operation} may cost ${requested} points` }] });
  const throttleStatus = () => buckets.status(index, plan);
  if (!buckets.charge(index, plan, requested)) {
    stats.throttled += 1;
    own.throttled += 1;
    const extensions = { cost: { requestedQueryCost: requested, actualQueryCost: null, throttleStatus: throttleStatus() } };
    return json(response, 200, { errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }], extensions });
  }
  const at = Date.now();
  stats.firstAt ||= at;
  stats.lastAt = at;
  own.lowest = Math.min(own.lowest, throttleStatus().currentlyAvailable);
  stats.lowest = Math.min(stats.lowest, own.lowest);
  await lag(shopifyMs);
  const base = `http://${request.headers.host}`;
  const data = state.answer(operation, variables, { locationId, base });
  const actual = known?.actual ?? Math.min(requested, actualCost(input, data));
  if (!known) costs.set(query, { requested, actual });
  buckets.refund(index, plan, requested - actual);
  stats.points += actual;
  own.points += actual;
  const cost = { requestedQueryCost: requested, actualQueryCost: actual, throttleStatus: throttleStatus() };
  json(response, 200, { data, extensions: { cost } });
}

/** The lines of a result, many in each piece. */
function* pieces(lines: Iterable<object>): Generator<string> {
  let piece = '';
  for (const line of lines) {
    piece += `${JSON.stringify(line)}\n`;
    if (piece.length < 256 * 1024) continue;
    yield piece;
    piece = '';
  }
  if (piece) yield piece;
}

async function result(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const bulk = state.bulk(`gid://shopify/BulkOperation/${request.url?.split('/').at(-1)}`);
  if (!bulk) return json(response, 404, {});
  if (bulk.kind !== 'BulkProducts') {
    response.writeHead(200, { 'content-type': 'application/jsonl' });
    return pipeline(Readable.from(pieces(state.bulkLines(bulk))), response);
  }
  const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const size = statSync(state.catalogue).size;
  const range = { 'content-range': `bytes ${start}-${size - 1}/${size}` };
  response.writeHead(start > 0 ? 206 : 200, { 'content-length': size - start, ...(start > 0 ? range : {}) });
  return pipeline(createReadStream(state.catalogue, { start }), response);
}

async function office(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '', 'http://office');
  await lag(officeMs);
  if (url.pathname === '/office/stock') {
    const since = Number(url.searchParams.get('since'));
    const skus = url.searchParams.get('skus')?.split(',');
    const levels = [...(stock.get(url.searchParams.get('account') ?? '') ?? [])];
    const told = levels.filter(([sku, { at }]) => at >= since && (!skus || skus.includes(sku)));
    return json(
      response,
      200,
      told.map(([sku, { available }]) => [sku, available]),
    );
  }
  if (request.method === 'GET') {
    const found = taken.get(url.searchParams.get('reference') ?? '');
    return json(response, found ? 200 : 404, found?.order ?? {});
  }
  const { reference, total, facilityId } = JSON.parse(await bodyOf(request)) as {
    reference: string;
    total: { amount: number };
    facilityId: string;
  };
  const order = {
    ...{
      remoteId: `r${reference}`,
      remoteNumber: null,
      reference,
      state: 'open',
      lines: [],
      total: total.amount,
      facilityId,
      url: null,
    },
  };
  if (taken.has(reference)) stats.doubled += 1;
  else taken.set(reference, { at: Date.now(), order });
  json(response, 201, order);
}

const server = createServer((request, response) => {
  const path = request.url ?? '';
  const work = path.endsWith('/graphql.json') ? graphql : path.startsWith('/results/') ? result : office;
  work(request, response).catch((error: unknown) => {
    if (response.headersSent) response.destroy();
    else json(response, 500, { errors: String(error) });
  });
});
adminSchema();
const url = await listenAnywhere(server);

function answer(question: WorldQuestion): unknown {
  switch (question.ask) {
    case 'reset':
      stats = fresh();
      return null;
    case 'forget':
      taken.clear();
      return null;
    case 'stats':
      return { ...stats, stale: state.stale, restorePerSecond: RESTORE_RATE[usual] };
    case 'orders':
      state.orders = question.orders;
      return null;
    case 'catalogue':
      state.catalogue = question.file;
      return null;
    case 'stock': {
      const account = stock.get(question.account) ?? new Map<string, { available: number; at: number }>();
      stock.set(question.account, account);
      for (const [sku, available] of question.levels) account.set(sku, { available, at: Date.now() });
      return null;
    }
    case 'written':
      return [...state.written];
    case 'levels':
      return state.levels.size;
    case 'levelsAt':
      return [...state.levels.values()].filter((available) => available === question.available).length;
    case 'taken':
      return taken.size;
    case 'arrivals':
      return [...taken].map(([reference, { at }]) => [reference, at]);
  }
}
serveParent({ url }, answer, () => closeServer(server));
