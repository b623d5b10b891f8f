import { now, nowMs } from '../../core/clock.ts';
import { NeedsMerchantError, RejectedError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { closeProblems, openProblem } from '../problems/problems.ts';
import type { RunOrder } from '../runs/runs.ts';
import { checkLevels } from './check-levels.ts';
import { checkParts, creditNothingMissing, stageParts } from './check-parts.ts';
import { judgeOrders } from './judge-orders.ts';
import { judgeShipments } from './judge-shipments.ts';
import { prepareMaking, type Making, type StatementTools } from './making.ts';
import { askForRepairs, repairOrder } from './repair.ts';
import { endRepairs, lookAgain, waitForRepairs } from './settle.ts';
import { stageGone, stageOrders, stageOrdersAside } from './stage-orders.ts';
import { stageShipments } from './stage-shipments.ts';
import { findStatement, GAP, LOOK_AGAIN, moveOn, openStatement, periodOf, phases, type Phase, type Sums } from './statement.ts';
import { readSums, rememberFound, restateRun, sumOfLevels, sumUp, writeSums } from './sum-up.ts';
import { hearSilence } from './webhook-silence.ts';

/** Lines of older statements of a connection go; their sums stay as long as their runs. */
const KEPT_WHOLE = 3;
const SUMS_KEPT_MS = 90 * 86_400_000;

const comparesShipments = ({ live, shipments }: Making): boolean => shipments.enabled && live.connector.shipments !== undefined;
const comparesLevels = ({ live, inventory }: Making): boolean => inventory.enabled && live.connector.stock !== undefined;

function addUp(making: Making): Promise<Sums> {
  return sumUp(making.statement, { order: making.orders.enabled, shipment: comparesShipments(making) });
}

async function compareLevels(making: Making): Promise<void> {
  const { shopId, runId } = making.statement;
  let sums: Partial<Sums>;
  try {
    sums = { level: sumOfLevels(await checkLevels(making)) };
  } catch (thrown) {
    // No location linked, no stock listed: said beside the orders, which are accounted for all the same.
    if (!(thrown instanceof NeedsMerchantError) || thrown.scope === 'connection') throw thrown;
    sums = { levelsUnread: { code: thrown.code, params: thrown.params } };
  }
  await inShop(shopId, async (tx) => writeSums(tx, shopId, runId, { ...(await readSums(tx, shopId, runId)), ...sums }));
}

/** What is left after the repairs is a problem that somebody sees without opening the statement. */
async function nameGap({ statement: { shopId }, live }: Making, sums: Sums): Promise<void> {
  const count = [sums.order, sums.gone, sums.shipment, sums.level].reduce((sum, one) => sum + (one?.buckets.gap ?? 0), 0);
  const subject = { kind: 'connection' as const, id: live.id, label: live.name };
  await inShop(shopId, async (tx) => {
    if (count > 0)
      await openProblem(tx, shopId, {
        connectionId: live.id,
        sync: 'statement',
        cause: GAP,
        subject,
        params: { count, backOffice: live.name },
      });
    else await closeProblems(tx, shopId, { subject, causes: [GAP], evidence: 'statement-without-gap' });
  });
}

async function forgetOld({ statement: { shopId, connectionId } }: Making): Promise<void> {
  const old = await inShop(shopId, (tx) =>
    tx.statement.findMany({
      where: { shopId, connectionId },
      orderBy: { periodTo: 'desc' },
      skip: KEPT_WHOLE,
      select: { runId: true },
    }),
  );
  const runIds = old.map(({ runId }) => runId);
  const expired = new Date(nowMs() - SUMS_KEPT_MS);
  await inShop(shopId, (tx) => tx.statement.deleteMany({ where: { shopId, connectionId, periodTo: { lt: expired } } }));
  await inShop(shopId, (tx) => tx.statementLine.deleteMany({ where: { shopId, runId: { in: runIds } } }), { timeoutMs: 60_000 });
}

/** Records of the statement that differ. */
function countGaps({ statement: { shopId, runId } }: Making): Promise<number> {
  return inShop(shopId, (tx) => tx.statementLine.count({ where: { shopId, runId, bucket: 'gap', kind: { not: 'part' } } }));
}

const runsOf = ({ statement }: Making): string[] => statement.cursor?.split(' ').filter(Boolean) ?? [];

async function end(making: Making, sums: Sums): Promise<void> {
  const { shopId, runId } = making.statement;
  await nameGap(making, sums);
  await restateRun(making.statement, sums);
  await inShop(shopId, (tx) => tx.statement.update({ where: { shopId_runId: { shopId, runId } }, data: { finishedAt: now() } }));
  await forgetOld(making);
}

/** The work of each phase. A phase that is begun again after a kill finds what it had stored and changes nothing of it. */
const work: Record<Phase, (making: Making, order: RunOrder) => Promise<string[] | void>> = {
  async orders(making) {
    if (!making.orders.enabled) return;
    await stageOrders(making);
    await stageGone(making);
  },
  async parts(making) {
    if (!making.orders.enabled) return;
    await stageParts(making);
    await checkParts(making);
  },
  async shipments(making, { task }) {
    if (!comparesShipments(making)) return;
    await stageShipments(making, { daily: task === 'scheduled' });
    await stageOrdersAside(making);
  },
  async judge(making) {
    await judgeOrders(making);
    await judgeShipments(making);
    await lookAgain(making, 'differing', { levels: false });
    await rememberFound(making.statement);
    await creditNothingMissing(making);
    if (making.orders.enabled) await hearSilence(making);
  },
  repair: (making) => askForRepairs(making, { byItself: ['order', 'gone', 'shipment'] }),
  async settle(making) {
    await waitForRepairs(making, runsOf(making));
    await lookAgain(making, 'asked');
    await endRepairs(making);
  },
  async levels(making) {
    if (comparesLevels(making)) await compareLevels(making);
    await rememberFound(making.statement);
    await addUp(making);
  },
  publish: (making) => askForRepairs(making, { byItself: ['level'] }),
  async finish(making) {
    await waitForRepairs(making, runsOf(making));
    await lookAgain(making, 'asked');
    await endRepairs(making);
    await rememberFound(making.statement);
    await end(making, await addUp(making));
  },
  done: () => Promise.resolve(),
};

/** Finds the statement that a run goes over again. */
async function reopen(live: LiveConnection, runId: string, id: string, tools: StatementTools): Promise<Making> {
  const statement = await inShop(live.shop.id, (tx) => findStatement(tx, live.shop.id, id));
  if (!statement) throw new RejectedError('statement-gone', 'There is no such statement any more');
  return prepareMaking(live, statement, runId, tools);
}

/** Waits for what was asked for, and adds the statement up anew. Tells what came of it. */
async function endAgain(making: Making, runs: readonly string[]): Promise<{ mended: number; open: number }> {
  await waitForRepairs(making, runs);
  await lookAgain(making, 'asked');
  const repaired = await endRepairs(making);
  await nameGap(making, await addUp(making));
  return repaired;
}

/** Task `repair`: what one line, or all of a kind and reason, of an earlier statement needs. */
async function runRepair(live: LiveConnection, run: RunOrder, tools: StatementTools): Promise<void> {
  const { statement, ...which } = repairOrder.parse(JSON.parse(run.argument ?? '{}'));
  const making = await reopen(live, run.id, statement, tools);
  const repaired = await endAgain(making, await askForRepairs(making, { asked: which }));
  await restateRun({ shopId: live.shop.id, runId: run.id }, repaired);
}

/**
 * Task `look-again`: what differed when the statement was made and may be as it should be by now. What still differs is asked for once more, as far as that is
 * safe and the merchant's settings allow it.
 */
async function runLookAgain(live: LiveConnection, run: RunOrder, tools: StatementTools): Promise<void> {
  const making = await reopen(live, run.id, run.argument ?? '', tools);
  const before = await countGaps(making);
  await lookAgain(making, 'differing');
  await endAgain(making, await askForRepairs(making, { byItself: ['order', 'gone', 'shipment', 'level'] }));
  const open = await countGaps(making);
  await restateRun({ shopId: live.shop.id, runId: run.id }, { mended: Math.max(0, before - open), open });
}

/**
 * Makes a statement: reads Shopify's own list of the period's orders and their fulfilments, asks the back office for each order and for what it shipped and
 * counted, and accounts for every record. What is safe is repaired through the inbox, as far as the merchant's settings allow, and looked at again.
 * `argument`: the days it covers. Memory stays flat; a killed run goes on where it was. Tasks `repair` and `look-again` go over an earlier one.
 */
export async function runStatement(live: LiveConnection, run: RunOrder, tools: StatementTools = {}): Promise<void> {
  if (run.task === 'repair') return runRepair(live, run, tools);
  if (run.task === LOOK_AGAIN) return runLookAgain(live, run, tools);
  const statement = await openStatement(live.shop.id, { runId: run.id, connectionId: live.id, period: periodOf(run.argument) });
  const making = await prepareMaking(live, statement, run.id, tools);
  for (let at = phases.indexOf(statement.phase); at < phases.length - 1; at += 1) {
    const handedOn = await work[phases[at] ?? 'done'](making, run);
    await moveOn(statement, { phase: phases[at + 1] ?? 'done', cursor: handedOn ? handedOn.join(' ') : null });
  }
}
