import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../sandbox/kit/random.ts';
import type { BackOffice } from './back-offices.ts';
import { A_SYNC_LATER_MS } from './chaos-shop.ts';
import { faults as allFaults, type Fault } from './faults.ts';
import type { Ground } from './ground.ts';
import type { Traffic } from './traffic.ts';

export interface StormOptions {
  /** Each fault once by itself before they are mixed; without it only mixes, which is quicker. */
  alone: boolean;
  /** Which of its faults there can be. */
  backOffice: Pick<BackOffice, 'hasApi' | 'callsUs'>;
  /** Only these faults, by name. */
  only?: readonly string[] | undefined;
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
/** What has never struck yet is waited for so much longer: a run that it could strike takes its time on a busy machine. */
const MORE_MS = 45_000;
/** Orders placed in one turn at most: a long script goes through the groups again and again. */
const MOST_PLACED = 12;
/** Buyers wait while so many orders are under way: what happens to an order happens among faults, not once all is over. */
const MOST_UNDER_WAY = 150;
/** With more than these under way it is calm for a while after a fault: without a pause nothing would ever go on for the next one to strike. */
const FEW_UNDER_WAY = 50;
const CALM_MS = 15_000;
/** What had nothing to strike is played so often again at the end. */
const PLAYED_AGAIN = 4;
/** Calms, one after the other, before that. */
const RESTS = 8;

/** Whether something of these is waiting for its first strike; what strikes when its rules are over does so then. */
async function hasYetToStrike(ground: Ground, group: readonly Fault[]): Promise<boolean> {
  const struck = await ground.struckSoFar();
  return (
    unstruck(
      struck,
      group.filter((fault) => !fault.end).map(({ name }) => name),
    ).length > 0
  );
}

/** One group of faults strikes while people go about their business, and is over. */
async function playGroup(ground: Ground, traffic: Traffic, group: readonly Fault[], perTurn: number): Promise<void> {
  for (const fault of group) await fault.begin(ground);
  const turn = async () => {
    await traffic.tick();
    await sleep(TURN_MS);
  };
  for (let turns = 0; turns < TURNS; turns += 1) {
    await traffic.place(Math.min(perTurn, Math.max(0, MOST_UNDER_WAY - traffic.underWay)));
    await turn();
  }
  for (const until = Date.now() + MORE_MS; Date.now() < until && (await hasYetToStrike(ground, group));) {
    await Promise.all([ground.syncAgain(4, 1), ground.runNow(['inventory'])]);
    await turn();
  }
  await ground.clearRules();
  for (const fault of group) await fault.end?.(ground);
}

/** Between two faults the system works off what it has, and people go on. */
async function breathe(ground: Ground, traffic: Traffic): Promise<void> {
  if (traffic.underWay <= FEW_UNDER_WAY) return;
  await ground.advance(A_SYNC_LATER_MS);
  for (const until = Date.now() + CALM_MS; Date.now() < until && traffic.underWay > FEW_UNDER_WAY;) {
    await traffic.tick();
    await sleep(TURN_MS);
  }
}

/** While people go about their business, one group of faults after the other strikes and is over, until every order was placed and each fault has struck. */
export async function rage(ground: Ground, traffic: Traffic, options: StormOptions): Promise<string[][]> {
  const groups = planStorm(ground.random, options);
  const perTurn = Math.min(MOST_PLACED, Math.max(1, Math.ceil(traffic.toPlace / (groups.length * TURNS))));
  const played: string[][] = [];
  const play = async (group: readonly Fault[]) => {
    const started = Date.now();
    await playGroup(ground, traffic, group, perTurn);
    const names = group.map(({ name }) => name);
    played.push(names);
    const struckFor = Date.now() - started;
    await breathe(ground, traffic);
    options.onNote?.(
      `${(struckFor / 1000).toFixed(1)} s ${names.join(' + ')}; ${traffic.underWay} orders under way, ${traffic.toPlace} to come`,
    );
  };
  // Something is under way before the first of them strikes.
  await traffic.place(Math.min(6, traffic.toPlace));
  await sleep(2 * TURN_MS);
  for (let at = 0; at < groups.length || traffic.toPlace > 0; at += 1) await play(groups[at % groups.length] ?? []);
  for (let again = 0; again < PLAYED_AGAIN; again += 1) {
    const missed = unstruck(ground.struck, played.flat());
    // Orders go first: while many are under way a run of stock, which it may be meant for, has to wait.
    for (let rests = 0; missed.length > 0 && rests < RESTS && traffic.underWay > FEW_UNDER_WAY; rests += 1)
      await breathe(ground, traffic);
    for (const fault of allFaults.filter(({ name }) => missed.includes(name))) await play([fault]);
  }
  return played;
}

/** Faults that were played and never struck: a proof that rests on them proves nothing. */
export function unstruck(struck: Readonly<Record<string, number>>, played: readonly string[]): string[] {
  const labels = Object.keys(struck);
  return [...new Set(played)].filter((name) => !labels.some((label) => label === name || label.startsWith(`${name}: `))).sort();
}
