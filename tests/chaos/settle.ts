import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { A_SYNC_LATER_MS, type ChaosShop } from './chaos-shop.ts';
import type { Ledgers, MerchantsView } from './ledgers.ts';
import { busyRuns } from './merchants-view.ts';
import type { Traffic } from './traffic.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const WORKERS_LOOK_EVERY_MS = 5_500;
/** A killed worker's work goes on within a minute: until then silence proves nothing. */
const RESUMES_WITHIN_MS = 65_000;
const QUIET_MS = 1_500;
/** How far time moves while something is left to do: until every sync is due, and where nobody could do anything by what an order waits that was refused, once or many times. */
const WAITS_MS = [A_SYNC_LATER_MS, 61 * MINUTE_MS, DAY_MS + 61 * MINUTE_MS];

export async function readLedgers(shop: ChaosShop): Promise<Ledgers> {
  const [shopify, backOffice] = await Promise.all([shop.readShopify(), shop.readBackOffice()]);
  return { shopify, backOffice };
}

const digestOf = ({ shopify, backOffice }: Ledgers): string =>
  createHash('sha256')
    .update(JSON.stringify([shopify.orders, shopify.levels, backOffice.orders, backOffice.stock, backOffice.returns]))
    .digest('hex');

/** Calls to Shopify so far: as long as they go on, somebody is at work. */
const callsSoFar = async (shop: ChaosShop): Promise<number> => {
  const { calls } = await shop.get<{ calls: { graphql: number } }>('/shopify/ledger?orders=0&levels=0');
  return calls.graphql;
};

/** Waits until nothing is under way: no webhook or Shopify job is due, no run of the app is open, and nobody called Shopify for `quietMs`. */
async function untilQuiet(
  shop: ChaosShop,
  until: number,
  quietMs: number,
  note: (text: string) => void = () => undefined,
): Promise<boolean> {
  let calls = -1;
  const started = Date.now();
  let quietSince = started;
  let because = '';
  while (Date.now() < until) {
    const [pending, now, runs] = await Promise.all([
      shop.get<{ jobs: number; dueWebhooks: number }>('/shopify/pending'),
      callsSoFar(shop),
      // A page that can't be had now (the web process is starting) means that it isn't quiet.
      busyRuns(shop).catch(() => null),
    ]);
    const busy = [
      ...(now === calls ? [] : ['calls']),
      ...(pending.jobs > 0 ? ['jobs of Shopify'] : []),
      ...(pending.dueWebhooks > 0 ? ['webhooks'] : []),
      ...(runs ?? [{ sync: 'no page', state: '' }]).map(({ sync, state }) => `${sync} ${state}`.trim()),
    ];
    if (busy.length > 0) {
      quietSince = Date.now();
      because = busy.join(', ');
    }
    calls = now;
    if (Date.now() - quietSince >= quietMs) {
      note(`quiet after ${((Date.now() - started) / 1000).toFixed(0)} s, last busy with: ${because}`);
      return true;
    }
    await sleep(300);
  }
  note(`not quiet in time: ${because}`);
  return false;
}

/**
 * What remains of the script once nothing goes wrong any more: time passes until every sync is due, all gets quiet, and everybody does what has become possible.
 * What isn't after a quiet day never will be; but as long as a killed worker's work may not have been taken up again, silence proves nothing.
 */
export async function finish(
  shop: ChaosShop,
  traffic: Traffic,
  /** `since`: when the last of it went wrong, by the machine's clock. */
  { withinMs, since = Date.now() }: { withinMs: number; since?: number },
): Promise<void> {
  const until = Date.now() + withinMs;
  for (let idle = 0; traffic.stepsLeft > 0 && Date.now() < until;) {
    if (await traffic.goOn()) idle = 0;
    else if ((idle += 1) >= WAITS_MS.length && Date.now() - since >= RESUMES_WITHIN_MS) {
      traffic.giveUp();
      continue;
    }
    await shop.control.post('/clock', { advanceMs: WAITS_MS[idle] ?? A_SYNC_LATER_MS });
    await sleep(WORKERS_LOOK_EVERY_MS);
    await untilQuiet(shop, until, QUIET_MS);
  }
}

export interface Settled {
  ledgers: Ledgers;
  /** False when the bound was reached while the ledgers still changed. */
  quiet: boolean;
  steps: number;
  seconds: number;
}

/**
 * Lets the sandbox's time pass until neither ledger changes any more: a day at once first, so that what was late by a day arrives and every
 * comparison falls due, then a quarter of an hour at a time, until two steps in a row changed nothing. Found by looking, not by waiting.
 */
export async function settle(
  shop: ChaosShop,
  {
    withinMs,
    since = Date.now(),
    quietMs = QUIET_MS,
    onNote = () => undefined,
  }: {
    withinMs: number;
    /** When the last of it went wrong, by the machine's clock. */
    since?: number;
    quietMs?: number;
    onNote?: (note: string) => void;
  },
): Promise<Settled> {
  const started = Date.now();
  const until = started + withinMs;
  let unchanged = 0;
  let steps = 0;
  let ledgers: Ledgers | undefined;
  let digest = '';
  for (; (unchanged < 2 || Date.now() - since < RESUMES_WITHIN_MS) && Date.now() < until; steps += 1) {
    await untilQuiet(shop, until, quietMs, onNote);
    await shop.control.post('/clock', { advanceMs: steps === 0 ? DAY_MS + 61 * MINUTE_MS : 16 * MINUTE_MS });
    // What is due now is begun by a worker's next look at the clock.
    await sleep(WORKERS_LOOK_EVERY_MS);
    await untilQuiet(shop, until, quietMs, onNote);
    const now = await readLedgers(shop).catch(() => undefined);
    if (!now) continue;
    const changed = digestOf(now);
    unchanged = changed === digest ? unchanged + 1 : 0;
    digest = changed;
    ledgers = now;
  }
  return { ledgers: ledgers ?? (await readLedgers(shop)), quiet: unchanged >= 2, steps, seconds: (Date.now() - started) / 1000 };
}

/** Runs that are open and stay so: each is looked at until it has ended or the time is over. */
export async function stuckRuns(shop: ChaosShop, withinMs: number): Promise<MerchantsView['busyRuns']> {
  const until = Date.now() + withinMs;
  let open = await busyRuns(shop);
  while (open.length > 0 && Date.now() < until) {
    await sleep(1_000);
    const now = new Set((await busyRuns(shop)).map(({ id }) => id));
    open = open.filter(({ id }) => now.has(id));
  }
  return open;
}
