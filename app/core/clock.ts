import { existsSync, readFileSync } from 'node:fs';

/**
 * The only clock of the product. Business time is never SQL `now()`: outside production every process
 * adds the same offset, read from a small shared file, so that a day can pass in a test.
 */
let offsetMs = 0;
let offsetFile: string | undefined;
let checkedAt = 0;

/** Follows the offset (plain milliseconds) in `file`; looked at again at most every 20 ms. */
export function followClockFile(file: string): void {
  offsetFile = file;
  checkedAt = 0;
}

function refresh(realNow: number): void {
  if (!offsetFile || realNow - checkedAt < 20) return;
  checkedAt = realNow;
  if (existsSync(offsetFile)) offsetMs = Number(readFileSync(offsetFile, 'utf8')) || 0;
}

/** Milliseconds since 1970. */
export function nowMs(): number {
  const real = Date.now();
  refresh(real);
  return real + offsetMs;
}

export function now(): Date {
  return new Date(nowMs());
}
