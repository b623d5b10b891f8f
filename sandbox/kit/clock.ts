import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The clock that every process of a sandbox shares: the machine's time plus an offset. */
export interface Clock {
  /** Milliseconds since 1970, offset included. */
  now(): number;
  /** `now()` as ISO 8601 in UTC, milliseconds kept. */
  iso(): string;
  /** Moves every process's time forward by `ms`. Throws for a negative or non-finite number: time never runs back. */
  advance(ms: number): void;
  /** The offset now in force, in ms. */
  offsetMs(): number;
  /** Calls `listener` after each `advance` made through this object; returns how to stop it. */
  onAdvance(listener: () => void): () => void;
}

/** How long a read offset is trusted before the file is looked at again (real ms). */
const READ_AGAIN_MS = 20;

/**
 * Opens the shared clock. `file` holds the offset in ms as plain text (a missing file means 0); other processes read the same
 * file, so that a day can pass for all of them at once. `:memory:` gives a clock of its own.
 */
export function openClock(file: string): Clock {
  const inMemory = file === ':memory:';
  const listeners = new Set<() => void>();
  let offset = 0;
  let readAt = Number.NEGATIVE_INFINITY;

  const read = (): number => {
    const real = Date.now();
    if (inMemory || (real >= readAt && real - readAt < READ_AGAIN_MS)) return offset;
    readAt = real;
    try {
      const text = readFileSync(file, 'utf8').trim();
      const found = Number(text);
      if (text !== '' && Number.isFinite(found)) offset = found;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      offset = 0;
    }
    return offset;
  };

  return {
    now: () => Date.now() + read(),
    iso: () => new Date(Date.now() + read()).toISOString(),
    offsetMs: () => read(),
    advance(ms) {
      if (!Number.isFinite(ms) || ms < 0)
        throw new Error(`The clock can only be moved forward by a number of milliseconds, not by ${ms}.`);
      readAt = Number.NEGATIVE_INFINITY;
      offset = read() + ms;
      if (!inMemory) {
        mkdirSync(dirname(file), { recursive: true });
        // rename is atomic: a process reading at this moment sees the old offset or the new one, never half a number
        writeFileSync(`${file}.new`, String(offset));
        renameSync(`${file}.new`, file);
      }
      for (const listener of listeners) listener();
    },
    onAdvance(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
