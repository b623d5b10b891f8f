import { now } from '../../core/clock.ts';
import { asCrossdockError, TransientError } from '../../core/errors.ts';
import { logger } from '../../core/logger.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { readSync, saveCursor, type SyncState } from '../../connections/syncs.ts';
import type { SyncSettings } from '../../connections/sync-settings.ts';
import type { Return } from '../../connectors/contract/index.ts';
import { inShop } from '../../db/scope.ts';
import { closeProblems, openProblem } from '../problems/problems.ts';
import { countInRun } from '../runs/runs.ts';
import { sinceOf } from '../shipments/pull-shipments-from-back-office.ts';
import { recordReturn, type DatedReturn } from './record-return.ts';

const UNSTORABLE = 'return-unstorable';

/** Whether a return received leads to anything in Shopify: a refund, or a return registered there. */
export const writesToShopify = ({
  refund,
  register,
  withoutItems,
}: Pick<SyncSettings<'returns'>, 'refund' | 'register' | 'withoutItems'>): boolean => refund || register !== 'no' || withoutItems;

/**
 * Whether a return received then is to be told to Shopify. What came back before the sync was first switched on is history: it is recorded, and refunded only at a
 * person's wish.
 */
function refundRule(
  { enabled, enabledAt, settings }: Pick<SyncState<'returns'>, 'enabled' | 'enabledAt' | 'settings'>,
  receivedAt: Date,
): { refund: boolean } {
  return { refund: writesToShopify(settings) && enabled && enabledAt !== null && receivedAt >= enabledAt };
}

/**
 * The moment of a return that is reported without one. On the first reading it may be as old as the back office: so it counts as from before the sync was switched
 * on. Afterwards it is news.
 */
function dated(report: Return, { cursor, enabledAt }: Pick<SyncState<'returns'>, 'cursor' | 'enabledAt'>): DatedReturn {
  const history = cursor === null && enabledAt !== null;
  const at = report.receivedAt ?? (history ? new Date(enabledAt.getTime() - 1) : now()).toISOString();
  return { ...report, receivedAt: at };
}

/** Reported in a way that can't be stored: named, so that the others go on without it. */
async function nameUnstorable(live: LiveConnection, { remoteId, reference }: Return, thrown: unknown): Promise<void> {
  if (asCrossdockError(thrown) instanceof TransientError) throw thrown;
  const { id: shopId } = live.shop;
  logger.error({ error: thrown, shop: live.shop.domain }, 'A return could not be stored');
  // PostgreSQL takes no NUL in a text.
  const [id = '', label = ''] = [remoteId, reference].map((text) => text.replaceAll('\0', ''));
  await inShop(shopId, (tx) =>
    openProblem(tx, shopId, {
      ...{ connectionId: live.id, sync: 'returns', cause: UNSTORABLE, subject: { kind: 'return', id, label } },
      params: { return: id, reference: label, backOffice: live.definition.label },
    }),
  );
}

/**
 * Reads what came back since last time and stores it; the cursor moves when every page was taken. `full` reads from the beginning; `keepCursor` leaves the
 * cursor where it was.
 */
export async function pullReturnsFromBackOffice(
  live: LiveConnection,
  run: { id: string },
  { full = false, keepCursor = false }: { full?: boolean; keepCursor?: boolean } = {},
): Promise<void> {
  const port = live.connector.returns;
  if (!port) return;
  const { id: shopId } = live.shop;
  const sync = await inShop(shopId, (tx) => readSync(tx, shopId, live.id, 'returns'));
  let next: string | null = null;
  for await (const page of port.pull({ since: full ? null : sinceOf(sync.cursor) })) {
    const counts = { seen: page.returns.length, done: 0, skipped: 0, failed: 0 };
    for (const report of page.returns) {
      try {
        const known = dated(report, sync);
        const rule = refundRule(sync, new Date(known.receivedAt));
        const { outcome } = await inShop(shopId, async (tx) => {
          const recorded = await recordReturn(tx, live, known, rule);
          const subject = { kind: 'return' as const, id: report.remoteId };
          if (recorded.outcome !== 'unchanged')
            await closeProblems(tx, shopId, { subject, connectionId: live.id, causes: [UNSTORABLE], evidence: 'return-matched' });
          return recorded;
        });
        if (outcome === 'unknown-order') counts.failed += 1;
        else if (outcome === 'unchanged') counts.skipped += 1;
        // Where no refund follows, recording it is all there is to do.
        else if (!rule.refund) counts.done += 1;
      } catch (thrown) {
        await nameUnstorable(live, report, thrown);
        counts.failed += 1;
      }
    }
    await inShop(shopId, (tx) => countInRun(tx, shopId, run.id, counts));
    next = page.cursor;
  }
  const taken = next;
  if (taken !== null && !keepCursor) await inShop(shopId, (tx) => saveCursor(tx, shopId, live.id, 'returns', { since: taken }));
}

const PAGE = 200;

/** Returns whose order wasn't known when they were reported and is now: linked. */
export async function linkWaitingReturns(live: LiveConnection): Promise<void> {
  const { id: shopId } = live.shop;
  const sync = await inShop(shopId, (tx) => readSync(tx, shopId, live.id, 'returns'));
  for (;;) {
    const rows = await inShop(
      shopId,
      (tx) => tx.$queryRaw<{ id: string }[]>`
        SELECT r.id FROM return_record r JOIN part p ON p.shop_id = r.shop_id AND p.connection_id = r.connection_id AND p.reference = r.reference
        WHERE r.shop_id = ${shopId} AND r.connection_id = ${live.id}::uuid AND r.part_id IS NULL LIMIT ${PAGE}`,
    );
    for (const { id } of rows) {
      await inShop(shopId, async (tx) => {
        const row = await tx.return.findUnique({ where: { shopId_id: { shopId, id } } });
        if (!row) return;
        const { remoteId, reference, facilityId, note } = row;
        const lines = row.lines as unknown as Return['lines'];
        await recordReturn(
          tx,
          live,
          {
            ...{ remoteId, reference, facilityId, note, lines, receivedAt: row.receivedAt.toISOString() },
            amount: row.amount === null ? null : Number(row.amount),
          },
          refundRule(sync, row.receivedAt),
        );
      });
    }
    if (rows.length < PAGE) return;
  }
}
