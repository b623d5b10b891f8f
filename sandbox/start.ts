import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import { openEmbeddedDatabase } from '../database/embedded.ts';
import { migrate } from '../database/migrate.ts';
import { createHealth, type Health } from './health.ts';
import { openCallLog } from './kit/call-log.ts';
import { killCaller } from './kit/caller.ts';
import { openClock } from './kit/clock.ts';
import { sandboxControl } from './kit/control.ts';
import { openFaults } from './kit/faults.ts';
import { serve } from './kit/http.ts';
import { openState } from './kit/state.ts';
import { openMailbox } from './outside/mailbox.ts';
import { createOutside } from './outside/receiver.ts';
import { keepRunning, type KeptProcess } from './processes.ts';
import { processControl } from './process-control.ts';
import { createAdmin } from './shopify/admin/routes.ts';
import { createShopifyStandIn } from './shopify/stand-in.ts';
import { createStockroomControl } from './stockroom-control.ts';
import { loadStandIns } from './stand-ins.ts';

const API_KEY = 'crossdock-sandbox-key';
const API_SECRET = 'crossdock-sandbox-secret';

export interface Sandbox {
  urls: Record<string, string>;
  stop(): Promise<void>;
}

export interface SandboxOptions {
  /** Where all state is kept. */
  data: string;
  /** The sandbox's own port; the app listens 100 below. */
  port: number;
  workers: number;
  /** Web processes; more than one listen on further ports (app port + 1 …). */
  webs?: number;
  onNote?: (note: string) => void;
  /** Extra settings of the app's processes. */
  env?: Record<string, string>;
}

function encryptionKeys(data: string): string {
  const file = path.join(data, 'encryption-keys');
  if (!existsSync(file)) writeFileSync(file, `1:${randomBytes(32).toString('base64')}`, { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  );
}

/** Starts everything on this machine, and only there: the database, Shopify, every vendor's stand-in, web and workers. */
export async function startSandbox({ data, port, workers, webs = 1, onNote, env = {} }: SandboxOptions): Promise<Sandbox> {
  mkdirSync(data, { recursive: true });
  const note = onNote ?? ((text: string) => process.stderr.write(`${text}\n`));
  const appPort = port - 100;
  // The admin and the app are different sites on purpose (127.0.0.1 and localhost), so that storage behaves as in the real admin.
  const base = `http://127.0.0.1:${port}`;
  const appUrl = `http://localhost:${appPort}`;
  const given = process.env['DATABASE_URL'];
  const database = given
    ? { url: given, pid: null, stop: () => Promise.resolve() }
    : await openEmbeddedDatabase({ folder: path.join(data, 'postgres'), onNote: note });
  await migrate(database.url);
  let postgres: number | null = database.pid;

  const processes: KeptProcess[] = [];
  const clockFile = path.join(data, 'clock');
  const clock = openClock(clockFile);
  const isNew = !existsSync(path.join(data, 'shopify.sqlite'));
  const state = openState(path.join(data, 'shopify.sqlite'));
  // The call log of every target lies beside Shopify's records, where the ledger counts Shopify's own calls.
  const calls = openCallLog(state, clock);
  const pids = () => processes.flatMap((one) => one.pid() ?? []);
  const faults = openFaults({ clock, killCaller: (socket) => killCaller(socket, pids()) });
  const shared = { clock, calls, faults };
  const shopify = createShopifyStandIn({
    ...shared,
    state,
    appUrl,
    apiKey: API_KEY,
    apiSecret: API_SECRET,
    publicUrl: base,
    tomlPath: path.resolve(import.meta.dirname, '../shopify.app.toml'),
    filesDir: path.join(data, 'shopify-files'),
    pids,
  });
  // Only once: a shop that uninstalled the app in an earlier run stays without it.
  if (isNew) shopify.installShop({ domain: 'crossdock-demo.myshopify.com' });
  const standIns = await loadStandIns(data, base, shared);
  // Another sandbox on this machine may have that port; nobody needs to know it.
  const mailbox = await openMailbox({ port: port + 25, clock }).catch(() => openMailbox({ port: 0, clock }));
  const outside = createOutside({ clock, mailbox });

  const urls: Record<string, string> = {
    admin: `${base}/store/crossdock-demo`,
    app: appUrl,
    control: `${base}/_sandbox`,
    stockroomApi: `${appUrl}/stockroom/v1`,
  };
  for (const id of standIns.keys()) urls[id] = `${base}/stand-ins/${id}`;
  const health = async (): Promise<Health> => ({
    ready: await answers(`http://127.0.0.1:${appPort}/readyz`),
    urls,
    pids: {
      web: processes.filter((one) => one.name.startsWith('web')).flatMap((one) => one.pid() ?? []),
      workers: processes.filter((one) => one.name.startsWith('worker')).flatMap((one) => one.pid() ?? []),
      postgres,
      sandbox: process.pid,
    },
  });

  const root = new Hono();
  root.route(
    '/_sandbox/stockroom',
    createStockroomControl(`http://127.0.0.1:${appPort}/stockroom/v1`, openState(path.join(data, 'stockroom-control.sqlite'))),
  );
  for (const [id, standIn] of standIns) {
    root.route(`/_sandbox/${id}`, standIn.control);
    root.route(`/stand-ins/${id}`, standIn.app);
  }
  root.route('/_sandbox', outside.control);
  root.route('/outside', outside.app);
  root.route('/_sandbox', createHealth(health));
  const movable = { url: database.url, pid: () => postgres, moved: (pid: number) => void (postgres = pid) };
  root.route('/_sandbox', processControl({ processes, database: movable }));
  root.route('/_sandbox', sandboxControl({ clock, calls, faults }));
  root.route('/_sandbox', shopify.control);
  root.route('/', shopify.app);
  root.route('/', createAdmin({ appUrl, apiKey: API_KEY }));
  const server = await serve(root, { port, host: '127.0.0.1' });

  const shopifyEnv = {
    SHOPIFY_API_KEY: API_KEY,
    SHOPIFY_API_SECRET: API_SECRET,
    SHOPIFY_APP_URL: appUrl,
    SANDBOX_URL: base,
    APP_BRIDGE_URL: `${base}/app-bridge.js`,
  };
  const appEnv: Record<string, string> = {
    NODE_ENV: 'development',
    ...shopifyEnv,
    DATABASE_URL: database.url,
    ENCRYPTION_KEYS: encryptionKeys(data),
    CLOCK_FILE: clockFile,
    ALLOWED_PRIVATE_HOSTS: `127.0.0.1:${port},localhost:${port}`,
    HOST: '127.0.0.1',
    SMTP_URL: `smtp://127.0.0.1:${mailbox.port}`,
    SMTP_FROM: 'Crossdock <alerts@crossdock.example>',
    ...env,
  };
  const stop = async (): Promise<void> => {
    await Promise.all(processes.map((one) => one.stop()));
    for (const standIn of standIns.values()) await standIn.stop();
    await shopify.stop();
    await mailbox.stop();
    await server.close();
    await database.stop();
  };
  let up = false;
  let givenUp: string | undefined;
  // A sandbox without one of its processes proves nothing: it ends as a whole, and leaves nothing running.
  const onGivenUp = (lastWords: string): void => {
    givenUp ??= lastWords;
    if (!up) return;
    process.stderr.write(`${lastWords}\n`);
    void stop().finally(() => process.exit(1));
  };
  const keep = (name: string, args: string[], own: Record<string, string> = {}): void => {
    const logFile = path.join(data, `${name}.log`);
    processes.push(keepRunning({ name, args, env: { ...appEnv, ...own }, logFile, onGivenUp }));
  };
  for (let index = 0; index < webs; index += 1) {
    const name = index === 0 ? 'web' : `web-${index + 1}`;
    keep(name, ['--web'], { PORT: String(appPort + index) });
  }
  for (let index = 0; index < workers; index += 1) {
    keep(`worker-${index + 1}`, ['--worker']);
  }
  shopify.start();
  for (const standIn of standIns.values()) await standIn.start();
  for (let waited = 0; !(await answers(`http://127.0.0.1:${appPort}/readyz`)); waited += 200) {
    if (givenUp !== undefined || waited > 120_000) {
      await stop();
      throw new Error(givenUp ?? `The app did not come up within two minutes; see ${path.join(data, 'web.log')}`);
    }
    await sleep(200);
  }

  up = true;
  return { urls, stop };
}
