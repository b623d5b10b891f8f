import type { Return as ReturnRow } from '@prisma/client';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { SyncSettings } from '../../connections/sync-settings.ts';
import { readSync } from '../../connections/syncs.ts';
import type { Reason, Return } from '../../connectors/contract/index.ts';
import { inShop } from '../../db/scope.ts';
import type { Lease } from '../inbox/lease.ts';
import type { ShopRefunds } from './order-refunds.ts';
import type { ShopReturns } from './order-returns.ts';
import { restockLocation, type ReturnedLine } from './plan-refund.ts';

/** One pass over one return, alone on its order. */
export interface RefundPass {
  live: LiveConnection;
  row: ReturnRow & { orderId: string };
  lease: Lease;
  shopify: ShopRefunds;
  returns: ShopReturns;
  /** A person asked for it: refunded whatever the setting. */
  asked: boolean;
  settings: SyncSettings<'returns'>;
  runId?: string;
}

export interface RefundFacts {
  lines: ReturnedLine[];
  /** Refunds that other returns of the order made. */
  ours: Set<string>;
  /** Units refunded by somebody else that other returns of the order were recognised in, by line id. */
  claimed: Map<string, number>;
  /** Units of other returns of the order that are done with, by line id. */
  settled: Map<string, number>;
  /** What the buyer gets for goods of this return instead of money, in the back office's words. */
  instead: string | null;
  restockAt: string | null;
}

/** What our own records say about a return. */
export async function factsOf({ live, row, settings }: RefundPass): Promise<RefundFacts> {
  const { id: shopId } = live.shop;
  return inShop(shopId, async (tx) => {
    const units = await tx.returnLine.findMany({ where: { shopId, returnId: row.id }, orderBy: { lineId: 'asc' } });
    const part = row.partId ? await tx.part.findUnique({ where: { shopId_id: { shopId, id: row.partId } } }) : null;
    const partLines = await tx.partLine.findMany({ where: { shopId, partId: row.partId ?? '' } });
    const skuOf = new Map(partLines.map(({ lineId, sku }) => [lineId, sku]));
    const siblings = await tx.return.findMany({ where: { shopId, orderId: row.orderId, id: { not: row.id } } });
    const recognised = siblings
      .filter(({ reason }) => (reason as unknown as Reason | null)?.code === 'return-refunded-elsewhere')
      .map(({ id }) => id);
    const done = siblings.filter(({ refundId, state }) => refundId !== null || state === 'recorded').map(({ id }) => id);
    const doneLines = await tx.returnLine.findMany({ where: { shopId, returnId: { in: done } } });
    const unitsOf = (returnIds: readonly string[]): Map<string, number> => {
      const units = new Map<string, number>();
      for (const { returnId, lineId, quantity } of doneLines)
        if (returnIds.includes(returnId)) units.set(lineId, (units.get(lineId) ?? 0) + quantity);
      return units;
    };
    const facilityId = row.facilityId ?? part?.facilityId ?? '';
    const links = await tx.locationLink.findMany({
      where: { shopId, connectionId: live.id, facilityId },
      orderBy: { carriesStock: 'desc' },
    });
    const { enabled: stockPublished } = await readSync(tx, shopId, live.id, 'inventory');
    const receiving = links[0]?.locationId ?? part?.locationId ?? null;
    const locationId = settings.restockAt === 'original' ? (part?.locationId ?? receiving) : receiving;
    return {
      lines: units.map(({ lineId, quantity, restocked }) => ({ lineId, quantity, restocked, sku: skuOf.get(lineId) ?? '' })),
      ours: new Set(siblings.flatMap(({ refundId }) => refundId ?? [])),
      claimed: unitsOf(recognised),
      settled: unitsOf(done),
      instead: (row.lines as unknown as Return['lines']).find((line) => line.instead)?.instead ?? null,
      restockAt: restockLocation({ wanted: settings.restock, stockPublished, locationId }),
    };
  });
}
