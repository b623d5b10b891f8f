import type { ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { saveSyncInterval, saveSyncSettings, switchSync } from '../connections/syncs.ts';
import { syncKinds } from '../connectors/contract/index.ts';
import { inShop } from '../db/scope.ts';
import { nudgeOrder } from '../sync/inbox/nudge.ts';
import { retryProblems } from '../sync/problems/retry-problems.ts';
import { discardPlan } from '../sync/runs/plan-states.ts';
import { startSync } from '../sync/runs/start-sync.ts';
import { Refused } from './_shared/failure.server.ts';
import { act } from './_shared/page.server.ts';

const sync = { connectionId: z.uuid(), sync: z.enum(syncKinds) };

const schema = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('switch'), ...sync, on: z.boolean() }),
  z.object({ intent: z.literal('settings'), ...sync, settings: z.record(z.string(), z.unknown()), intervalMinutes: z.number() }),
  z.object({ intent: z.literal('start'), ...sync, task: z.enum(['scheduled', 'full', 'preview']).default('scheduled') }),
  z.object({ intent: z.literal('approve'), ...sync, runId: z.uuid() }),
  z.object({ intent: z.literal('discard'), ...sync, runId: z.uuid() }),
  z.object({
    intent: z.literal('retry'),
    connectionId: z.uuid().nullable(),
    cause: z.string(),
    detail: z.string().optional(),
    ids: z.array(z.uuid()).max(500).optional(),
    /** For hand-overs whose outcome is unknown: whether they were found there. */
    there: z.boolean().optional(),
  }),
  z.object({ intent: z.literal('sync-again'), orderId: z.string().startsWith('gid://shopify/Order/') }),
]);

/** What can be done to a sync from every page that shows one. Administrators set it, operators run it. */
export function action({ request }: ActionFunctionArgs) {
  const roleOf = ({ intent }: z.output<typeof schema>) =>
    intent === 'switch' || intent === 'settings' ? 'administrator' : 'operator';
  return act(request, schema, roleOf, async (input, { shop, actor }) => {
    const shopId = shop.id;
    const by = actor.userId ?? actor.userName;
    switch (input.intent) {
      case 'switch': {
        const result = await inShop(shopId, (tx) => switchSync(tx, shopId, actor, input.connectionId, input.sync, input.on));
        if (!result.ok) throw Refused.missing(result.missing);
        return { done: input.on ? 'done.switchedOn' : 'done.switchedOff' };
      }
      case 'settings':
        await inShop(shopId, async (tx) => {
          const result = await saveSyncSettings(tx, shopId, actor, input.connectionId, input.sync, input.settings);
          if (!result.ok) throw Refused.fields(result.errors);
          await saveSyncInterval(tx, shopId, actor, input.connectionId, input.sync, input.intervalMinutes);
        });
        return { done: 'done.saved' };
      case 'start': {
        const { connectionId, sync: kind, task } = input;
        const runId = await startSync({ shopId, connectionId, sync: kind, task, startedBy: by });
        return { done: task === 'preview' ? 'done.previewing' : 'done.started', result: { runId } };
      }
      case 'discard':
        await inShop(shopId, (tx) => discardPlan(tx, shopId, input.runId));
        return { done: 'done.discarded' };
      case 'approve':
        await startSync({
          shopId,
          connectionId: input.connectionId,
          sync: input.sync,
          task: 'approve',
          argument: input.runId,
          startedBy: by,
        });
        return { done: 'done.approved' };
      case 'retry': {
        const { connectionId, cause, detail, ids, there } = input;
        const count = await retryProblems({
          shopId,
          cause,
          by,
          ...(connectionId ? { connectionId } : {}),
          ...(detail === undefined ? {} : { detail }),
          ...(ids ? { ids } : {}),
          ...(there === undefined ? {} : { there }),
        });
        return { done: 'done.retrying', params: { count } };
      }
      case 'sync-again':
        await nudgeOrder({ shopId, orderId: input.orderId, by: actor.userName });
        return { done: 'done.syncAgain' };
    }
  });
}
