import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { may } from '../people/staff.ts';
import { authenticateExtension, extensionCors } from '../shopify.server.ts';
import { nudgeOrder } from '../sync/inbox/nudge.ts';
import { failureOf } from './_shared/failure.server.ts';
import { localeOfRequest } from './_shared/locale.server.ts';
import { orderForExtension, staffOfToken } from './_shared/order-for-extension.server.ts';

const orderId = z.string().regex(/^gid:\/\/shopify\/Order\/\d{1,20}$/);

const headers = { ...extensionCors, 'cache-control': 'no-store' };
const refuse = (status: number, error: string, more: Record<string, string> = {}): Response =>
  Response.json({ error, ...more }, { status, headers });

/** Both doors of the block on Shopify's order page. Every answer carries the CORS headers: without them the block would be told only that there was none. */
async function answer(request: Request, again: boolean): Promise<Response> {
  try {
    const { shop, user } = await authenticateExtension(request);
    const id = orderId.safeParse(new URL(request.url).searchParams.get('id'));
    if (!id.success) return refuse(400, 'not-an-order');
    const person = await staffOfToken(shop.id, user.id);
    if (again) {
      if (!may(person, 'operator')) return refuse(403, 'role-too-low');
      await nudgeOrder({ shopId: shop.id, orderId: id.data, by: person.userName });
    }
    return Response.json(await orderForExtension(shop, id.data, { person, locale: localeOfRequest(request) }), { headers });
  } catch (thrown) {
    if (thrown instanceof Response) return thrown;
    const { code, reference } = failureOf(thrown);
    return refuse(500, code, reference ? { reference } : {});
  }
}

/** GET ?id=gid://shopify/Order/…&locale=de: where the order stands. Also the browser's preflight. */
export function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  return answer(request, false);
}

/** POST: "Sync again", then where the order stands; `syncing` says that it is under way. */
export function action({ request }: ActionFunctionArgs): Promise<Response> {
  return request.method === 'POST' ? answer(request, true) : Promise.resolve(refuse(405, 'method-not-allowed'));
}
