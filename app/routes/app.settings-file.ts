import type { LoaderFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { exportSettings } from '../connections/settings-file.ts';
import { notFound } from './_shared/failure.server.ts';
import { openPage } from './_shared/page.server.ts';

/** Settings and mappings of a connection as a file, without its account and its secrets. */
export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  const { shop } = await openPage(request);
  const connectionId = z.uuid().safeParse(new URL(request.url).searchParams.get('connection'));
  if (!connectionId.success) throw notFound();
  const file = await exportSettings(shop.id, connectionId.data);
  return new Response(`${JSON.stringify(file, null, 2)}\n`, {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="crossdock-settings.json"',
    },
  });
}
