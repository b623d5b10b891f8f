import type { Random } from '../../../../sandbox/kit/random.ts';
import type { StandInContext } from '../../../../sandbox/stand-ins.ts';

/** The one tenant of this PULPO. */
export const TENANT_ID = 77;

/** What every part of the stand-in works with. */
export interface World extends StandInContext {
  random: Random;
  /** The sandbox's time as PULPO writes it: ISO 8601, whole seconds, UTC without a zone. Source: pulpo.md §2.1. */
  now(): string;
  /** Looks for due webhook deliveries. */
  wake(): void;
}

/** A moment in ms since 1970 as PULPO writes it. */
export const moment = (ms: number): string => new Date(ms).toISOString().slice(0, 19);

/** A record's JSON column. */
export const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

/** SQL for "in this list", the list being one JSON parameter. */
export const IN_LIST = 'IN (SELECT value FROM json_each(?))';
