import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { inShop } from '../db/scope.ts';
import { listStaff, may } from '../people/staff.ts';
import { authenticateExtension } from '../shopify.server.ts';
import { nudgeOrder } from '../sync/inbox/nudge.ts';
import { answerExtension } from './_shared/extension-answer.server.ts';
import { failureOf } from './_shared/failure.server.ts';
import { localeOfRequest } from './_shared/locale.server.ts';

/** Everything the extension is told goes through here, so that failures carry the headers its origin needs. */
async function answer(request: Request, act: boolean): Promise<Response> {
  const { shop, user, cors } = await authenticateExtension(request);
  const headers = { ...cors, 'cache-control': 'no-store' };
  const refuse = (status: number, error: string, reference?: string) =>
    Response.json({ error, ...(reference ? { reference } : {}) }, { status, headers });
  if (act && request.method !== 'POST') return refuse(405, 'method-not-allowed');
  const orderId = new URL(request.url).searchParams.get('id') ?? '';
  if (!/^gid:\/\/shopify\/Order\/\d+$/.test(orderId)) return refuse(400, 'not-an-order');
  try {
    if (act) {
      const staff = await inShop(shop.id, (tx) => listStaff(tx, shop.id));
      const person = staff.find(({ userId }) => userId === user.id);
      if (!person || !may(person, 'operator')) return refuse(403, 'role-too-low');
      await nudgeOrder({ shopId: shop.id, orderId, by: person.userName });
    }
    return Response.json(await answerExtension(shop, user.id, orderId, localeOfRequest(request)), { headers });
  } catch (thrown) {
    const failure = failureOf(thrown);
    return refuse(500, failure.code, failure.reference);
  }
}

/** Where an order stands; asked for by the block on its page in the admin. */
export function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  return answer(request, false);
}

/** "Sync again" from there. */
export function action({ request }: ActionFunctionArgs): Promise<Response> {
  return answer(request, true);
}
