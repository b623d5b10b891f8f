import type { LoaderFunctionArgs } from '@remix-run/node';
import { notFound } from './_shared/failure.server.ts';
import { openPage } from './_shared/page.server.ts';

const pages: Readonly<Record<string, string>> = { order: '/app/orders', product: '/app/products' };

/** The admin's links on orders and products lead here, with the record's number as `id`; this leads on to its page. */
export async function loader({ request, params }: LoaderFunctionArgs): Promise<Response> {
  const { redirect } = await openPage(request);
  const page = pages[params['kind'] ?? ''];
  const id = new URL(request.url).searchParams.get('id') ?? '';
  if (!page || !/^\d{1,20}$/.test(id)) throw notFound();
  return redirect(`${page}/${id}`);
}
