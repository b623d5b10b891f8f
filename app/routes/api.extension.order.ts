import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { nudgeOrder } from '../sync/inbox/nudge.ts';
import { answerExtension } from './_shared/extension-answer.server.ts';
import { answerCall } from './_shared/extension-door.server.ts';
import { localeOfRequest } from './_shared/locale.server.ts';

function answer(request: Request, act: boolean): Promise<Response> {
  return answerCall(request, async ({ shop, user, operator }) => {
    if (act && request.method !== 'POST') return { status: 405, error: 'method-not-allowed' };
    const orderId = new URL(request.url).searchParams.get('id') ?? '';
    if (!/^gid:\/\/shopify\/Order\/\d+$/.test(orderId)) return { status: 400, error: 'not-an-order' };
    if (act) {
      const by = await operator();
      if (by === null) return { status: 403, error: 'role-too-low' };
      await nudgeOrder({ shopId: shop.id, orderId, by });
    }
    return { body: await answerExtension(shop, user.id, orderId, localeOfRequest(request)) };
  });
}

/** Where an order stands; asked for by the block on its page in the admin. */
export function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  return answer(request, false);
}

/** "Sync again" from there. */
export function action({ request }: ActionFunctionArgs): Promise<Response> {
  return answer(request, true);
}
