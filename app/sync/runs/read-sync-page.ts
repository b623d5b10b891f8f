import { readFigures, type SyncFigures } from '../../connections/read-home.ts';
import type { SettingValue } from '../../connections/read-sync-settings-form.ts';
import { readSync } from '../../connections/syncs.ts';
import { syncKinds, type SyncKind } from '../../connectors/contract/index.ts';
import { now } from '../../core/clock.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { nextRun } from '../../schedules/next-run.ts';
import type { SyncSchedule } from '../../schedules/sync-schedule.ts';
import { groupProblemsIn, type ProblemGroup } from '../problems/read-problems.ts';
import { readRunsIn, type RunView } from './read-runs.ts';

/** One sync of one connection, as its card shows it. */
export interface SyncView {
  kind: SyncKind;
  connectionId: string;
  enabled: boolean;
  /** It was never switched on. */
  neverOn: boolean;
  schedule: SyncSchedule;
  /** When it runs next by the clock: its quiet hours are taken into account. */
  nextDue: string | null;
  /** Whether it would be due before that, were it not for its quiet hours. */
  quiet: boolean;
  lastRun: RunView | null;
  /** Runs that wait or work now; rolling ones aside. */
  running: RunView[];
  awaiting: RunView | null;
  /** Since when and after which run it waits to be released. */
  paused: { since: string; by: string; run: string } | null;
  figures: SyncFigures;
  problems: number;
}

const zoneOfShop = async (tx: Tx, shopId: number): Promise<string> =>
  (await tx.shop.findUniqueOrThrow({ where: { id: shopId }, select: { timeZone: true } })).timeZone;

async function readView(
  tx: Tx,
  shopId: number,
  connectionId: string,
  kind: SyncKind,
  figures: SyncFigures,
  problems: ProblemGroup[],
): Promise<SyncView> {
  const sync = await readSync(tx, shopId, connectionId, kind);
  const of = { connectionId, sync: kind };
  const running = await readRunsIn(tx, shopId, { ...of, ownOnly: true, states: ['queued', 'running'], pageSize: 3 });
  const awaiting = await readRunsIn(tx, shopId, { ...of, states: ['awaiting_approval'], pageSize: 1 });
  const ended = await readRunsIn(tx, shopId, {
    ...of,
    states: ['finished', 'finished_partially', 'failed', 'cancelled'],
    startedOnly: true,
    pageSize: 1,
  });
  const due = nextRun(sync, await zoneOfShop(tx, shopId), now());
  return {
    kind,
    connectionId,
    enabled: sync.enabled,
    neverOn: sync.enabledAt === null,
    schedule: sync.schedule,
    nextDue: due?.at.toISOString() ?? null,
    quiet: due?.quiet ?? false,
    lastRun: ended.rows[0] ?? null,
    running: running.rows,
    awaiting: awaiting.rows[0] ?? null,
    paused: sync.paused && {
      since: sync.paused.since.toISOString(),
      by: String(sync.paused.reason.params['by'] ?? ''),
      run: String(sync.paused.reason.params['run'] ?? ''),
    },
    figures,
    problems: problems.filter((group) => group.sync === kind).reduce((sum, group) => sum + group.count, 0),
  };
}

/** The cards of a connection: the syncs its back office offers. */
export async function readSyncViews(
  tx: Tx,
  shopId: number,
  connectionId: string,
  kinds: readonly SyncKind[] = syncKinds,
): Promise<SyncView[]> {
  const figures = await readFigures(tx, shopId, connectionId);
  const problems = await groupProblemsIn(tx, shopId, { connectionId });
  const views: SyncView[] = [];
  for (const kind of kinds) views.push(await readView(tx, shopId, connectionId, kind, figures[kind], problems));
  return views;
}

/** What the page of one sync shows above its records. */
export interface SyncPageView {
  sync: SyncView;
  settings: Record<string, SettingValue>;
  recent: RunView[];
  groups: ProblemGroup[];
}

export function readSyncPage(shopId: number, connectionId: string, kind: SyncKind): Promise<SyncPageView> {
  return inShop(shopId, async (tx) => {
    const groups = await groupProblemsIn(tx, shopId, { connectionId, sync: kind });
    const figures = await readFigures(tx, shopId, connectionId);
    const { settings } = await readSync(tx, shopId, connectionId, kind);
    const { rows: recent } = await readRunsIn(tx, shopId, { connectionId, sync: kind, pageSize: 5 });
    return { sync: await readView(tx, shopId, connectionId, kind, figures[kind], groups), settings, recent, groups };
  });
}
