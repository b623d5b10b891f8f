import { randomUUID } from 'node:crypto';
import { asCrossdockError } from '../../core/errors.ts';
import { logger } from '../../core/logger.ts';
import { inShop } from '../../db/scope.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { takeIn } from '../inbox/inbox.ts';
import { inPieces } from '../inventory/in-parallel.ts';
import { hearOrderState } from './hear-order-state.ts';

const SIDE_BY_SIDE = 4;

/** As if the back office had called: the inbox keeps at it until it is heard. */
async function hearLater({ id, shop }: LiveConnection, reference: string): Promise<void> {
  await inShop(shop.id, (tx) =>
    takeIn(tx, shop.id, {
      // Each time one of its own: a run that is worked through again may meet what it had left once before, and that may have been handled since.
      ...{ key: `left-by-run ${randomUUID()}`, door: 'schedule', topic: 'left-by-run', triggeredAt: null },
      ...{ subjectKind: 'connection', subjectId: `${id} orders ${reference}` },
    }),
  );
}

/**
 * What the back office did with our orders since; answers where to go on. One order that can't be looked at waits in the inbox, not in the way of the others;
 * where several in a row can't, the back office is down and it throws.
 */
export async function hearChanges(live: LiveConnection, since: string | null): Promise<string | null> {
  let cursor = since;
  for await (const page of live.connector.orders.changes?.({ since }) ?? []) {
    for (const references of inPieces(page.references, SIDE_BY_SIDE)) {
      const heard = await Promise.allSettled(references.map((reference) => hearOrderState(live, reference)));
      const failed = references.flatMap((reference, index) => {
        const one = heard[index];
        return one?.status === 'rejected' ? [{ reference, error: one.reason as unknown }] : [];
      });
      const [first] = failed;
      if (first && failed.length === references.length && references.length > 1) throw first.error;
      for (const { reference, error } of failed) {
        logger.warn({ error: asCrossdockError(error), reference }, 'What became of an order is left to the inbox');
        await hearLater(live, reference);
      }
    }
    cursor = page.cursor;
  }
  return cursor;
}
