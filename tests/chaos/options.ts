import path from 'node:path';
import { parseArgs } from 'node:util';
import { backOfficeOf, backOffices, type BackOffice } from './back-offices.ts';
import type { Played } from './round.ts';

export interface ChaosOptions {
  backOffices: BackOffice[];
  seeds: number[];
  /** Orders of each seed. */
  orders: number;
  /** How long one seed may take to settle, ms. */
  settleMs: number;
  port: number;
  /** Folder of the sandbox; a report is left beside it. */
  data: string;
  /** Each fault by itself before they are mixed. */
  alone: boolean;
  /** Only these faults. */
  only: string[] | undefined;
  plays: Played;
  /** Also measures the race of two channels for the last units, over safety stock. */
  race: boolean;
  /** Instead of a storm: so many orders at once. */
  burst: number | undefined;
}

function seedsOf(text: string): number[] {
  const [from, to] = text.split('..').map(Number);
  const seeds =
    to === undefined
      ? text.split(',').map(Number)
      : Array.from({ length: to - (from ?? 1) + 1 }, (_, index) => (from ?? 1) + index);
  if (seeds.length === 0 || seeds.some((seed) => !Number.isInteger(seed) || seed < 0))
    throw new Error(`--seed takes a number, a list (1,2,7) or a range (1..5), not "${text}"`);
  return seeds;
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} takes a number above 0, not "${text}"`);
  return value;
}

/** What `npm run chaos -- …` was asked for; throws an Error that says what is wrong. */
export function readOptions(args: string[]): ChaosOptions {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string', default: '1' },
      orders: { type: 'string', default: '200' },
      connector: { type: 'string', default: 'stockroom' },
      minutes: { type: 'string', default: '15' },
      port: { type: 'string', default: '3700' },
      data: { type: 'string', default: '.data/chaos' },
      mixed: { type: 'boolean', default: false },
      only: { type: 'string' },
      kills: { type: 'boolean', default: false },
      restore: { type: 'boolean', default: false },
      race: { type: 'boolean', default: false },
      burst: { type: 'string' },
    },
  });
  const chosen = values.connector === 'all' ? [...backOffices] : values.connector.split(',').map(backOfficeOf);
  const mute = chosen.filter(({ hasApi }) => !hasApi).map(({ name }) => name);
  if (values.restore && mute.length > 0)
    throw new Error(
      `--restore takes back offices that can be asked what they have, not ${mute.join(', ')}: name others by --connector`,
    );
  return {
    backOffices: chosen,
    seeds: seedsOf(values.seed),
    orders: positive('orders', values.orders),
    settleMs: positive('minutes', values.minutes) * 60_000,
    port: positive('port', values.port),
    data: path.resolve(values.data),
    alone: !values.mixed,
    only: values.only?.split(',').filter(Boolean),
    plays: values.kills ? 'kills' : values.restore ? 'restore' : 'storm',
    race: values.race,
    burst: values.burst === undefined ? undefined : positive('burst', values.burst),
  };
}
