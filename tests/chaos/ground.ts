import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../sandbox/kit/random.ts';
import type { ChaosShop } from './chaos-shop.ts';

/** A fault rule of the sandbox, as `POST /_sandbox/faults` takes it. */
export interface Rule {
  target: string;
  kind: string;
  match?: string;
  [option: string]: unknown;
}

/** Where faults are injected, and what was. Counts come from the sandbox: a rule that matched nothing counts nothing. */
export class Ground {
  readonly shop: ChaosShop;
  readonly random: Random;
  readonly #labels = new Map<number, string>();
  /** How often each fault really struck. */
  readonly struck: Record<string, number> = {};

  constructor(shop: ChaosShop, random: Random) {
    this.shop = shop;
    this.random = random;
  }

  count(label: string, times = 1): void {
    if (times > 0) this.struck[label] = (this.struck[label] ?? 0) + times;
  }

  async rule(label: string, rule: Rule): Promise<void> {
    const { id } = await this.shop.control.post<{ id: number }>('/faults', { seed: this.random.between(1, 1_000_000), ...rule });
    this.#labels.set(id, label);
  }

  /** How often each fault has struck until now, the rules set last included. */
  async struckSoFar(): Promise<Record<string, number>> {
    const { faults } = await this.shop.control.get<{ faults: { id: number; fired: number }[] }>('/faults');
    const now = { ...this.struck };
    for (const { id, fired } of faults.filter((one) => one.fired > 0)) {
      const label = this.#labels.get(id) ?? 'unknown';
      now[label] = (now[label] ?? 0) + fired;
    }
    return now;
  }

  /** Whether one of the rules set last has killed somebody. */
  async hasKilled(): Promise<boolean> {
    const { faults } = await this.shop.control.get<{ faults: { id: number; fired: number; kind: string }[] }>('/faults');
    return faults.some(({ id, fired, kind }) => this.#labels.has(id) && kind.startsWith('kill-') && fired > 0);
  }

  /** Waits until one of the rules set last has killed somebody, but no longer than `withinMs`. */
  async untilKilled(withinMs: number): Promise<void> {
    for (const until = Date.now() + withinMs; Date.now() < until && !(await this.hasKilled());) await sleep(200);
  }

  /** The merchant opens the app, and tries again until it is there. */
  async openApp(): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      const opened = await this.shop.merchant.open().then(
        () => true,
        // The web process may be starting at this moment.
        () => false,
      );
      if (opened) return;
      await sleep(200);
    }
    throw new Error('The merchant could not open the app again');
  }

  /** The merchant presses "sync again" on the newest orders, each so often. Returns how many presses were taken. */
  async syncAgain(orders: number, each: number): Promise<number> {
    const newest = await this.shop.get<{ id: string }[]>(`/shopify/orders?limit=${orders}`);
    const ids = newest.flatMap(({ id }) => Array<string>(each).fill(id));
    return this.#press(ids.map((orderId) => ({ intent: 'sync-again', orderId })));
  }

  /** The merchant presses "run now" of these syncs. Returns how many presses were taken. */
  async runNow(syncs: readonly ('orders' | 'inventory' | 'shipments')[]): Promise<number> {
    const { connectionId } = this.shop;
    return this.#press(syncs.map((sync) => ({ intent: 'start', connectionId, sync })));
  }

  async #press(bodies: readonly Record<string, unknown>[]): Promise<number> {
    const pressed = await Promise.all(
      bodies.map((body) =>
        this.shop.merchant.act('/app/sync-control', 'routes/app.sync-control', body).then(
          () => 1,
          // The web process may be starting at this moment.
          () => 0,
        ),
      ),
    );
    return pressed.reduce<number>((sum, one) => sum + one, 0);
  }

  /** Ends every rule and counts what each did. */
  async clearRules(): Promise<void> {
    const { faults } = await this.shop.control.get<{ faults: { id: number; fired: number }[] }>('/faults');
    await this.shop.control.delete('/faults');
    for (const { id, fired } of faults) this.count(this.#labels.get(id) ?? 'unknown', fired);
    this.#labels.clear();
  }

  /** Topics that Shopify told us of lately. */
  async topics(): Promise<string[]> {
    const calls = await this.shop.control.get<{ operation?: string }[]>('/calls?target=webhooks&limit=400');
    return [...new Set(calls.flatMap(({ operation }) => operation ?? []))].filter((name) => !name.includes(':')).sort();
  }

  /** The sandbox's time, ISO 8601. */
  async now(): Promise<string> {
    const { now } = await this.shop.control.get<{ now: string }>('/clock');
    return now;
  }

  async advance(ms: number): Promise<void> {
    await this.shop.control.post('/clock', { advanceMs: ms });
  }

  /** The names of the calls made to one side since then, each once. */
  async stepsSince(target: string, since: string): Promise<string[]> {
    const calls = await this.shop.control.get<{ operation?: string }[]>(`/calls?target=${target}&since=${since}`);
    return [...new Set(calls.flatMap(({ operation }) => operation ?? []))].sort();
  }

  /** The names of the newest calls made to one side, as often as each was made: the steps of the corridor as they really are. */
  async stepsOf(target: string): Promise<string[]> {
    const calls = await this.shop.control.get<{ operation?: string }[]>(`/calls?target=${target}&limit=60`);
    return calls.flatMap(({ operation }) => operation ?? []);
  }
}
