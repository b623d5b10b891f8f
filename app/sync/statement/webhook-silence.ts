import { nowMs } from '../../core/clock.ts';
import { inShop } from '../../db/scope.ts';
import { closeProblems, openProblem } from '../problems/problems.ts';
import type { Making } from './making.ts';
import type { WebhookFacts } from './statement.ts';

const CAUSE = 'webhooks-silent';
/** A webhook that is later than this has probably been lost; Shopify itself promises no time. */
const LATE_MS = 15 * 60_000;
/** Handled news is kept for a week (privacy/purge); of what lies before nothing can be said. */
const REMEMBERED_MS = 6 * 86_400_000;
/** Fewer orders without a webhook prove nothing. */
const ENOUGH = 3;

/**
 * Whether Shopify's webhooks about orders have fallen silent. Those about anything else prove nothing: stock's go on as the echo of what we publish ourselves,
 * while an app that may no longer see customer data is told of no order. Our subscriptions stand in shopify.app.toml: Shopify keeps those for every shop, so they can't be lost
 * for one and can't be made again by us; what can be seen is that orders changed in Shopify and nothing was told. Their news is fetched by the
 * sweep and by this statement; the silence is named until a webhook comes.
 */
export async function hearSilence({ statement, live }: Making): Promise<WebhookFacts> {
  const { shopId, runId } = statement;
  return inShop(shopId, async (tx) => {
    const [last] = await tx.$queryRaw<{ at: Date | null }[]>`
      SELECT max(received_at) AS at FROM inbox_item WHERE shop_id = ${shopId} AND door = 'webhook' AND topic LIKE 'orders/%'`;
    const known = Math.max(last?.at?.getTime() ?? 0, statement.from.getTime(), nowMs() - REMEMBERED_MS);
    const since = new Date(known + LATE_MS);
    const [row] = await tx.$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS n FROM statement_line
      WHERE shop_id = ${shopId} AND run_id = ${runId}::uuid AND kind = 'order'
        AND (facts->>'updatedAt')::timestamptz > ${since} AND (facts->>'updatedAt')::timestamptz < ${new Date(nowMs() - LATE_MS)}`;
    const facts = { lastAt: last?.at?.toISOString() ?? null, silent: row?.n ?? 0 };
    await tx.statement.update({ where: { shopId_runId: { shopId, runId } }, data: { webhooks: facts } });
    const subject = { kind: 'connection' as const, id: live.id, label: live.name };
    if (facts.silent >= ENOUGH) {
      const params = { count: facts.silent, since: facts.lastAt ?? statement.from.toISOString() };
      await openProblem(tx, shopId, { connectionId: live.id, sync: 'orders', cause: CAUSE, subject, params });
    } else await closeProblems(tx, shopId, { subject, causes: [CAUSE], evidence: 'webhooks-heard' });
    return facts;
  });
}
