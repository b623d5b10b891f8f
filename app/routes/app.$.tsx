import type { LoaderFunctionArgs } from '@remix-run/node';
import { notFound } from './_shared/failure.server.ts';
import { openPage } from './_shared/page.server.ts';

/** Every address of the app that is no page: said in its frame, so that the menu leads on. */
export async function loader({ request }: LoaderFunctionArgs): Promise<never> {
  await openPage(request);
  throw notFound();
}

export default function NoPage(): null {
  return null;
}
