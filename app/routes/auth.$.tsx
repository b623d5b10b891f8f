import type { LoaderFunctionArgs } from '@remix-run/node';
import { authenticateAdmin } from '../shopify.server.ts';

/** The pages Shopify's library answers itself: the one that fetches a fresh ID token, and the way out of the frame. */
export async function loader({ request }: LoaderFunctionArgs): Promise<null> {
  await authenticateAdmin(request);
  return null;
}
