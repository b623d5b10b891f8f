import { now, nowMs } from '../../core/clock.ts';
import type { CrossdockError } from '../../core/errors.ts';
import { inShop, inSystem, type Tx } from '../../db/scope.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { DEACTIVATED } from './come-to-rest.ts';
import { resumeRun } from './plan-states.ts';

/** Nothing catches up on an import that failed: the regular runs went on from where it began. It is over only when its list is worked through. */
export const isKept = (task: string): boolean => task === 'import';

/** The next statement of the day comes a day later: one that meets an outage is made when that is over. Whoever asked for one is told instead. */
export const isOutwaited = ({ sync, task }: { sync: string; task: string }): boolean =>
  sync === 'statement' && task === 'scheduled';

const TRY_AGAIN_MS = 10 * 60_000;

/**
 * Keeps a run that could not go on: for something that passes it waits in the queue, where those who look for stalled runs find it some minutes later, as
 * often as it takes; for anything else it is paused and tried again at longer intervals, or when somebody asks for it.
 */
export async function keepRun(tx: Tx, shopId: number, runId: string, error: CrossdockError): Promise<void> {
  await tx.run.updateMany({
    where: { shopId, id: runId, state: { in: ['queued', 'running'] } },
    data:
      error.kind === 'transient'
        ? { state: 'queued', heartbeatAt: now() }
        : { state: 'paused', heartbeatAt: now(), reason: { code: error.code, params: error.params } },
  });
}

/** Tries the imports again that something else than a person paused: nobody tells us that the app was opened anew, or a permission given. */
export async function tryKeptImports(): Promise<void> {
  const before = new Date(nowMs() - TRY_AGAIN_MS);
  const kept = await inSystem(
    'stalled-runs',
    (tx) => tx.$queryRaw<{ shop_id: number; id: string }[]>`
      SELECT r.shop_id, r.id FROM run r JOIN shop s ON s.id = r.shop_id AND s.uninstalled_at IS NULL
      WHERE r.task = 'import' AND r.state = 'paused' AND r.reason->>'code' <> ${DEACTIVATED} AND r.heartbeat_at < ${before} LIMIT 200`,
  );
  for (const { shop_id: shopId, id } of kept) await inShop(shopId, (tx) => resumeRun(tx, shopId, id));
}

/** Has a connection's imports that could not go on try again now. Those that somebody paused stay so, and those that rest with their connection. */
export async function tryImportsAgain(tx: Tx, shopId: number, connectionId: string): Promise<void> {
  const kept = await tx.run.findMany({
    where: { shopId, connectionId, task: 'import', state: { in: ['queued', 'paused'] } },
    select: { id: true, sync: true, state: true, reason: true },
  });
  for (const { id, sync, state, reason } of kept) {
    const code = (reason as Reason | null)?.code ?? DEACTIVATED;
    if (state === 'queued') await enqueue(tx, 'run', { shopId, connectionId, sync, runId: id }, { group: String(shopId) });
    else if (code !== DEACTIVATED) await resumeRun(tx, shopId, id);
  }
}
