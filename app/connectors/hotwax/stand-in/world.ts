import type { StandInContext } from '../../../../sandbox/stand-ins.ts';

/** What every part of the stand-in works with. */
export interface World extends StandInContext {
  /** The sandbox's time in ms since 1970, as HotWax's REST API gives every date. Source: hotwax.md §3.1. */
  now(): number;
}

/** A body or a record: names and whatever they hold. */
export type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The next id of a kind, as Moqui numbers its records (`M100001`). Source: hotwax.md §3.6 "M103113". */
export function nextId(world: World, kind: string): string {
  world.state.run(
    'INSERT INTO sequences (name, value) VALUES (?, 100001) ON CONFLICT (name) DO UPDATE SET value = value + 1',
    kind,
  );
  return `M${world.state.get<{ value: number }>('SELECT value FROM sequences WHERE name = ?', kind)?.value}`;
}
