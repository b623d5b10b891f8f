import { createHmac } from 'node:crypto';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { World } from '../core/world.ts';

interface DeliveryRow {
  id: number;
  shop_id: number;
  subscription_id: number | null;
  topic: string;
  uri: string;
  name: string | null;
  webhook_id: string;
  event_id: string;
  triggered_at: number;
  body: string;
  attempts: number;
  due_at: number;
}

/** Waits between attempts: 8 retries over 4 hours, growing (facts: shopify.md §4 Webhooks). ms by the sandbox clock. */
const RETRY_AFTER = [10_000, 30_000, 90_000, 270_000, 810_000, 2_400_000, 4_300_000, 6_490_000];
const FAILURES_UNTIL_REMOVED = 8;
const ANSWER_WITHIN_MS = 5_000;
const AT_ONCE = 24;
const READ_AHEAD = 300;
const LOOK_AT_LEAST_EVERY_MS = 250;

export interface Deliveries {
  start(): void;
  stop(): Promise<void>;
  /** Looks for due deliveries now. */
  wake(): void;
  /** Sends everything that is due and waits for the answers; for tests. */
  settle(): Promise<void>;
  /** Deliveries still waiting for an attempt. */
  pending(): number;
}

/** Sends queued webhooks, signed, to the app. */
export function openDeliveries(world: World): Deliveries {
  const inFlight = new Map<number, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let running = false;

  /** Due deliveries read ahead, so that thousands waiting are not read again for each one sent. */
  let ahead: DeliveryRow[] = [];
  const readAhead = (): void => {
    ahead = world.state
      .all<DeliveryRow>('SELECT * FROM deliveries WHERE due_at <= ? ORDER BY due_at LIMIT ?', world.clock.now(), READ_AHEAD)
      .filter((row) => !inFlight.has(row.id));
  };

  const pump = (): void => {
    if (ahead.length === 0) readAhead();
    while (inFlight.size < AT_ONCE) {
      const row = ahead.shift();
      if (!row) return;
      const sending = attempt(world, row).finally(() => {
        inFlight.delete(row.id);
        if (running && inFlight.size <= AT_ONCE / 2) pump();
      });
      inFlight.set(row.id, sending);
    }
  };

  const schedule = (ms: number): void => {
    if (!running) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      pump();
      const next = world.state.get<{ due: number | null }>(
        'SELECT min(due_at) AS due FROM deliveries WHERE due_at > ?',
        world.clock.now(),
      )?.due;
      schedule(Math.max(1, Math.min(LOOK_AT_LEAST_EVERY_MS, next ? next - world.clock.now() : LOOK_AT_LEAST_EVERY_MS)));
    }, ms);
  };

  return {
    start() {
      running = true;
      schedule(0);
    },
    async stop() {
      running = false;
      clearTimeout(timer);
      await Promise.allSettled(inFlight.values());
    },
    wake: () => schedule(1),
    async settle() {
      do {
        pump();
        await Promise.allSettled(inFlight.values());
      } while (world.state.get('SELECT 1 FROM deliveries WHERE due_at <= ?', world.clock.now()));
    },
    pending: () => world.state.get<{ n: number }>('SELECT count(*) AS n FROM deliveries')?.n ?? 0,
  };
}

async function attempt(world: World, row: DeliveryRow): Promise<void> {
  // read ahead, it may be gone meanwhile: the app was uninstalled, or its subscription removed
  if (!world.state.get('SELECT 1 FROM deliveries WHERE id = ?', row.id)) return;
  const shop = world.state.get<{ domain: string }>('SELECT domain FROM shops WHERE id = ?', row.shop_id);
  const started = performance.now();
  const status = await send(world, row, shop?.domain ?? '');
  world.calls.record({
    target: 'webhooks',
    method: 'POST',
    path: new URL(row.uri).pathname,
    operation: row.topic,
    status,
    ms: performance.now() - started,
    shop: shop?.domain,
  });
  const delivered = status >= 200 && status < 300;
  world.state.transaction(() => {
    if (row.subscription_id !== null) countFailures(world, row.subscription_id, delivered);
    if (delivered || row.attempts >= RETRY_AFTER.length) world.state.run('DELETE FROM deliveries WHERE id = ?', row.id);
    else
      world.state.run(
        'UPDATE deliveries SET attempts = attempts + 1, due_at = ? WHERE id = ?',
        world.clock.now() + (RETRY_AFTER[row.attempts] ?? 0),
        row.id,
      );
  });
}

/** A subscription made by the API is removed after 8 failures in a row; one of the toml never is. */
function countFailures(world: World, subscriptionId: number, delivered: boolean): void {
  world.state.run(
    delivered
      ? 'UPDATE subscriptions SET failures = 0 WHERE id = ?'
      : 'UPDATE subscriptions SET failures = failures + 1 WHERE id = ?',
    subscriptionId,
  );
  const removed = world.state.run(
    'DELETE FROM subscriptions WHERE id = ? AND failures >= ?',
    subscriptionId,
    FAILURES_UNTIL_REMOVED,
  );
  if (removed.changes > 0) world.state.run('DELETE FROM deliveries WHERE subscription_id = ?', subscriptionId);
}

/** HTTP status of the answer; 0 when none came in 5 s. Redirects are not followed: they count as failures. */
async function send(world: World, row: DeliveryRow, domain: string): Promise<number> {
  const fault = world.faults.take('webhooks', [row.topic], ['status', 'timeout', 'kill-before-answer']);
  if (fault?.kind === 'status') return fault.status ?? 503;
  if (fault?.kind === 'timeout') return 0;
  // The receiver has stored what it was told, and dies before its answer gets anywhere: to the sender nothing was delivered.
  const onAnswer = fault?.kind === 'kill-before-answer' ? (socket: Socket) => world.faults.kill(socket) !== undefined : undefined;
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Shopify-Captain-Hook',
    'X-Shopify-Topic': row.topic,
    'X-Shopify-Hmac-Sha256': createHmac('sha256', world.apiSecret).update(row.body, 'utf8').digest('base64'),
    'X-Shopify-Shop-Domain': domain,
    'X-Shopify-API-Version': world.appConfig().apiVersion,
    'X-Shopify-Webhook-Id': row.webhook_id,
    'X-Shopify-Event-Id': row.event_id,
    'X-Shopify-Triggered-At': new Date(row.triggered_at).toISOString(),
    ...(row.name === null ? {} : { 'X-Shopify-Name': row.name }),
  };
  return post(row.uri, row.body, headers, { onAnswer });
}

const agents = {
  'http:': new HttpAgent({ keepAlive: true, maxSockets: AT_ONCE }),
  'https:': new HttpsAgent({ keepAlive: true, maxSockets: AT_ONCE }),
};

interface PostOptions {
  /** Told when the answer begins; true makes it count as never received. */
  onAnswer?: ((socket: Socket) => boolean) | undefined;
  again?: boolean;
}

/** Node's own client: a quarter of the cost of fetch, and tens of thousands of webhooks go out in a benchmark. */
function post(
  uri: string,
  body: string,
  headers: Record<string, string>,
  { onAnswer, again = true }: PostOptions,
): Promise<number> {
  return new Promise((resolve) => {
    const url = new URL(uri);
    const secure = url.protocol === 'https:';
    const request = (secure ? httpsRequest : httpRequest)(
      url,
      {
        method: 'POST',
        agent: agents[secure ? 'https:' : 'http:'],
        timeout: ANSWER_WITHIN_MS,
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        if (onAnswer?.(response.socket)) {
          request.destroy();
          resolve(0);
          return;
        }
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', () => resolve(0));
      },
    );
    const late = setTimeout(() => request.destroy(), ANSWER_WITHIN_MS);
    request.on('timeout', () => request.destroy());
    // refused, cut or too slow: all the same to the sender
    request.on('error', () => {
      // a kept connection that the app closed at this very moment is no failure of the app
      if (again && request.reusedSocket) resolve(post(uri, body, headers, { onAnswer, again: false }));
      else resolve(0);
    });
    request.on('close', () => {
      clearTimeout(late);
      resolve(0);
    });
    request.end(body);
  });
}
