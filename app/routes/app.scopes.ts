import type { ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { refreshScopes } from '../sync/shop/refresh-scopes.ts';
import { act } from './_shared/page.server.ts';

const schema = z.object({ intent: z.literal('refresh') });

/** Somebody was asked for an optional scope in the admin: what Shopify grants is read at once. */
export function action({ request }: ActionFunctionArgs) {
  return act(request, schema, 'operator', async (_, { admin, actor }) => ({
    result: { scopes: await refreshScopes(admin, actor) },
  }));
}
