import { seededRandom } from '../../sandbox/kit/random.ts';
import { limitsOf, type BackOffice } from './back-offices.ts';
import { openChaosShop, places, scarceUnits, startingUnits } from './chaos-shop.ts';
import { Ground } from './ground.ts';
import { checkInvariants, type Verdict } from './invariants.ts';
import { killAtEveryStep } from './kill-steps.ts';
import { leaksInLogs, plantedIn } from './logs.ts';
import { makeStatement, readMerchantsView } from './merchants-view.ts';
import { restoreOlderBackup } from './restore.ts';
import { finish, settle, stuckRuns } from './settle.ts';
import { rage, unstruck } from './storm.ts';
import { Traffic } from './traffic.ts';
import { unfinishedWork } from './unfinished.ts';
import { planOrders } from './traffic-plan.ts';

/** storm: faults, one by one and mixed. kills: somebody is killed at every step of the corridor. restore: the database is put back to an older backup. */
export type Played = 'storm' | 'kills' | 'restore';

export interface RoundOptions {
  port: number;
  /** The sandbox's folder, where the logs are. */
  data: string;
  backOffice: BackOffice;
  seed: number;
  orders: number;
  /** Bound of the time to settle, ms. */
  settleMs: number;
  /** Each fault by itself before they are mixed. */
  alone: boolean;
  /** Only these faults; an empty list is a calm run. */
  only?: readonly string[] | undefined;
  /** What goes wrong; a storm of faults unless told otherwise. */
  plays?: Played;
  onNote?: (note: string) => void;
}

export interface Round {
  /** The back office's name. */
  connector: string;
  /** What was not played because the back office can't do it, or ends otherwise there. */
  limits: string[];
  seed: number;
  orders: number;
  /** What struck, and how often. */
  struck: Record<string, number>;
  /** What was meant to strike and never did. */
  unstruck: string[];
  groups: string[][];
  /** What people did. */
  traffic: Record<string, number>;
  givenUp: Traffic['givenUp'];
  /** Steps done before the last fault had ended, and in all: what happens once all is calm proves little. */
  steps: { inStorm: number; all: number };
  verdict: Verdict;
  /** Whether all steps were tried and the ledgers stopped changing within the bound. */
  quiet: boolean;
  seconds: Record<string, number>;
}

/** A run that is still open after this long, with nothing left to do, is stuck. A killed worker's work resumes within a minute. */
const STUCK_MS = 90_000;

/** One seed: a shop of its own, its orders and everything that happens to them while faults strike, then both ledgers compared. */
export async function playRound(options: RoundOptions): Promise<Round> {
  const { backOffice, seed, orders, settleMs, plays = 'storm', onNote: note = () => undefined } = options;
  const seconds: Record<string, number> = {};
  const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const started = Date.now();
    const result = await work();
    seconds[what] = (Date.now() - started) / 1000;
    note(`${what}: ${seconds[what].toFixed(1)} s`);
    return result;
  };
  const units = startingUnits(orders);
  const name = `chaos-${backOffice.name}-${seed}-${Date.now().toString(36)}`;
  const shop = await timed('set-up', () => openChaosShop(options.port, { name, backOffice, units }));
  const ground = new Ground(shop, seededRandom(`storm ${seed}`));
  const traffic = new Traffic(shop, { seed, plan: planOrders(seed, orders, shop.skus, backOffice), units });
  const acts: Record<Played, () => Promise<string[][]>> = {
    storm: () => rage(ground, traffic, { ...options, onNote: note }),
    kills: () => killAtEveryStep(ground, traffic, { backOffice, withinMs: settleMs, onNote: note }),
    restore: () => restoreOlderBackup(ground, traffic),
  };
  const groups = await timed('storm', acts[plays]);
  const inStorm = traffic.stepsDone;
  const since = Date.now();
  await timed('last steps', () => finish(shop, traffic, { withinMs: settleMs, since }));
  const { ledgers, quiet } = await timed('settling', () => settle(shop, { withinMs: settleMs, since, onNote: note }));
  const view = await timed('reading', async () => {
    // The view first: what a statement repairs was not as it should be.
    const seen = { ...(await readMerchantsView(shop)), busyRuns: await stuckRuns(shop, STUCK_MS) };
    return { ...seen, statement: await makeStatement(shop, settleMs) };
  });
  const verdict = checkInvariants(ledgers, view, {
    neverSent: traffic.neverSent,
    changed: traffic.changed,
    repriced: traffic.repriced,
    cancelled: traffic.cancelled,
    neverLate: traffic.neverLate,
    restored: plays === 'restore',
    wanted: traffic.wanted,
    versions: traffic.versions,
    streets: traffic.streets,
    parcels: traffic.parcels,
    returned: traffic.returned,
    scarce: new Map([[shop.scarce, scarceUnits(units)]]),
    givenUp: traffic.givenUp,
    goods: new Set([...shop.skus, shop.scarce]),
    places,
    can: backOffice,
  });
  const account =
    backOffice.connector === 'stockroom' ? {} : await shop.get<Record<string, unknown>>(`/${shop.connector}/settings`);
  verdict.violations.push(...(await unfinishedWork(shop)));
  verdict.violations.push(...leaksInLogs(options.data, plantedIn(options.data, account)));
  // Nothing of this shop goes on while the next one is looked at.
  await shop.post('/uninstall');
  return {
    connector: backOffice.name,
    limits: limitsOf(backOffice),
    seed,
    orders,
    struck: ground.struck,
    groups,
    traffic: traffic.done,
    givenUp: traffic.givenUp,
    steps: { inStorm, all: traffic.stepsDone },
    unstruck: unstruck(ground.struck, groups.flat()),
    verdict,
    quiet: quiet && traffic.stepsLeft === 0,
    seconds,
  };
}
