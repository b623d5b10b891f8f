import { setTimeout as sleep } from 'node:timers/promises';
import { bucket } from './assumptions.ts';

const header = 'x-cartrover-api-minute-hits-remaining';

/** What IM last said is left for a key, less what this process called since. Other processes show in IM's next answer. */
const levels = new Map<string, { left: number; at: number }>();

interface Bucket {
  /** Waits until a call fits, so that the level rises again when it is low; then counts it. */
  enter(): Promise<void>;
  /** Takes over what an answer says. */
  hear(headers: Headers): void;
  /** IM refused a call because too many were made. */
  overflow(): void;
}

/** IM's leaky bucket of one key, as IM tells of it. Every process hears the same level, so nobody has to share it. */
export function bucketOf(key: string, nowMs: () => number): Bucket {
  const set = (left: number) => levels.set(key, { left, at: nowMs() });
  const left = () => {
    const known = levels.get(key);
    return known ? Math.min(bucket.size, known.left + Math.max(0, nowMs() - known.at) / bucket.refillMs) : bucket.size;
  };
  return {
    async enter() {
      const short = bucket.floor - left();
      set(left() - 1);
      if (short > 0) await sleep(Math.min(short, 2 * bucket.floor) * bucket.refillMs);
    },
    hear(headers) {
      const told = headers.get(header);
      if (told !== null && told.trim() !== '' && Number.isFinite(Number(told))) set(Number(told));
    },
    overflow: () => void set(0),
  };
}
