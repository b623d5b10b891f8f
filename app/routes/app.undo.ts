import type { ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { releaseSync } from '../connections/pause-sync.ts';
import { syncKinds } from '../connectors/contract/index.ts';
import { RejectedError } from '../core/errors.ts';
import { inShop } from '../db/scope.ts';
import { approveUndo, startUndo } from '../sync/inventory/undo/start-undo.ts';
import { act } from './_shared/page.server.ts';

const schema = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('plan'), runId: z.uuid() }),
  z.object({ intent: z.literal('undo'), runId: z.uuid() }),
  z.object({ intent: z.literal('release'), connectionId: z.uuid(), sync: z.enum(syncKinds) }),
]);

/** Undoing a run, in two steps: its plan, and the yes to that. An operator may, as with a run that the brake holds; only an administrator releases the sync. */
export function action({ request }: ActionFunctionArgs) {
  const roleOf = ({ intent }: z.output<typeof schema>) => (intent === 'release' ? 'administrator' : 'operator');
  return act(request, schema, roleOf, async (input, { shop, actor }) => {
    const shopId = shop.id;
    switch (input.intent) {
      case 'plan':
        return { done: 'done.undoPlanning', result: { runId: await startUndo(shopId, input.runId, actor) } };
      case 'undo':
        if (!(await approveUndo(shopId, input.runId, actor))) throw new RejectedError('run-gone', 'No undo waits for a yes');
        return { done: 'done.undoing', result: { runId: input.runId } };
      case 'release':
        await inShop(shopId, (tx) => releaseSync(tx, shopId, actor, input.connectionId, input.sync));
        return { done: 'done.syncReleased', result: { runId: '' } };
    }
  });
}
