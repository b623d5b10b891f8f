import { NeedsMerchantError } from '../../core/errors.ts';
import type { Account } from './account.ts';
import { beginningOfTime, noParameters, overlapMs, sinceParameter, windowMarginMs } from './assumptions.ts';
import { exportRow, type ExportRow } from './export-rows.ts';
import { sinceLocal } from './local-time.ts';

/** An API Export Definition as the merchant set it up. */
export interface ExportPlan {
  id: number;
  /** Minutes that it looks back by itself; null: it takes @since. */
  windowMinutes: number | null;
  /** One that answers everything, for when the window was missed. */
  fullId: number | null;
}

type StyledExport = 'stock' | 'status';

/** Stock's or status' definition; null where the merchant gave none. */
export function exportPlan({ settings }: Pick<Account, 'settings'>, what: StyledExport): ExportPlan | null {
  const id = settings[`${what}ExportId`];
  if (id === null) return null;
  const fixed = settings[`${what}ExportStyle`] === 'window';
  return {
    id,
    windowMinutes: fixed ? settings[`${what}WindowMinutes`] : null,
    fullId: fixed ? settings[what === 'stock' ? 'fullStockExportId' : 'fullStatusExportId'] : null,
  };
}

/**
 * Rows of what changed since a moment (epoch ms; null: everything), and a few minutes before. A definition with a window of its own is used while it reaches back far
 * enough; then the full one, and where there is none NeedsMerchantError says how much was missed: nothing is skipped in silence.
 */
export async function rowsSince(account: Account, plan: ExportPlan, since: number | null): Promise<ExportRow[]> {
  const { client, context, settings } = account;
  const now = context.nowMs();
  const run = async (id: number, parameters: readonly { name: string; value: string | null }[]) =>
    (await client.runExport(id, parameters)).map(exportRow);
  if (plan.windowMinutes === null) {
    const value = since === null ? beginningOfTime : sinceLocal(since - overlapMs, now, settings.timeZone);
    return run(plan.id, [{ name: sinceParameter, value }]);
  }
  if (since !== null && now - since <= plan.windowMinutes * 60_000 - windowMarginMs) return run(plan.id, noParameters);
  if (plan.fullId !== null) return run(plan.fullId, noParameters);
  throw new NeedsMerchantError('orderwise-window-missed', `Definition ${plan.id} looks back ${plan.windowMinutes} minutes only`, {
    params: {
      id: plan.id,
      window: plan.windowMinutes,
      missed: since === null ? '∞' : Math.floor((now - since) / 60_000),
    },
  });
}
