import { idLength, type StockLevel } from '../contract/index.ts';
import type { ExportRow } from './export-rows.ts';

/**
 * Levels in an export's rows. Codes are trimmed: blanks in OrderWise's codes are an accident. Where two rows are about the same SKU and place
 * (an alternate code, twins with and without VAT) the lower counts, so that nothing is sold twice. Stock has four decimals: a part of a unit
 * can't be sold.
 */
export function levelsIn(rows: readonly ExportRow[], facilityOf: (row: ExportRow) => string): StockLevel[] {
  const levels = new Map<string, StockLevel>();
  for (const row of rows) {
    const [sku, free] = [row.text('sku'), row.number('freeStock')];
    // Without a number the level is unknown, not zero; a code that no SKU can be is nobody's.
    if (sku === null || sku.length > idLength || free === null) continue;
    const facilityId = facilityOf(row);
    const key = `${facilityId} ${sku}`;
    const available = Math.min(Math.floor(free), levels.get(key)?.available ?? Infinity);
    levels.set(key, { facilityId, sku, remoteProductId: null, available });
  }
  return [...levels.values()];
}
