import { asCrossdockError } from '../../core/errors.ts';
import { logger } from '../../core/logger.ts';
import { inShop } from '../../db/scope.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { takeIn } from '../inbox/inbox.ts';
import { hearOrderState } from './hear-order-state.ts';

const SIDE_BY_SIDE = 4;

/** As if the back office had called: the inbox keeps at it until it is heard. */
async function leaveToInbox({ id, shop }: LiveConnection, runId: string, reference: string): Promise<void> {
  await inShop(shop.id, (tx) =>
    takeIn(tx, shop.id, {
      ...{ key: `run ${runId} ${id} ${reference}`, door: 'schedule', topic: 'left-by-run', triggeredAt: null },
      ...{ subjectKind: 'connection', subjectId: `${id} orders ${reference}` },
    }),
  );
}

/**
 * What the back office did with our orders since; answers where to go on. One order that can't be looked at waits in the inbox, not in the way of the others;
 * where several in a row can't, the back office is down and it throws.
 */
export async function hearChanges(live: LiveConnection, runId: string, since: string | null): Promise<string | null> {
  let cursor = since;
  for await (const page of live.connector.orders.changes?.({ since }) ?? []) {
    for (let start = 0; start < page.references.length; start += SIDE_BY_SIDE) {
      const slice = page.references.slice(start, start + SIDE_BY_SIDE);
      const heard = await Promise.allSettled(slice.map((reference) => hearOrderState(live, reference)));
      const failed = heard.flatMap((one, index) =>
        one.status === 'rejected' ? [{ reference: slice[index] ?? '', reason: one.reason as unknown }] : [],
      );
      const [first] = failed;
      if (first && failed.length === slice.length && slice.length > 1) throw first.reason;
      for (const { reference, reason } of failed) {
        logger.warn({ error: asCrossdockError(reason), reference }, 'What became of an order is left to the inbox');
        await leaveToInbox(live, runId, reference);
      }
    }
    cursor = page.cursor;
  }
  return cursor;
}
