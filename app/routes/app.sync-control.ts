import type { ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { findConnection } from '../connections/connections.ts';
import { connectorDefinition } from '../connections/known-connectors.ts';
import { readSync, saveSyncSettings, switchSync } from '../connections/syncs.ts';
import { syncKinds } from '../connectors/contract/index.ts';
import { inShop } from '../db/scope.ts';
import { saveSchedule } from '../schedules/sync-schedule.ts';
import { nudgeOrder } from '../sync/inbox/nudge.ts';
import { retryProblems } from '../sync/problems/retry-problems.ts';
import { ordersConcernedBy } from '../sync/orders/rejudge-orders.ts';
import { countRange } from '../sync/orders/order-range.ts';

import { discardPlan, pauseRun, resumeRun } from '../sync/runs/plan-states.ts';
import { startSync } from '../sync/runs/start-sync.ts';
import { changeSyncSettings } from '../sync/settings/change-sync-settings.ts';
import { Refused } from './_shared/failure.server.ts';
import { rangeOf } from './_shared/order-range.server.ts';
import { act } from './_shared/page.server.ts';

const sync = { connectionId: z.uuid(), sync: z.enum(syncKinds) };

const rangeForm = { from: z.string().max(10), to: z.string().max(10), numbers: z.array(z.string()).max(100) };

const schema = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('switch'), ...sync, on: z.boolean(), from: z.iso.date().optional() }),
  z.object({
    intent: z.literal('settings'),
    ...sync,
    settings: z.record(z.string(), z.unknown()),
    intervalMinutes: z.number().optional(),
  }),
  z.object({ intent: z.literal('schedule'), ...sync, schedule: z.record(z.string(), z.unknown()) }),
  z.object({ intent: z.literal('settings-effect'), connectionId: z.uuid(), settings: z.record(z.string(), z.unknown()) }),
  z.object({ intent: z.literal('start'), ...sync, task: z.enum(['scheduled', 'full', 'preview']).default('scheduled') }),
  z.object({ intent: z.literal('import'), connectionId: z.uuid(), ...rangeForm, preview: z.boolean() }),
  z.object({ intent: z.literal('count'), connectionId: z.uuid(), ...rangeForm }),
  z.object({ intent: z.literal('pause'), runId: z.uuid() }),
  z.object({ intent: z.literal('resume'), runId: z.uuid() }),
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
  z.object({ intent: z.literal('sync-again'), orderId: z.string().regex(/^gid:\/\/shopify\/Order\/\d{1,20}$/) }),
]);

const definitionOf = async (shopId: number, connectionId: string) =>
  connectorDefinition((await inShop(shopId, (tx) => findConnection(tx, shopId, connectionId))).connector);

/** What can be done to a sync from every page that shows one. Administrators set it, operators run it. */
export function action({ request }: ActionFunctionArgs) {
  const roleOf = ({ intent }: z.output<typeof schema>) =>
    ['switch', 'settings', 'settings-effect', 'schedule'].includes(intent) ? 'administrator' : 'operator';
  return act<typeof schema, unknown>(request, schema, roleOf, async (input, { shop, actor, admin }) => {
    const shopId = shop.id;
    const by = actor.userId ?? actor.userName;
    switch (input.intent) {
      case 'switch': {
        const { from } = input;
        const result = await inShop(shopId, async (tx) => {
          if (from && input.sync === 'orders') {
            const { settings } = await readSync(tx, shopId, input.connectionId, 'orders');
            await saveSyncSettings(tx, shopId, actor, input.connectionId, 'orders', { ...settings, earliestOrderDate: from });
          }
          return switchSync(tx, shopId, actor, input.connectionId, input.sync, input.on);
        });
        if (!result.ok) throw Refused.missing(result.missing);
        return { done: input.on ? 'done.switchedOn' : 'done.switchedOff' };
      }
      case 'settings-effect': {
        const { capabilities } = await definitionOf(shopId, input.connectionId);
        const ids = await inShop(shopId, (tx) => ordersConcernedBy(tx, shopId, input.connectionId, input.settings, capabilities));
        return { result: { count: ids.length } };
      }
      case 'settings': {
        const { connectionId, sync: kind, settings, intervalMinutes } = input;
        // How many orders that concerns was told beforehand by 'settings-effect'.
        const saved = await changeSyncSettings(shopId, actor, {
          ...{ connectionId, kind, settings },
          ...(intervalMinutes === undefined ? {} : { intervalMinutes }),
        });
        if (!saved.ok) throw Refused.fields(saved.errors);
        return saved.concerned > 0 ? { done: 'done.savedRejudging', params: { count: saved.concerned } } : { done: 'done.saved' };
      }
      case 'schedule': {
        const of = { connectionId: input.connectionId, kind: input.sync };
        const saved = await inShop(shopId, (tx) => saveSchedule(tx, shopId, actor, of, input.schedule));
        if (!saved.ok) throw Refused.fields(saved.errors);
        return { done: 'done.saved' };
      }
      case 'start': {
        const { connectionId, sync: kind, task } = input;
        const runId = await startSync({ shopId, connectionId, sync: kind, task, startedBy: by });
        return { done: task === 'preview' ? 'done.previewing' : 'done.started', result: { runId } };
      }
      case 'count': {
        const count = await countRange(admin, rangeOf(input, shop.timeZone), shop.scopes);
        return { result: count };
      }
      case 'import': {
        const { connectionId, preview } = input;
        const argument = JSON.stringify(rangeOf(input, shop.timeZone));
        const task = preview ? 'import-preview' : 'import';
        const runId = await startSync({ shopId, connectionId, sync: 'orders', task, argument, startedBy: by });
        return { done: preview ? 'done.previewing' : 'done.started', result: { runId } };
      }
      case 'pause':
        await inShop(shopId, (tx) => pauseRun(tx, shopId, input.runId));
        return { done: 'done.paused' };
      case 'resume':
        await inShop(shopId, (tx) => resumeRun(tx, shopId, input.runId));
        return { done: 'done.resumed' };
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
