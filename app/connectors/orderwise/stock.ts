import { NeedsMerchantError } from '../../core/errors.ts';
import type { StockPort } from '../contract/index.ts';
import type { Account } from './account.ts';
import { demandColumns, type ExportRow } from './export-rows.ts';
import { exportPlan, rowsSince } from './exports.ts';
import { levelsIn } from './stock-levels.ts';

const rowsInPage = 1000;

/** Free stock out of the stock export, and what can be built of kits out of theirs. */
export function stockPort(account: Account): StockPort {
  const { settings, context, lists } = account;

  /** The rows of the stock export, and those of the kits. */
  async function allRows(since: number | null): Promise<ExportRow[][]> {
    const plan = exportPlan(account, 'stock');
    if (!plan) throw new NeedsMerchantError('orderwise-no-stock-export', 'The connection has no stock export');
    const stock = await rowsSince(account, plan, since);
    demandColumns(stock, ['sku', 'freeStock'], plan.id);
    const { kitExportId: id } = settings;
    if (id === null) return [stock];
    // Kit definitions look back a week (Shopwise), longer than any gap between runs: their own window is never missed.
    const kits = await rowsSince(account, { id, windowMinutes: plan.windowMinutes, fullId: id }, since);
    demandColumns(kits, ['sku', 'freeStock'], id);
    return [stock, kits];
  }

  /** The location of rows that name none, where a whole export names none; else it isn't known of which those are. */
  async function onlyLocation(exports: readonly ExportRow[][]): Promise<string> {
    if (exports.every((rows) => rows.length === 0 || rows.some((row) => row.has('location')))) return '';
    if (settings.stockLocation !== '') return String(await lists.idOf('stockLocation', settings.stockLocation));
    throw new NeedsMerchantError('orderwise-stock-location-missing', 'The stock export names no location', {
      params: { id: settings.stockExportId ?? 0 },
    });
  }

  return {
    async *pull({ facilityIds, since, skus }) {
      const asOf = context.nowMs();
      const exports = await allRows(since);
      const only = await onlyLocation(exports);
      const wanted = skus && new Set(skus);
      const levels = levelsIn(exports.flat(), (row) => row.text('location') ?? only).filter(
        ({ facilityId, sku }) => facilityIds.includes(facilityId) && (!wanted || wanted.has(sku)),
      );
      yield { levels: levels.slice(0, rowsInPage), asOf };
      for (let start = rowsInPage; start < levels.length; start += rowsInPage)
        yield { levels: levels.slice(start, start + rowsInPage), asOf };
    },
  };
}
