import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { startSandbox, type Sandbox } from '../../sandbox/start.ts';
import { buildIfStale } from '../../scripts/build-if-stale.ts';
import { backOfficeOf } from './back-offices.ts';
import { burst, burstText, isAbsorbed } from './burst.ts';
import { openChaosShop, startingUnits } from './chaos-shop.ts';
import { readOptions, type ChaosOptions } from './options.ts';
import { raceOverSafetyStock, type RacePoint } from './race.ts';
import { isClean, roundText, summaryText } from './report.ts';
import { playRound, type Round } from './round.ts';

/**
 * `npm run chaos`: nothing lost, nothing twice, nothing oversold by sync, whatever goes wrong. `--connector NAME|all`, `--seed 1|1,2|1..5`,
 * `--orders N` (each seed), `--minutes N` (for settling, each seed), `--mixed` (faults only mixed, not each by itself first), `--only "fault,fault"`,
 * `--kills` (instead of a storm: a kill at every step of the corridor), `--restore` (instead of a storm: the database is put back to an older backup), `--race` (the curve over safety stock), `--burst N` (instead of a storm: so many orders at once), `--port N`. Ends with 0 when no invariant is broken, all was tried and every fault struck. The
 * report is also left as JSON.
 */
const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function withSandbox<T>({ data, port }: ChaosOptions, work: () => Promise<T>): Promise<T> {
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true });
  const sandbox: Sandbox = await startSandbox({ data, port, workers: 2 });
  const stop = () => void sandbox.stop().then(() => process.exit(130));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    return await work();
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    await sandbox.stop();
  }
}

const reportOf = ({ data }: ChaosOptions): string => `${data}-report.json`;

/** After each seed: what is left of the one before goes with the next one's sandbox. */
function leaveReport(options: ChaosOptions, rounds: Round[], race: RacePoint[] = []): void {
  writeFileSync(reportOf(options), JSON.stringify({ options, rounds, race }, null, 2));
}

async function play(options: ChaosOptions): Promise<{ rounds: Round[]; race: RacePoint[] }> {
  const rounds: Round[] = [];
  for (const backOffice of options.backOffices) {
    for (const seed of options.seeds) {
      say(`• ${backOffice.name}, seed ${seed}, ${options.orders} orders`);
      // A sandbox for each: two shops on one account of a back office would share its stock and its order numbers.
      const round = await withSandbox(options, () =>
        playRound({ ...options, backOffice, seed, onNote: (note) => say(`    ${note}`) }),
      );
      rounds.push(round);
      say(roundText(round));
      leaveReport(options, rounds);
    }
  }
  const race = options.race
    ? await withSandbox(options, async () => {
        const shop = await openChaosShop(options.port, { name: 'chaos-race', backOffice: backOfficeOf('stockroom'), units: 400 });
        return raceOverSafetyStock(shop, { seed: options.seeds[0] ?? 1, safetyStocks: [0, 1, 2, 3], settleMs: options.settleMs });
      })
    : [];
  return { rounds, race };
}

/** Whether every back office took all of it. */
async function playBursts(options: ChaosOptions, orders: number): Promise<boolean> {
  let absorbed = true;
  for (const backOffice of options.backOffices) {
    say(`• ${backOffice.name}, ${orders} orders at once`);
    const result = await withSandbox(options, async () => {
      const shop = await openChaosShop(options.port, { name: 'chaos-burst', backOffice, units: startingUnits(orders) });
      return burst(shop, { orders, withinMs: options.settleMs, onNote: (note) => say(`    ${note}`) });
    });
    say(burstText(result));
    absorbed &&= isAbsorbed(result);
  }
  return absorbed;
}

const options = readOptions(process.argv.slice(2));
buildIfStale();
if (options.burst !== undefined) {
  process.exit((await playBursts(options, options.burst)) ? 0 : 1);
}
const report = await play(options);
leaveReport(options, report.rounds, report.race);
say(`\n${summaryText(report.rounds, report.race)}`);
const violations = report.rounds.reduce((all, round) => all + round.verdict.violations.length, 0);
const restless = report.rounds.filter((round) => !round.quiet).length;
say(
  `${report.rounds.length} rounds, ${violations} violations${restless > 0 ? `, ${restless} not settled in time` : ''}; all records: ${reportOf(options)}`,
);
process.exit(report.rounds.every(isClean) ? 0 : 1);
