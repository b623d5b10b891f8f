import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { listConnections } from '../connections/connections.ts';
import { nudgeOrder } from '../sync/inbox/nudge.ts';
import { syncChosenProducts } from '../sync/products/sync-chosen-products.ts';
import { answerCall, type ExtensionReply } from './_shared/extension-door.server.ts';

const ids = (type: string) =>
  z
    .array(z.string().regex(new RegExp(`^gid://shopify/${type}/\\d{1,20}$`)))
    .min(1)
    .max(100);
const asked = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('orders'), ids: ids('Order') }),
  z.object({ kind: z.literal('products'), ids: ids('Product') }),
]);

/** Chosen orders or products are taken through their sync again; asked for by the actions on their pages and lists in the admin. */
export function action({ request }: ActionFunctionArgs): Promise<Response> {
  return answerCall(request, async ({ shop, operator }): Promise<ExtensionReply> => {
    if (request.method !== 'POST') return { status: 405, error: 'method-not-allowed' };
    const chosen = asked.safeParse(await request.json().catch(() => null));
    if (!chosen.success) return { status: 400, error: 'nothing-chosen' };
    const by = await operator();
    if (by === null) return { status: 403, error: 'role-too-low' };
    const unique = [...new Set(chosen.data.ids)];
    if (chosen.data.kind === 'products') {
      const connected = (await syncChosenProducts(shop.id, unique, by)) > 0;
      return { body: { started: connected ? unique.length : 0, connected } };
    }
    const connected = (await listConnections(shop.id)).some(({ state }) => state === 'active');
    if (connected) for (const orderId of unique) await nudgeOrder({ shopId: shop.id, orderId, by });
    return { body: { started: connected ? unique.length : 0, connected } };
  });
}

/** Nothing is read here; a preflight is answered all the same. */
export function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  return answerCall(request, () => Promise.resolve({ status: 405, error: 'method-not-allowed' }));
}
