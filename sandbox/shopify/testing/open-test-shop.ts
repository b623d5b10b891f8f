import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { openCallLog } from '../../kit/call-log.ts';
import { openClock } from '../../kit/clock.ts';
import { openFaults } from '../../kit/faults.ts';
import { openState, type State } from '../../kit/state.ts';
import { adminSchema } from '../core/admin-schema.ts';
import { DEMO_SHOP, type InstallOptions } from '../seed/install-shop.ts';
import { createShopifyStandIn, type StandInOptions } from '../stand-in.ts';

const KEY = 'test-key';
const SECRET = 'test-secret';
const ALL_SCOPES =
  'read_products,read_inventory,write_inventory,read_locations,write_locations,read_orders,write_orders,read_customers,read_merchant_managed_fulfillment_orders,write_merchant_managed_fulfillment_orders,read_fulfillments,write_fulfillments,read_shipping,read_publications,read_returns,write_returns,write_order_edits,read_assigned_fulfillment_orders,write_assigned_fulfillment_orders,read_third_party_fulfillment_orders,read_shopify_payments_accounts';
const OPTIONAL_SCOPES = ['read_all_orders', 'write_customers', 'write_locations', 'write_order_edits', 'write_products'];

// the schema takes a moment: not at the cost of the first test's time
adminSchema();

export interface TestShopOptions extends Partial<StandInOptions> {
  scopes?: string;
  topics?: string[];
  state?: State;
  shop?: Partial<InstallOptions>;
  /** Stands in for killing the process at the other end of a connection; tells its pid. */
  killCaller?: () => number | undefined;
}

export interface Answer {
  status: number;
  // answers of arbitrary queries: their shape is what the test is about
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  data: any;
  errors: { message: string; path?: unknown[]; extensions: { code: string; requiredAccess?: string } }[] | undefined;
  extensions: {
    cost: {
      requestedQueryCost: number;
      actualQueryCost: number | null;
      throttleStatus: { currentlyAvailable: number; maximumAvailable: number; restoreRate: number };
    };
  };
}

/** A stand-in in memory with the demo shop, without delays, and ways to talk to it. Nothing happens by itself: call `settle`. */
export function openTestShop(options: TestShopOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'shop-'));
  const tomlPath = join(folder, 'shopify.app.toml');
  const writeToml = (scopes: string, topics: string[] = []) =>
    writeFileSync(
      tomlPath,
      `[access_scopes]\nscopes = "${scopes}"\noptional_scopes = ${JSON.stringify(OPTIONAL_SCOPES)}\n[webhooks]\napi_version = "2026-10"\n${topics.length > 0 ? `[[webhooks.subscriptions]]\ntopics = ${JSON.stringify(topics)}\nuri = "/webhooks"\n` : ''}[[webhooks.subscriptions]]\ncompliance_topics = ["customers/data_request", "customers/redact", "shop/redact"]\nuri = "/webhooks"\n`,
    );
  writeToml(options.scopes ?? ALL_SCOPES, options.topics);
  const clock = options.clock ?? openClock(':memory:');
  const state = options.state ?? openState(':memory:');
  const calls = openCallLog(state, clock);
  const faults = openFaults({ killCaller: options.killCaller ?? (() => undefined) });
  const standIn = createShopifyStandIn({
    state,
    clock,
    calls,
    faults,
    appUrl: 'http://127.0.0.1:9',
    publicUrl: 'http://shopify.test',
    apiKey: KEY,
    apiSecret: SECRET,
    tomlPath,
    filesDir: folder,
    timings: { routing: [0, 0], webhook: [0, 0], searchLag: [0, 0], job: [0, 0], mutation: [0, 0], ...options.timings },
    duplicateRate: 0,
    lostFinishRate: 0,
    ...options,
  });
  const root = new Hono();
  root.route('/', standIn.app);
  root.route('/_sandbox', standIn.control);
  const shop = standIn.installShop({ domain: DEMO_SHOP, plan: 'plus', ...options.shop });

  const control = async (path: string, body?: unknown, method: string = body === undefined ? 'GET' : 'POST') => {
    const text = typeof body === 'string';
    const response = await root.request(`/_sandbox${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: text ? body : JSON.stringify(body), headers: { 'content-type': text ? 'text/csv' : 'application/json' } }),
    });
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- see Answer
    return { status: response.status, body: (await response.json()) as any };
  };
  const oauth = async (body: Record<string, unknown>, domain: string = shop.domain) => {
    const response = await root.request('/admin/oauth/access_token', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sandbox-shop': domain },
      body: JSON.stringify({ client_id: KEY, client_secret: SECRET, ...body }),
    });
    return {
      status: response.status,
      body: (await response.json()) as Record<string, unknown> & { access_token: string; refresh_token: string; error?: string },
    };
  };
  const exchange = (kind: 'offline' | 'online' = 'offline', idToken?: string, domain: string = shop.domain) =>
    oauth(
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: idToken ?? standIn.idToken(domain, owner(domain)),
        subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
        requested_token_type: `urn:shopify:params:oauth:token-type:${kind}-access-token`,
        ...(kind === 'offline' ? { expiring: '1' } : {}),
      },
      domain,
    );
  const owner = (domain: string = shop.domain): number =>
    state.get<{ id: number }>(
      'SELECT u.id FROM users u JOIN shops s ON s.id = u.shop_id WHERE s.domain = ? ORDER BY u.id',
      domain,
    )?.id ?? 0;

  let token: string | undefined;
  const request = (query: string, variables: unknown, headers: Record<string, string>, version = '2026-10') =>
    root.request(`/admin/api/${version}/graphql.json`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sandbox-shop': shop.domain, ...headers },
      body: JSON.stringify({ query, variables }),
    });
  /** Runs an operation with the shop's offline token. */
  const graphql = async (query: string, variables: Record<string, unknown> = {}): Promise<Answer> => {
    token ??= (await exchange()).body.access_token;
    const response = await request(query, variables, { 'x-shopify-access-token': token });
    return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
  };
  /** Places an order and lets it be routed; answers as the ledger shows it. */
  const order = async (body: Record<string, unknown>) => {
    const placed = await control('/shopify/orders', body);
    if (placed.status !== 201) throw new Error(JSON.stringify(placed.body));
    await standIn.settle();
    const name = (placed.body as { orders: { name: string }[] }).orders[0]?.name.slice(1) ?? '';
    return { ...(await control(`/shopify/orders/${name}`)).body, name };
  };
  const level = (sku: string, location: string) =>
    state.get<{ available: number; committed: number; active: number; item_id: number; location_id: number }>(
      'SELECT l.* FROM levels l JOIN variants v ON v.item_id = l.item_id JOIN locations p ON p.id = l.location_id WHERE v.sku = ? AND p.name = ? AND p.shop_id = ?',
      sku,
      location,
      shop.id,
    );
  return {
    standIn,
    root,
    shop,
    state,
    clock,
    calls,
    faults,
    control,
    oauth,
    exchange,
    owner,
    request,
    graphql,
    order,
    level,
    writeToml,
    settle: () => standIn.settle(),
  };
}

export type TestShop = ReturnType<typeof openTestShop>;
