import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sha256 } from '../core/crypto.ts';
import { TransientError } from '../core/errors.ts';
import type { Gate } from '../core/http.ts';
import { logger } from '../core/logger.ts';
import type { AccountLimits } from '../connectors/contract/index.ts';
import { giveSlotBack, renewSlot, reservePlace, takeSlot } from './account-slots.ts';

interface Slot {
  number: number;
  since: number;
  renewal: NodeJS.Timeout;
}

interface Waiter {
  until: number;
  go: (slot: Slot) => void;
  fail: (error: unknown) => void;
}

/** A slot is handed from call to call in this process for so long, then other processes get their turn. */
const OWN_TURN_MS = 1_000;
const RENEW_MS = 20_000;
const LONGEST_WAIT_MS = 60_000;

function busy(key: string, retryAfterMs: number): TransientError {
  return new TransientError('account-busy', `No place for a call of ${key} came free in time`, { retryAfterMs });
}

/** One vendor account's limits as one process keeps them, together with all other processes through the database. */
export class AccountGate {
  limits: AccountLimits;
  readonly #holder = randomUUID();
  readonly #waiters: Waiter[] = [];
  #held = 0;
  #looking = false;

  constructor(limits: AccountLimits) {
    this.limits = limits;
  }

  get idle(): boolean {
    return this.#held === 0 && this.#waiters.length === 0;
  }

  readonly run: Gate = async (call) => {
    const slot = await this.#take();
    try {
      await this.#pace();
      return await call();
    } catch (error) {
      // Who is told to wait tells the others: the whole account is meant.
      if (error instanceof TransientError && error.code === 'rate-limited') await this.#slowDown(error.retryAfterMs ?? 1_000);
      throw error;
    } finally {
      await this.#give(slot);
    }
  };

  async #pace(): Promise<void> {
    const { key, perSecond } = this.limits;
    if (perSecond === null) return;
    const waitMs = await reservePlace(key, perSecond, { longestWaitMs: LONGEST_WAIT_MS });
    if (waitMs === null) throw busy(key, LONGEST_WAIT_MS);
    if (waitMs > 0) await sleep(waitMs);
  }

  async #slowDown(waitMs: number): Promise<void> {
    const { key, perSecond } = this.limits;
    if (perSecond === null) return;
    await reservePlace(key, perSecond, { emptyForMs: Math.min(waitMs, LONGEST_WAIT_MS) }).catch((error: unknown) =>
      logger.warn({ error, account: key }, 'Other processes could not be told to slow down'),
    );
  }

  #take(): Promise<Slot> {
    return new Promise((go, fail) => {
      this.#waiters.push({ until: performance.now() + LONGEST_WAIT_MS, go, fail });
      void this.#look();
    });
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    let pause = 10;
    try {
      while (this.#waiters.length > 0) {
        const number = await takeSlot(this.limits.key, this.limits.concurrency, this.#holder);
        const waiter = this.#waiters.shift();
        if (number !== null && waiter) {
          this.#held += 1;
          waiter.go({ number, since: performance.now(), renewal: this.#renew(number) });
          pause = 10;
          continue;
        }
        if (number !== null) await giveSlotBack(this.limits.key, number, this.#holder);
        else if (waiter && waiter.until <= performance.now()) waiter.fail(busy(this.limits.key, 2_000));
        else if (waiter) {
          this.#waiters.unshift(waiter);
          await sleep(pause * (0.5 + Math.random()));
          pause = Math.min(pause * 2, 250);
        }
      }
    } catch (error) {
      for (const waiter of this.#waiters.splice(0)) waiter.fail(error);
    } finally {
      this.#looking = false;
    }
  }

  #renew(number: number): NodeJS.Timeout {
    return setInterval(() => {
      renewSlot(this.limits.key, number, this.#holder).catch((error: unknown) =>
        logger.warn({ error, account: this.limits.key }, 'A place in an account could not be renewed; it lapses by itself'),
      );
    }, RENEW_MS).unref();
  }

  async #give(slot: Slot): Promise<void> {
    const next = performance.now() - slot.since < OWN_TURN_MS ? this.#waiters.shift() : undefined;
    if (next) {
      next.go(slot);
      return;
    }
    clearInterval(slot.renewal);
    this.#held -= 1;
    await giveSlotBack(this.limits.key, slot.number, this.#holder).catch((error: unknown) =>
      logger.warn({ error, account: this.limits.key }, 'A place in an account could not be given back; it lapses by itself'),
    );
  }
}

const gates = new Map<string, AccountGate>();

/** Whose an account is (host, user name) is the merchant's: rows that several shops may share, and the log, hold a fingerprint of it. */
function anonymous({ key, ...limits }: AccountLimits): AccountLimits {
  const [vendor = '', ...whose] = key.split(' ');
  return { ...limits, key: whose.length > 0 ? `${vendor} ${sha256(whose.join(' ')).slice(0, 32)}` : vendor };
}

/** The places of one of our own rows: its key is written as it is. */
export function placesOf(limits: AccountLimits): Gate {
  return async (call) => {
    const gate = gates.get(limits.key) ?? new AccountGate(limits);
    gate.limits = limits;
    gates.set(limits.key, gate);
    try {
      return await gate.run(call);
    } finally {
      if (gate.idle && gates.get(limits.key) === gate) gates.delete(limits.key);
    }
  };
}

/**
 * What every call to a vendor account goes through, in all processes together: at most `concurrency` at once (places lapse a minute
 * after their process died) and at most `perSecond`. Throws TransientError('account-busy') when no place came free within a minute.
 */
export const accountGate = (limits: AccountLimits): Gate => placesOf(anonymous(limits));
