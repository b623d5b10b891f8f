import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../sandbox/kit/random.ts';
import { openChaosShop, startingUnits } from './chaos-shop.ts';
import { Ground } from './ground.ts';
import { checkInvariants, type Verdict } from './invariants.ts';
import { takesWholeOrders } from './options.ts';
import { readMerchantsView } from './merchants-view.ts';
import { settle, stuckRuns } from './settle.ts';
import { rage } from './storm.ts';
import { Traffic } from './traffic.ts';
import { planOrders } from './traffic-plan.ts';

export interface RoundOptions {
  port: number;
  connector: string;
  seed: number;
  orders: number;
  /** Bound of the time to settle, ms. */
  settleMs: number;
  /** Each fault by itself before they are mixed. */
  alone: boolean;
  /** Only these faults; an empty list is a calm run. */
  only?: readonly string[];
  onNote?: (note: string) => void;
}

export interface Round {
  connector: string;
  seed: number;
  orders: number;
  /** What struck, and how often. */
  struck: Record<string, number>;
  groups: string[][];
  /** What people did. */
  traffic: Record<string, number>;
  givenUp: Traffic['givenUp'];
  verdict: Verdict;
  /** Whether the ledgers stopped changing within the bound. */
  quiet: boolean;
  seconds: Record<string, number>;
}

const FINISHING_TICKS = 120;
/** A run that is still open after this long, with nothing left to do, is stuck. A killed worker's work resumes within a minute. */
const STUCK_MS = 90_000;
const TICKS_A_SWEEP = 10;
const SWEEP_MS = 11 * 60_000;

/** One seed: a shop of its own, its orders and everything that happens to them while faults strike, then both ledgers compared. */
export async function playRound(options: RoundOptions): Promise<Round> {
  const { port, connector, seed, orders, settleMs, alone, only, onNote: note = () => undefined } = options;
  const seconds: Record<string, number> = {};
  const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const started = Date.now();
    const result = await work();
    seconds[what] = (Date.now() - started) / 1000;
    note(`${what}: ${seconds[what].toFixed(1)} s`);
    return result;
  };
  const units = startingUnits(orders);
  const name = `chaos-${connector}-${seed}-${Date.now().toString(36)}`;
  const shop = await timed('set-up', () => openChaosShop(port, { name, connector, units }));
  const ground = new Ground(shop, seededRandom(`storm ${seed}`));
  const traffic = new Traffic(shop, { seed, plan: planOrders(seed, orders, shop.skus), units });
  const remote = connector !== 'stockroom';
  const groups = await timed('storm', () => rage(ground, traffic, { alone, remote, onNote: note, ...(only ? { only } : {}) }));
  await timed('last steps', async () => {
    traffic.hurry();
    for (let ticks = 1; traffic.stepsLeft > 0 && ticks < FINISHING_TICKS; ticks += 1) {
      // Where a webhook got lost the next sweep brings the order.
      if (ticks % TICKS_A_SWEEP === 0) await ground.advance(SWEEP_MS);
      await traffic.tick({ stock: false });
      await sleep(300);
    }
  });
  const { ledgers, quiet } = await timed('settling', () => settle(shop, { withinMs: settleMs, onNote: note }));
  const view = await timed('reading', async () => ({
    ...(await readMerchantsView(shop)),
    busyRuns: await stuckRuns(shop, STUCK_MS),
  }));
  const verdict = checkInvariants(ledgers, view, {
    neverSent: traffic.neverSent,
    merchantsRefunds: traffic.merchantsRefunds,
    changed: traffic.changed,
    goods: new Set(shop.skus),
    wholeOrders: takesWholeOrders(connector),
  });
  return {
    connector,
    seed,
    orders,
    struck: ground.struck,
    groups,
    traffic: traffic.done,
    givenUp: traffic.givenUp,
    verdict,
    quiet,
    seconds,
  };
}
