import type { LoaderFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { listRuns } from '../sync/runs/read-runs.ts';
import { readPage } from './_shared/page.server.ts';

/** Runs under way, asked for every second by pages that show one. */
export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }, query) => {
    const connectionId = z.uuid().safeParse(query.get('connection'));
    const { rows } = await listRuns(shop.id, {
      ownOnly: true,
      states: ['queued', 'running'],
      pageSize: 20,
      ...(connectionId.success ? { connectionId: connectionId.data } : {}),
    });
    return { runs: rows };
  });
}
