import type { Violation } from './violation.ts';
import type { Round } from './round.ts';
import type { RacePoint } from './race.ts';

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((total, one) => total + one, 0);

function add(total: Record<string, number>, more: Record<string, number>): Record<string, number> {
  for (const [name, count] of Object.entries(more)) total[name] = (total[name] ?? 0) + count;
  return total;
}

function rows(title: string, counts: Record<string, number>): string {
  const entries = Object.entries(counts).sort(([one], [other]) => one.localeCompare(other));
  const width = Math.max(20, ...entries.map(([name]) => name.length));
  return `${title}\n${entries.map(([name, count]) => `  ${name.padEnd(width)}  ${count}`).join('\n')}\n`;
}

const violationText = ({ invariant, subject, what }: Violation): string => `  ✗ ${invariant}: ${subject} ${what}`;

/** Nothing is wrong, all was tried, and all that was meant to strike did. */
export const isClean = ({ verdict, quiet, unstruck }: Pick<Round, 'verdict' | 'quiet' | 'unstruck'>): boolean =>
  verdict.violations.length === 0 && quiet && unstruck.length === 0;

/** One round in a few lines. */
export function roundText({ connector, limits, seed, verdict, struck, quiet, seconds, givenUp, steps, unstruck }: Round): string {
  const { counted, violations, namedForGood } = verdict;
  const total = Object.values(seconds).reduce((all, one) => all + one, 0);
  return [
    `${isClean({ verdict, quiet, unstruck }) ? '✓' : '✗'} ${connector}, seed ${seed}: ${counted.orders} orders, ${counted.inBackOffice} in the back office, ${counted.leftOut} left out by a rule, ` +
      `${counted.shipments} shipments, ${counted.refunds} refunds, ${counted.levels} levels; ${sum(struck)} faults struck; ` +
      `${namedForGood.length} changes came too late and are named; ${violations.length} violations (${total.toFixed(0)} s)`,
    `  ${steps.inStorm} of ${steps.all} steps of people were taken before the last fault had ended`,
    ...(limits.length > 0 ? [`  Played with what it can do: ${limits.join('; ')}`] : []),
    ...(quiet ? [] : ['  ✗ steps were left, or the ledgers still changed, when the time was over']),
    ...(unstruck.length > 0 ? [`  ✗ never struck: ${unstruck.join(', ')}`] : []),
    ...(givenUp.length > 0
      ? [`  ${givenUp.length} steps never became possible (the order was changed away from under them)`]
      : []),
    ...violations.map(violationText),
  ].join('\n');
}

/** Everything that was injected and landed, over all rounds. */
export function summaryText(rounds: Round[], race: RacePoint[]): string {
  const struck = rounds.reduce<Record<string, number>>((all, round) => add(all, round.struck), {});
  const traffic = rounds.reduce<Record<string, number>>((all, round) => add(all, round.traffic), {});
  const curve = Object.fromEntries(
    race.map(({ safetyStock, sold, beyond }) => [
      `safety stock ${safetyStock}: units sold beyond what there was (of ${sold})`,
      beyond,
    ]),
  );
  return [
    rows('What people did', traffic),
    rows('What went wrong', struck),
    ...(race.length > 0 ? [rows('Two channels racing for the last units', curve)] : []),
  ].join('\n');
}
