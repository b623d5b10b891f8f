import { redirect, type LoaderFunctionArgs } from '@remix-run/node';
import { Outside } from '../components/outside.tsx';

/** The app's address as the admin opens it. Opened outside the admin it says where to go; it never asks for a shop's domain. */
export function loader({ request }: LoaderFunctionArgs) {
  const { searchParams } = new URL(request.url);
  if (searchParams.get('shop')) return redirect(`/app?${searchParams.toString()}`);
  return null;
}

export default Outside;
