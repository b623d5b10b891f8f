import type { LoaderFunctionArgs } from '@remix-run/node';
import { openPage } from './_shared/page.server.ts';

/** The built-in back office begins with what is to be sent. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { redirect } = await openPage(request);
  return redirect('/app/stockroom/orders');
}
