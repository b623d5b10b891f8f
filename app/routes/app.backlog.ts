import type { LoaderFunctionArgs } from '@remix-run/node';
import { readBacklog } from '../sync/inbox/read-backlog.ts';
import { readPage } from './_shared/page.server.ts';

/** What waits its turn, asked for every few seconds by pages that show it. */
export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }) => ({ backlog: await readBacklog(shop.id) }));
}
