import { createHmac } from 'node:crypto';
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

  const pump = (): void => {
    const free = AT_ONCE - inFlight.size;
    if (free <= 0) return;
    const due = world.state.all<DeliveryRow>(
      'SELECT * FROM deliveries WHERE due_at <= ? ORDER BY due_at LIMIT ?',
      world.clock.now(),
      free + inFlight.size,
    );
    for (const row of due) {
      if (inFlight.has(row.id) || inFlight.size >= AT_ONCE) continue;
      const sending = attempt(world, row).finally(() => {
        inFlight.delete(row.id);
        if (running) schedule(0);
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
  const fault = world.faults.take('webhooks', [row.topic], ['status', 'timeout']);
  if (fault?.kind === 'status') return fault.status ?? 503;
  if (fault?.kind === 'timeout') return 0;
  try {
    const response = await fetch(row.uri, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      body: row.body,
      headers: {
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
      },
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0; // refused, cut or too slow: all the same to the sender
  }
}
