import type { World } from './world.ts';

interface DueRow {
  id: number;
  event_id: string;
  webhook_id: string;
  attempts: number;
  url: string;
  client_id: number | null;
  type: string;
  status: string;
  warehouse_id: number;
  warehouse_name: string;
  data: string;
  inserted_at: string;
  updated_at: string;
}

interface Credential {
  label: string;
  value: string;
  location: string;
}

/** Waits between attempts, ms by the sandbox clock. PULPO's own are unknown: a guess (pulpo.md §2.9). */
const RETRY_AFTER = [60_000, 300_000, 1_800_000];
const ANSWER_WITHIN_MS = 10_000;
const AT_ONCE = 8;
const LOOK_EVERY_MS = 250;

interface Deliveries {
  start(): void;
  stop(): Promise<void>;
  wake(): void;
}

/** Sends queued events to the webhooks' URLs, each with the S14 envelope. */
export function openDeliveries(world: World): Deliveries {
  const inFlight = new Map<number, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Number.POSITIVE_INFINITY;
  let running = false;

  const pump = (): void => {
    const due = world.state.all<DueRow>(
      `SELECT d.id, d.event_id, d.webhook_id, d.attempts, w.url, w.client_id, e.type, e.status, e.warehouse_id, h.name AS warehouse_name, e.data, e.inserted_at, e.updated_at
       FROM deliveries d JOIN webhooks w ON w.id = d.webhook_id JOIN events e ON e.id = d.event_id JOIN warehouses h ON h.id = e.warehouse_id
       WHERE d.state = 'waiting' AND d.due_at <= ? ORDER BY d.due_at LIMIT ?`,
      world.clock.now(),
      AT_ONCE + inFlight.size,
    );
    for (const row of due) {
      if (inFlight.has(row.id) || inFlight.size >= AT_ONCE) continue;
      inFlight.set(
        row.id,
        attempt(world, row).finally(() => {
          inFlight.delete(row.id);
          schedule(0);
        }),
      );
    }
  };
  // never later than already planned: events in quick succession would put the look off for ever
  const schedule = (ms: number): void => {
    const at = performance.now() + ms;
    if (!running || at >= timerAt) return;
    clearTimeout(timer);
    timerAt = at;
    timer = setTimeout(() => {
      timerAt = Number.POSITIVE_INFINITY;
      pump();
      schedule(LOOK_EVERY_MS);
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
      timerAt = Number.POSITIVE_INFINITY;
      await Promise.allSettled(inFlight.values());
    },
    // what has just been queued is a little late on purpose
    wake: () => schedule(LOOK_EVERY_MS / 5),
  };
}

async function attempt(world: World, row: DueRow): Promise<void> {
  const started = performance.now();
  const { code, text } = await send(world, row);
  world.calls.record({
    target: 'webhooks',
    method: 'POST',
    path: new URL(row.url).pathname,
    operation: `pulpo:${row.type}`,
    status: code,
    ms: performance.now() - started,
  });
  const delivered = code >= 200 && code < 300;
  const now = world.now();
  world.state.transaction(() => {
    world.state.run(
      'INSERT INTO event_logs (event_id, webhook_id, code, response, inserted_at, updated_at) VALUES (?,?,?,?,?,?)',
      row.event_id,
      row.webhook_id,
      code,
      text,
      now,
      now,
    );
    const wait = RETRY_AFTER[row.attempts];
    if (delivered || wait === undefined) {
      world.state.run(
        'UPDATE deliveries SET state = ?, attempts = attempts + 1 WHERE id = ?',
        delivered ? 'delivered' : 'failed',
        row.id,
      );
      world.state.run(
        'UPDATE events SET status = ?, updated_at = ? WHERE id = ?',
        delivered ? 'finished' : 'failed',
        now,
        row.event_id,
      );
    } else
      world.state.run('UPDATE deliveries SET attempts = attempts + 1, due_at = ? WHERE id = ?', world.clock.now() + wait, row.id);
  });
}

/** The answer's status and the beginning of its text; 0 when none came. */
async function send(world: World, row: DueRow): Promise<{ code: number; text: string }> {
  const fault = world.faults.take('webhooks', [row.type, `pulpo:${row.type}`], ['status', 'timeout']);
  if (fault?.kind === 'status') return { code: fault.status ?? 503, text: 'a fault of the sandbox' };
  if (fault?.kind === 'timeout') return { code: 0, text: 'timeout: a fault of the sandbox' };
  const url = new URL(row.url);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  for (const { label, value, location } of credentials(world, row.client_id)) {
    if (location === 'query') url.searchParams.set(label, value);
    else headers[label] = value;
  }
  // the status in the payload is the one of the moment it was triggered. Source: pulpo.md §2.9 [DOC S14]
  const body = {
    id: row.event_id,
    type: row.type,
    status: 'triggered',
    warehouse_id: row.warehouse_id,
    warehouse_name: row.warehouse_name,
    inserted_at: row.inserted_at,
    updated_at: row.inserted_at,
    data: JSON.parse(row.data) as unknown,
  };
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return { code: response.status, text: (await response.text()).slice(0, 500) };
  } catch (error) {
    return { code: 0, text: (error as Error).message };
  }
}

function credentials(world: World, clientId: number | null): Credential[] {
  if (clientId === null) return [];
  const row = world.state.get<{ credentials: string }>('SELECT credentials FROM webhook_clients WHERE id = ?', clientId);
  return row ? (JSON.parse(row.credentials) as Credential[]) : [];
}
