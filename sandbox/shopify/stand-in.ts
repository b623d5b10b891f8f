import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import type { CallLog } from '../kit/call-log.ts';
import type { Clock } from '../kit/clock.ts';
import type { Faults } from '../kit/faults.ts';
import { answerError } from '../kit/http.ts';
import { seededRandom } from '../kit/random.ts';
import type { State } from '../kit/state.ts';
import { signIdToken } from './access/tokens.ts';
import { fileRoutes } from './bulk/uploads.ts';
import { controlRoutes } from './control/routes.ts';
import { openAppConfig } from './core/app-config.ts';
import { openBuckets } from './core/bucket.ts';
import { RecordedChange } from './core/recorded-change.ts';
import { openScheduler, queueJob } from './core/scheduler.ts';
import { shopByDomain } from './core/shops.ts';
import { createTables } from './core/tables.ts';
import type { Shop, Timings, World } from './core/world.ts';
import { graphqlEndpoint, operationNames } from './graphql-endpoint.ts';
import { buildRegistry } from './graph/registry.ts';
import { jobHandlers } from './jobs.ts';
import { oauthRoutes } from './oauth.ts';
import { installShop, type InstallOptions } from './seed/install-shop.ts';
import { openDeliveries } from './webhooks/deliver.ts';

export interface StandInOptions {
  state: State;
  clock: Clock;
  calls: CallLog;
  faults: Faults;
  /** Where webhooks go and what the admin's iframe loads, e.g. http://localhost:3000 */
  appUrl: string;
  /** Address of this server as the app sees it: uploads and results of bulk operations are under it. */
  publicUrl: string;
  apiKey: string;
  apiSecret: string;
  /** The app's shopify.app.toml: its scopes and webhooks. Without it the app has none. */
  tomlPath?: string;
  /** Makes delays, duplicates and losses repeatable. Default 1. */
  seed?: number;
  /** Folder for uploads and results. Default: a temporary one. */
  filesDir?: string;
  timings?: Partial<Timings>;
  staleBatch?: World['staleBatch'];
  duplicateRate?: number;
  lostFinishRate?: number;
  /** Whose calls the call log tells apart by pid. */
  pids?: () => readonly number[];
}

export interface ShopifyStandIn {
  /** The Admin API, OAuth, uploads and results: to be mounted at the root. */
  app: Hono;
  /** `/_sandbox` routes of Shopify: to be mounted at `/_sandbox`. */
  control: Hono;
  /** Makes a shop (or installs the app again on one) and tells its domain. */
  installShop(options: InstallOptions): Shop;
  /** An id_token as the admin would hand it to the app. */
  idToken(domain: string, userId: number): string;
  /** Starts the loops that route orders, run jobs and deliver webhooks. */
  start(): void;
  stop(): Promise<void>;
  /** Runs everything that is due and delivers it; for tests that don't `start`. */
  settle(): Promise<void>;
}

/** Delays of a polite-enough demo: tens of milliseconds, but never none and never in order. */
const DEFAULT_TIMINGS: Timings = { routing: [20, 90], webhook: [5, 70], searchLag: [50, 400], job: [30, 150], mutation: [2, 12] };

/** The Shopify stand-in: real schema, own state, a stranger to the product. Nothing runs until `start`. */
export function createShopifyStandIn(options: StandInOptions): ShopifyStandIn {
  createTables(options.state);
  // whatever was being answered when the sandbox was killed never got its answer
  options.state.run('DELETE FROM idempotency WHERE answer IS NULL');
  const registry = buildRegistry();
  const buckets = openBuckets(() => options.clock.now());

  const world: World = {
    state: options.state,
    clock: options.clock,
    calls: options.calls,
    faults: options.faults,
    random: seededRandom(options.seed ?? 1),
    timings: { ...DEFAULT_TIMINGS, ...options.timings },
    staleBatch: options.staleBatch ?? 'whole',
    duplicateRate: options.duplicateRate ?? 0.02,
    lostFinishRate: options.lostFinishRate ?? 0.1,
    appUrl: options.appUrl,
    publicUrl: options.publicUrl,
    apiKey: options.apiKey,
    apiSecret: options.apiSecret,
    filesDir: options.filesDir ?? mkdtempSync(join(tmpdir(), 'sandbox-shopify-')),
    appConfig: openAppConfig(options.tomlPath, options.appUrl),
    change(shop, work) {
      return options.state.transaction(() => {
        const change = new RecordedChange(world, shop);
        const result = work(change);
        change.finish();
        return result;
      });
    },
    after: (shop, delay, kind, payload) => queueJob(world, shop, delay, kind, payload),
    wake() {
      scheduler.wake();
      deliveries.wake();
    },
  };
  const scheduler = openScheduler(world, jobHandlers(registry));
  const deliveries = openDeliveries(world);
  const stopListening = options.clock.onAdvance(() => world.wake());

  const app = new Hono();
  app.onError(answerError);
  app.use('/admin/*', options.calls.middleware('shopify', { pids: options.pids }));
  app.use(
    '/admin/*',
    options.faults.middleware('shopify', async (c) =>
      c.req.path.endsWith('/graphql.json') ? operationNames(await c.req.text()) : [c.req.path],
    ),
  );
  app.route('/', graphqlEndpoint(world, registry, buckets));
  app.route('/', oauthRoutes(world));
  app.route('/', fileRoutes(world));

  return {
    app,
    control: controlRoutes(world, buckets),
    installShop: (install) => installShop(world, install),
    idToken(domain, userId) {
      const shop = shopByDomain(world.state, domain);
      if (!shop) throw new Error(`The sandbox has no shop ${domain}.`);
      return signIdToken(world, shop, userId);
    },
    start() {
      scheduler.start();
      deliveries.start();
    },
    async stop() {
      stopListening();
      await scheduler.stop();
      await deliveries.stop();
    },
    async settle() {
      await scheduler.settle();
      await deliveries.settle();
    },
  };
}
