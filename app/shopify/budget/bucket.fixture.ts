import type { ThrottleStatus } from './lease.ts';

/** A bucket of points as Shopify keeps it, for budget.test.ts: refuses what it hasn't got. */
export class Bucket {
  readonly size: number;
  readonly restorePerSec: number;
  refusals = 0;
  calls = 0;
  lowest: number;
  #level: number;
  #at = performance.now();

  constructor(size: number, restorePerSec: number) {
    this.size = size;
    this.restorePerSec = restorePerSec;
    this.#level = size;
    this.lowest = size;
  }

  get level(): number {
    const at = performance.now();
    this.#level = Math.min(this.size, this.#level + ((at - this.#at) / 1000) * this.restorePerSec);
    this.#at = at;
    return this.#level;
  }

  set level(points: number) {
    this.#at = performance.now();
    this.#level = Math.min(this.size, points);
  }

  status(): ThrottleStatus {
    return { maximumAvailable: this.size, currentlyAvailable: Math.floor(this.level), restoreRate: this.restorePerSec };
  }

  /** Undefined when it is refused. */
  charge(points: number): ThrottleStatus | undefined {
    if (this.level < points) {
      this.refusals++;
      return undefined;
    }
    this.level -= points;
    this.calls++;
    this.lowest = Math.min(this.lowest, this.level);
    return this.status();
  }

  refund(points: number): void {
    this.level += points;
  }
}
