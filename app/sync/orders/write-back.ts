import { asCrossdockError } from '../../core/errors.ts';
import { logger } from '../../core/logger.ts';
import { inShop } from '../../db/scope.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { SyncSettings } from '../../connections/sync-settings.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { MetafieldsSetDocument, TagsAddDocument } from '../../shopify/operations/generated/graphql.ts';
import { refuseUserErrors } from '../../shopify/user-errors.ts';
import { closeProblems, openProblem } from '../problems/problems.ts';
import { performWrite, type IntendedWrite } from '../writes/perform-write.ts';
import { commonWord } from './filter-order.ts';
import type { ShopifyOrder } from './shopify-order.ts';

const CAUSE = 'write-back-failed';

interface Back {
  admin: ShopifyAdmin;
  live: LiveConnection;
  runId: string;
  order: ShopifyOrder;
}

type Wanted = Pick<SyncSettings<'orders'>, 'tagImported' | 'numberMetafield'>;

/** The writes that are due: each is made once for an order, so that what the merchant takes off again stays off. */
function dueWrites(
  { order, admin }: Back,
  { tagImported: tag, numberMetafield }: Wanted,
  number: string,
): { kind: string; detail: string; send: () => Promise<object> }[] {
  const due = [];
  if (tag !== '' && commonWord([tag], order.tags) === undefined) {
    const send = async () => {
      refuseUserErrors((await admin.run(TagsAddDocument, { id: order.id, tags: [tag] }, { priority: 'order' })).tagsAdd);
      return { tag };
    };
    due.push({ kind: 'tag-add', detail: tag, send });
  }
  if (numberMetafield !== '' && number !== '') {
    const [namespace = '', key = ''] = numberMetafield.split('.');
    const metafields = [{ ownerId: order.id, namespace, key, type: 'single_line_text_field', value: number }];
    const send = async () => {
      refuseUserErrors((await admin.run(MetafieldsSetDocument, { metafields }, { priority: 'order' })).metafieldsSet);
      return { number };
    };
    due.push({ kind: 'metafield-set', detail: `${numberMetafield} ${number}`, send });
  }
  return due;
}

/**
 * Marks an order that was handed over: a tag, the back office's number in a metafield, as the merchant set it. It goes through the write port, so
 * that read-only and dry run hold it back. What Shopify refuses is a problem of its own: the order went, and that stands.
 */
export async function writeBack(back: Back, wanted: Wanted, number: string): Promise<void> {
  const { live, order, runId } = back;
  const shopId = live.shop.id;
  const subject = { kind: 'order' as const, id: order.id, label: order.name };
  try {
    for (const { kind, detail, send } of dueWrites(back, wanted, number)) {
      const write: IntendedWrite = {
        runId,
        target: 'shopify',
        kind,
        subject: { kind: 'order', id: order.id },
        key: `${kind} ${live.id} ${order.id} ${detail}`,
        class: 'reversible',
        after: { detail },
      };
      // Adding a tag or setting a value twice changes nothing, so an unanswered one is simply sent again.
      await performWrite(live, write, { send, ask: () => Promise.resolve(null) });
    }
    await inShop(shopId, (tx) =>
      closeProblems(tx, shopId, { subject, connectionId: live.id, causes: [CAUSE], evidence: 'written-back' }),
    );
  } catch (thrown) {
    const error = asCrossdockError(thrown);
    logger.warn({ error, orderId: order.id }, 'An order that went could not be marked in Shopify');
    const params = { message: error.kind === 'bug' ? '' : error.message, order: order.name };
    await inShop(shopId, (tx) =>
      openProblem(tx, shopId, { connectionId: live.id, sync: 'orders', cause: CAUSE, subject, params }),
    );
  }
}
