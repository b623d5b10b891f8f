import type { ProductUpdate, ProductUpdatePage } from '../contract/index.ts';
import type { Account } from './account.ts';
import { beginningOfTime, noParameters, overlapMs, sinceParameter } from './assumptions.ts';
import { demandColumns, exportRow } from './export-rows.ts';
import { sinceLocal } from './local-time.ts';

type Row = Record<string, unknown>;

/** The row's columns under the merchant's own names; null, an empty text and what is no plain value are absent. */
function fieldsOf(row: Row): Record<string, string> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]): [string, string][] => {
      const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
      const text = plain ? String(value).trim() : '';
      return text === '' ? [] : [[name, text]];
    }),
  );
}

/** Rows of one code (alternate codes repeat them) are told once, the last one. */
function updatesOf(rows: readonly Row[]): ProductUpdate[] {
  const byCode = new Map<string, ProductUpdate>();
  for (const row of rows) {
    const sku = exportRow(row).text('sku');
    const fields = fieldsOf(row);
    const title = Object.entries(fields).find(([name]) => ['name', 'description'].includes(name.toLowerCase()))?.[1] ?? '';
    if (sku !== null) byCode.set(sku, { sku, title, fields });
  }
  return [...byCode.values()];
}

/** What people changed of products in OrderWise, by the API Export Definition of the settings (orderwise.md §6 "Product export"). */
export async function* productUpdates(account: Account, since: number | null): AsyncGenerator<ProductUpdatePage> {
  const { client, context, settings } = account;
  const { productExportId: id, productExportStyle: style } = settings;
  if (id === null) return;
  const now = context.nowMs();
  const value = since === null ? beginningOfTime : sinceLocal(since - overlapMs, now, settings.timeZone);
  const rows = await client.runExport(id, style === 'since' ? [{ name: sinceParameter, value }] : noParameters);
  demandColumns(rows.map(exportRow), ['sku'], id);
  yield { updates: updatesOf(rows), upTo: now };
}
