import type { LoaderFunctionArgs } from '@remix-run/node';
import { redirectToInstall } from '../shopify.server.ts';
import { Outside } from '../components/outside.tsx';

/** Leads to Shopify's install page where the shop is known; there is no form to type one into. */
export function loader({ request }: LoaderFunctionArgs): null {
  const away = redirectToInstall(request);
  if (away) throw away;
  return null;
}

export default Outside;
