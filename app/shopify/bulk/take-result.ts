import { TransientError } from '../../core/errors.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import type { ShopRef } from '../shop-ref.ts';
import { groupsOf, readLines, type BulkGroup, type BulkLine } from './read-lines.ts';

export interface TakeOptions<Item> {
  /** Items (lines or groups) in one transaction. */
  batchSize?: number;
  /** Writes one batch. In the same transaction the position moves on, so that each line is taken exactly once whatever crashes. */
  take: (tx: Tx, items: Item[]) => Promise<void>;
  signal?: AbortSignal;
}

async function takeInBatches<Item>(
  shop: ShopRef,
  id: string,
  items: (after: number, url: string) => AsyncIterable<Item>,
  lastLineOf: (item: Item) => number,
  { batchSize = 500, take, signal }: TakeOptions<Item>,
): Promise<number> {
  const key = { shopId_id: { shopId: shop.id, id } };
  const row = await inShop(shop.id, (tx) => tx.bulkOperation.findUnique({ where: key }));
  if (!row || row.state === 'taken') return 0;
  let count = 0;
  let position = Number(row.linesTaken);
  const flush = async (batch: Item[]): Promise<void> => {
    const last = batch.at(-1);
    if (last === undefined) return;
    const to = lastLineOf(last);
    await inShop(
      shop.id,
      async (tx) => {
        // another process that took the same lines meanwhile makes this one stop, and its batch with it
        const { count: moved } = await tx.bulkOperation.updateMany({
          where: { shopId: shop.id, id, linesTaken: BigInt(position) },
          data: { linesTaken: BigInt(to) },
        });
        if (moved === 0)
          throw new TransientError('shopify-busy', `Another process is taking the result of ${id}`, {
            params: { shop: shop.domain },
          });
        await take(tx, batch);
      },
      { timeoutMs: 60_000 },
    );
    position = to;
    count += batch.length;
  };
  if (row.url) {
    let batch: Item[] = [];
    for await (const item of items(position, row.url)) {
      signal?.throwIfAborted();
      batch.push(item);
      if (batch.length < batchSize) continue;
      await flush(batch);
      batch = [];
    }
    await flush(batch);
  }
  await inShop(shop.id, (tx) => tx.bulkOperation.update({ where: key, data: { state: 'taken' } }));
  return count;
}

/** Takes a completed operation's result line by line, from where an earlier attempt stopped. Returns how many lines it took. */
export function takeLines(shop: ShopRef, id: string, options: TakeOptions<BulkLine>): Promise<number> {
  return takeInBatches(
    shop,
    id,
    (after, url) => readLines(url, after),
    ({ number }) => number,
    options,
  );
}

/** The same record by record (with everything below it), for operations that were started `grouped`. Returns how many records it took. */
export function takeGroups(shop: ShopRef, id: string, options: TakeOptions<BulkGroup>): Promise<number> {
  return takeInBatches(
    shop,
    id,
    (after, url) => groupsOf(readLines(url, after)),
    ({ lastLine }) => lastLine,
    options,
  );
}
