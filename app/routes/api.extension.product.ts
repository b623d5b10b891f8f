import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { syncChosenProducts } from '../sync/products/sync-chosen-products.ts';
import { answerCall } from './_shared/extension-door.server.ts';
import { localeOfRequest } from './_shared/locale.server.ts';
import { answerProduct } from './_shared/product-answer.server.ts';

function answer(request: Request, act: boolean): Promise<Response> {
  return answerCall(request, async ({ shop, user, operator }) => {
    if (act && request.method !== 'POST') return { status: 405, error: 'method-not-allowed' };
    const productId = new URL(request.url).searchParams.get('id') ?? '';
    if (!/^gid:\/\/shopify\/Product\/\d+$/.test(productId)) return { status: 400, error: 'not-a-product' };
    if (act) {
      const by = await operator();
      if (by === null) return { status: 403, error: 'role-too-low' };
      await syncChosenProducts(shop.id, [productId], by);
    }
    return { body: await answerProduct(shop, user.id, productId, localeOfRequest(request)) };
  });
}

/** Where a product stands; asked for by the block on its page in the admin. */
export function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  return answer(request, false);
}

/** "Sync now" from there. */
export function action({ request }: ActionFunctionArgs): Promise<Response> {
  return answer(request, true);
}
