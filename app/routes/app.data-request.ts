import type { LoaderFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { requireRole } from '../people/staff.ts';
import { answerDataRequest } from '../privacy/data-request.ts';
import { failureOf, notFound } from './_shared/failure.server.ts';
import { openPage } from './_shared/page.server.ts';

/** What is held of a customer who asked, as a file to be handed to them. */
export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  const { shop, actor } = await openPage(request);
  const id = z.uuid().safeParse(new URL(request.url).searchParams.get('request'));
  if (!id.success) throw notFound();
  try {
    requireRole(actor, 'administrator');
  } catch (thrown) {
    throw Response.json(failureOf(thrown), { status: 403 });
  }
  const data = await answerDataRequest(shop.id, actor, id.data);
  if (!data) throw notFound();
  return new Response(`${JSON.stringify(data, null, 2)}\n`, {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="customer-data.json"',
      'cache-control': 'no-store',
    },
  });
}
