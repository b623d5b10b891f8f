import { idLength, type StockLevel, type StockPort } from '../contract/index.ts';
import { inPath, type Account } from './account.ts';
import { pageRows, singleSkus } from './assumptions.ts';
import { allWarehouses } from './facilities.ts';
import { inventoryPages } from './inventory.ts';
import * as wire from './wire.ts';

/** What can be sold as IM has it from the WMS, less orders that are newer than the WMS's figure. `pageSize` is smaller in tests. */
export function stockPort(account: Account, pageSize = pageRows.inventory): StockPort {
  const { client, context, settings } = account;

  /** The shop's SKUs of a row: the row's own, or its aliases of the chosen type. A product without such an alias isn't the shop's. */
  function skusOf({ sku, aliases }: wire.InventoryRow): string[] {
    if (settings.aliasType === '') return [sku];
    return [aliases[settings.aliasType] ?? []].flat().filter((code): code is string => code !== null && code.length <= idLength);
  }

  function levelsOf(row: wire.InventoryRow, facilityIds: readonly string[]): StockLevel[] {
    const figures = facilityIds.flatMap((facilityId) => {
      const figure = facilityId === allWarehouses ? row : row.warehouses[facilityId];
      // Without a number the level is unknown, not zero. A part of a unit can't be sold.
      const available = figure?.qty_available ?? null;
      return available === null ? [] : [{ facilityId, available: Math.floor(available) }];
    });
    return skusOf(row).flatMap((sku) => figures.map((figure) => ({ ...figure, sku, remoteProductId: null })));
  }

  /** Each by itself; IM answers `Invalid` for what it doesn't know, which then is left out. */
  async function* single(facilityIds: readonly string[], skus: readonly string[]) {
    for (const sku of skus) {
      const asOf = context.nowMs();
      const row = await client.lookUp('merchant', `/merchant/inventory/${inPath(sku)}`, wire.inventoryRow);
      if (row) yield { levels: levelsOf(row, facilityIds), asOf };
    }
  }

  return {
    // Nothing in the answer can be asked for by time of change, so `since` asks for all.
    async *pull({ facilityIds, skus }) {
      if (skus && skus.length <= singleSkus && settings.aliasType === '') {
        yield* single(facilityIds, skus);
        return;
      }
      const wanted = skus && new Set(skus);
      // The same alias on two products is a mistake there; the lower figure never oversells.
      const least = new Map<string, StockLevel>();
      let from = context.nowMs();
      for await (const { rows, asOf } of inventoryPages(account, pageSize)) {
        const levels = rows.flatMap((row) => levelsOf(row, facilityIds)).filter(({ sku }) => wanted?.has(sku) ?? true);
        if (settings.aliasType === '') {
          yield { levels, asOf };
          continue;
        }
        from = Math.min(from, asOf);
        for (const level of levels) {
          const key = `${level.facilityId} ${level.sku}`;
          if (level.available <= (least.get(key)?.available ?? Infinity)) least.set(key, level);
        }
      }
      if (settings.aliasType !== '') yield { levels: [...least.values()], asOf: from };
    },
  };
}
