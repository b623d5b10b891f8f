import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../sandbox/kit/random.ts';
import type { BackOffice } from './back-offices.ts';
import { faults as allFaults, type Fault } from './faults.ts';
import type { Ground } from './ground.ts';
import type { Traffic } from './traffic.ts';

export interface StormOptions {
  /** Each fault once by itself before they are mixed; without it only mixes, which is quicker. */
  alone: boolean;
  /** Which of its faults there can be. */
  backOffice: Pick<BackOffice, 'hasApi' | 'callsUs'>;
  /** Only these faults, by name. */
  only?: readonly string[];
  onNote?: (note: string) => void;
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const left = [...items];
  return items.map(() => left.splice(random.between(0, left.length - 1), 1)[0] as T);
}

/** Which faults strike together, one group after the other: the same seed gives the same groups. */
export function planStorm(random: Random, { alone, backOffice, only }: StormOptions): Fault[][] {
  const there = { api: backOffice.hasApi, calls: backOffice.callsUs.length > 0 };
  const fitting = allFaults.filter(
    ({ needs, name }) => (needs === undefined || there[needs]) && (only === undefined || only.includes(name)),
  );
  const single = shuffled(random, alone ? fitting : fitting.filter((fault) => fault.alone)).map((fault) => [fault]);
  const mixable = fitting.filter((fault) => !fault.alone);
  const mixed: Fault[][] = [];
  for (let rest = shuffled(random, mixable); rest.length > 0;) {
    // Never one alone at the end.
    const size = rest.length <= 3 ? rest.length : rest.length === 4 ? 2 : random.between(2, 3);
    mixed.push(rest.splice(0, size));
  }
  return [...single, ...mixed];
}

const TURNS = 3;
const TURN_MS = 300;

/** While people go about their business, one group of faults after the other strikes and is over. */
export async function rage(ground: Ground, traffic: Traffic, options: StormOptions): Promise<string[][]> {
  const groups = planStorm(ground.random, options);
  const perTurn = Math.max(1, Math.ceil(traffic.toPlace / (groups.length * TURNS)));
  // A long script goes through the groups again and again.
  const most = perTurn > 12 ? 12 : perTurn;
  const played: string[][] = [];
  // Something is under way before the first of them strikes.
  await traffic.place(Math.min(6, traffic.toPlace));
  await sleep(2 * TURN_MS);
  for (let at = 0; at < groups.length || traffic.toPlace > 0; at += 1) {
    const group = groups[at % groups.length] ?? [];
    const started = Date.now();
    for (const fault of group) await fault.begin(ground);
    for (let turn = 0; turn < TURNS; turn += 1) {
      await traffic.place(most);
      await traffic.tick();
      await sleep(TURN_MS);
    }
    await ground.clearRules();
    for (const fault of group) await fault.end?.(ground);
    played.push(group.map(({ name }) => name));
    options.onNote?.(`${((Date.now() - started) / 1000).toFixed(1)} s ${group.map(({ name }) => name).join(' + ')}`);
  }
  return played;
}
