import { nowMs } from '../../core/clock.ts';
import { TransientError } from '../../core/errors.ts';
import { correctBudget, leasePoints, returnPoints, type Lease, type ThrottleStatus } from './lease.ts';
import { floorOf, rankOf, type Priority } from './priority.ts';

export interface Waiter {
  points: number;
  priority: Priority;
  since: number;
  /** Epoch ms on the monotonic clock after which it gives up. */
  until: number;
  go: () => void;
  fail: (error: TransientError) => void;
}

/** How many calls' worth a process leases at once, so that not each call asks the database. */
const CHUNK_CALLS = 8;
/** And, where nobody else waits in it, no more than this share of the bucket. */
const CHUNK_SHARE = 0.05;
/** An unused rest goes back after this. */
const KEEP_REST_MS = 1500;
/** More than a chunk goes back sooner: while it lies here the row fills up again, and both together are more than Shopify has. */
const KEEP_SURPLUS_MS = 50;
/** Who waits asks the database again when this share of what it takes was left over: the row may have the rest by now. */
const WORTH_A_LOOK = 0.25;
/** Shopify's level is taken over when ours differs by more than this share of the bucket, or when the bucket's size changed. */
const DRIFT = 0.1;

/**
 * One shop's Admin API points as one process sees them. Callers queue by priority (the longer they wait the more it counts) and are served from
 * a small local rest, refilled from the row that all processes share.
 */
export class ShopBudget {
  readonly domain: string;
  #rest = 0;
  /** Taken for calls that are under way: Shopify's count doesn't have them yet, or not all. */
  #underWay = 0;
  #restTimer: { ms: number; handle: NodeJS.Timeout } | undefined;
  #waiters: Waiter[] = [];
  #pumping = false;
  #known: ThrottleStatus | undefined;

  constructor(domain: string) {
    this.domain = domain;
  }

  /** Resolves when `points` may be spent. Throws TransientError('shopify-busy') when that takes longer than `maxWaitMs`. */
  take(points: number, priority: Priority, maxWaitMs: number): Promise<void> {
    return new Promise((go, fail) => {
      const since = performance.now();
      this.#waiters.push({ points, priority, since, until: since + maxWaitMs, go, fail });
      void this.#pump();
    });
  }

  /** After the answer: the difference between what was taken and what it really cost stays here, and Shopify's own count is heeded. */
  async settle(taken: number, actual: number, status: ThrottleStatus | undefined): Promise<void> {
    this.#underWay -= taken;
    this.#keep(taken - actual);
    if (!status) return;
    const before = this.#known;
    this.#known = status;
    const resized = !before || before.maximumAvailable !== status.maximumAvailable || before.restoreRate !== status.restoreRate;
    // near the bottom each answer counts; above it a rare look is enough
    const low = status.currentlyAvailable < status.maximumAvailable * (DRIFT + 0.2);
    if (resized || low) await this.#correct(status, low ? this.#underWay : 0);
  }

  /** Shopify refused for want of points: our row takes over its level at once. Returns how long to wait for `points`. */
  async throttled(taken: number, points: number, status: ThrottleStatus | undefined): Promise<number> {
    this.#underWay -= taken;
    this.#rest = Math.min(this.#rest, 0);
    if (!status) return 1000;
    this.#known = status;
    await this.#correct(status, this.#underWay);
    return Math.max(0, Math.ceil(((points - status.currentlyAvailable) / Math.max(status.restoreRate, 1)) * 1000));
  }

  /** Gives the local rest back: at shutdown. */
  async release(): Promise<void> {
    clearTimeout(this.#restTimer?.handle);
    this.#restTimer = undefined;
    const rest = this.#rest;
    this.#rest = 0;
    if (rest > 0) await returnPoints(this.domain, rest);
  }

  /** `underWay`: taken for calls that Shopify may not have counted yet. Near the bottom all of them, as one too many is refused; above it none, as most are counted. */
  #correct(status: ThrottleStatus, underWay: number): Promise<void> {
    const free = status.currentlyAvailable - Math.max(0, this.#rest) - underWay;
    return correctBudget(this.domain, { ...status, currentlyAvailable: free });
  }

  #keep(points: number): void {
    this.#rest += points;
    if (this.#rest <= 0) return;
    const ms = this.#rest > this.#chunk() ? KEEP_SURPLUS_MS : KEEP_REST_MS;
    if (this.#restTimer && this.#restTimer.ms <= ms) return;
    clearTimeout(this.#restTimer?.handle);
    // what can't be given back restores itself
    this.#restTimer = { ms, handle: setTimeout(() => void this.release().catch(() => undefined), ms).unref() };
  }

  #chunk(): number {
    return (this.#known?.maximumAvailable ?? 2000) * CHUNK_SHARE;
  }

  #next(): Waiter | undefined {
    const at = performance.now();
    for (const waiter of this.#waiters.filter(({ until }) => until <= at)) this.#giveUp(waiter);
    return this.#waiters.reduce<Waiter | undefined>(
      (best, waiter) =>
        best && rankOf(best.priority, at - best.since) <= rankOf(waiter.priority, at - waiter.since) ? best : waiter,
      undefined,
    );
  }

  #giveUp(waiter: Waiter): void {
    this.#waiters = this.#waiters.filter((other) => other !== waiter);
    waiter.fail(
      new TransientError('shopify-busy', `No points of the Admin API of ${this.domain} came free in time`, {
        params: { shop: this.domain },
        retryAfterMs: 2000,
      }),
    );
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (let waiter = this.#next(); waiter; waiter = this.#next()) {
        if (this.#rest < waiter.points) {
          const lease = await this.#lease(waiter);
          if (lease.granted === 0) {
            await this.#pause(waiter, 'waitMs' in lease ? lease.waitMs : 100);
            continue;
          }
          this.#keep(lease.granted);
        }
        // someone more urgent may have come while the database was asked
        const served = this.#next();
        if (!served || served.points > this.#rest) continue;
        this.#rest -= served.points;
        this.#underWay += served.points;
        this.#waiters = this.#waiters.filter((other) => other !== served);
        served.go();
      }
    } catch (error) {
      for (const waiter of this.#waiters.splice(0)) {
        waiter.fail(
          new TransientError('database-unreachable', 'The shared budget of the Admin API could not be read', { cause: error }),
        );
      }
    } finally {
      this.#pumping = false;
    }
  }

  #lease(waiter: Waiter): Promise<Lease> {
    const missing = waiter.points - this.#rest;
    // a page takes what it needs and no stock: the floor is there for the next page
    const queued = this.#waiters.slice(0, CHUNK_CALLS).reduce((sum, { points }) => sum + points, 0) - this.#rest;
    const stock = Math.min(waiter.points * CHUNK_CALLS, this.#chunk());
    const upTo = waiter.priority === 'page' ? missing : Math.max(missing, Math.min(queued, waiter.points * CHUNK_CALLS), stock);
    return leasePoints(this.domain, {
      atLeast: missing,
      upTo,
      floorShare: floorOf(waiter.priority, performance.now() - waiter.since),
    });
  }

  /** Waits for the bucket to fill, but looks again when somebody more urgent arrives, or calls that were answered left a good part of what it takes. */
  async #pause(waiter: Waiter, waitMs: number): Promise<void> {
    const arrived = this.#waiters.length;
    let lowest = this.#rest;
    const end = performance.now() + Math.min(Math.max(waitMs, 20), 1000) * (0.8 + Math.random() * 0.4);
    while (performance.now() < Math.min(end, waiter.until)) {
      await new Promise((resolve) => setTimeout(resolve, 15));
      if (this.#rest >= Math.min(lowest + waiter.points * WORTH_A_LOOK, waiter.points)) return;
      // What lay here may have gone back to the row meanwhile.
      lowest = Math.min(lowest, this.#rest);
      const newcomers = this.#waiters.slice(arrived);
      if (newcomers.some(({ priority }) => rankOf(priority, 0) < rankOf(waiter.priority, performance.now() - waiter.since)))
        return;
    }
  }
}

const budgets = new Map<string, { budget: ShopBudget; usedAt: number }>();

/** The process's view of one shop's budget. */
export function budgetOf(domain: string): ShopBudget {
  let entry = budgets.get(domain);
  if (!entry) {
    if (budgets.size > 5000) forgetIdle();
    entry = { budget: new ShopBudget(domain), usedAt: 0 };
    budgets.set(domain, entry);
  }
  entry.usedAt = nowMs();
  return entry.budget;
}

function forgetIdle(): void {
  for (const [domain, { usedAt }] of budgets) if (nowMs() - usedAt > 600_000) budgets.delete(domain);
}

/** At shutdown: what this process leased and didn't spend goes back. */
export async function releaseBudgets(): Promise<void> {
  await Promise.all([...budgets.values()].map(({ budget }) => budget.release()));
}
