import type { Random } from '../../../../sandbox/kit/random.ts';
import type { StandInContext } from '../../../../sandbox/stand-ins.ts';

/** What every part of the stand-in works with. Moments are kept as ms since 1970 by the sandbox clock. */
export interface World extends StandInContext {
  random: Random;
}

/** A moment as IM writes it: ISO 8601, whole seconds, UTC as `+00:00`. Source: extensiv.md §2.1. */
export function moment(ms: number): string;
export function moment(ms: number | null): string | null;
export function moment(ms: number | null): string | null {
  return ms === null ? null : `${new Date(ms).toISOString().slice(0, 19)}+00:00`;
}

/** A record's JSON column. */
export const json = <Shape = Record<string, unknown>>(text: string): Shape => JSON.parse(text) as Shape;

/** Sums have two decimals, prices four, and both are text. Source: extensiv.md §2.1 "Numbers often come as strings". */
export const amount = (value: number): string => value.toFixed(2);
export const price = (value: number): string => value.toFixed(4);
export const yesNo = (value: number | boolean): 'Y' | 'N' => (value ? 'Y' : 'N');
