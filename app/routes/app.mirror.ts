import type { ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { openConnection } from '../connections/open-connection.ts';
import { importMirrored, previewMirrored } from '../sync/mirror/import-mirrored.ts';
import { retryProblems } from '../sync/problems/retry-problems.ts';
import { act } from './_shared/page.server.ts';

const kind = z.enum(['location', 'shipping-method', 'payment-method', 'channel', 'product-type']);
const schema = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('preview'), connectionId: z.uuid(), kinds: z.array(kind).min(1) }),
  z.object({
    intent: z.literal('import'),
    connectionId: z.uuid(),
    chosen: z
      .array(z.object({ kind, source: z.string().max(255) }))
      .min(1)
      .max(5_000),
  }),
]);

/** Taking over mappings that people made in the back office. Asked for by the pages of mappings and of locations. */
export function action({ request }: ActionFunctionArgs) {
  return act<typeof schema, unknown>(request, schema, 'administrator', async (input, { shop, actor }, note) => {
    const live = await openConnection(shop.id, input.connectionId);
    note(live.definition.id);
    if (input.intent === 'preview') return { result: await previewMirrored(live, input.kinds) };
    const count = await importMirrored(live, actor, input.chosen);
    const causes = ['shipping-unmapped', 'payment-unmapped', 'channel-unmapped', 'location-unmapped'];
    for (const cause of causes) await retryProblems({ shopId: shop.id, cause, by: actor.userId });
    return { done: 'done.mirrored', params: { count } };
  });
}
