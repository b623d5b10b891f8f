import type { ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { pauseSync } from '../connections/pause-sync.ts';
import { readSync, saveSyncSettings } from '../connections/syncs.ts';
import { inShop } from '../db/scope.ts';
import { confirmReview } from '../sync/products/review/confirm-review.ts';
import { startSync } from '../sync/runs/start-sync.ts';
import { Refused } from './_shared/failure.server.ts';
import { act } from './_shared/page.server.ts';
import { momentInZone } from './_shared/moment.server.ts';

const connectionId = z.uuid();
const identifier = z.enum(['sku', 'barcode', 'id']);
const item = z.string().regex(/^gid:\/\/shopify\/(Product|ProductVariant)\/\d+$/);

const schema = z.discriminatedUnion('intent', [
  z.object({
    intent: z.literal('review'),
    connectionId,
    identifier,
    identifierFallback: z.enum(['none', 'sku', 'barcode', 'id']),
    physicalOnly: z.boolean(),
  }),
  z.object({ intent: z.literal('confirm'), connectionId }),
  z.object({ intent: z.literal('chosen'), connectionId, ids: z.array(item).min(1).max(100) }),
  /** `from` as a person enters it: day and time in the shop's zone. */
  z.object({ intent: z.literal('replay'), connectionId, from: z.string().max(20) }),
  z.object({ intent: z.literal('reconcile'), connectionId }),
  z.object({ intent: z.literal('pause'), connectionId }),
]);

/** What can be done about products beside switching, setting and running their sync: administrators decide, operators run. */
export function action({ request }: ActionFunctionArgs) {
  const roleOf = ({ intent }: z.output<typeof schema>) =>
    ['review', 'confirm', 'pause'].includes(intent) ? 'administrator' : 'operator';
  return act<typeof schema, unknown>(request, schema, roleOf, async (input, { shop, actor }) => {
    const shopId = shop.id;
    const of = { shopId, connectionId: input.connectionId, sync: 'products' as const, startedBy: actor.userId ?? actor.userName };
    switch (input.intent) {
      case 'review': {
        const { intent: _, connectionId: id, ...chosen } = input;
        await inShop(shopId, async (tx) => {
          const { settings } = await readSync(tx, shopId, id, 'products');
          const saved = await saveSyncSettings(tx, shopId, actor, id, 'products', { ...settings, ...chosen });
          if (!saved.ok) throw Refused.fields(saved.errors);
        });
        return { done: 'done.reviewing', result: { runId: await startSync({ ...of, task: 'review' }) } };
      }
      case 'confirm': {
        const result = await inShop(shopId, async (tx) => {
          const confirmed = await confirmReview(tx, shopId, actor, input.connectionId);
          return confirmed;
        });
        if (!result.ok) throw Refused.missing(result.missing);
        return { done: 'done.switchedOn' };
      }
      case 'chosen': {
        const runId = await startSync({ ...of, task: 'chosen', argument: input.ids.join(',') });
        return { done: 'done.chosenSyncing', params: { count: input.ids.length }, result: { runId } };
      }
      case 'replay': {
        const from = momentInZone(input.from, shop.timeZone, 'from');
        const runId = await startSync({ ...of, task: 'replay', argument: from.toISOString() });
        return { done: 'done.started', result: { runId } };
      }
      case 'reconcile':
        return { done: 'done.started', result: { runId: await startSync({ ...of, task: 'reconcile' }) } };
      case 'pause': {
        const reason = { code: 'by-hand', params: { by: actor.userName } };
        await inShop(shopId, (tx) => pauseSync(tx, shopId, actor, input.connectionId, 'products', reason));
        return { done: 'done.syncPaused' };
      }
    }
  });
}
