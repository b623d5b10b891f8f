import { json, type LoaderFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { problemSupportText } from '../sync/problems/problem-support-text.ts';
import { notFound } from './_shared/failure.server.ts';
import { openPage } from './_shared/page.server.ts';

/** What "Copy for support" copies about a problem. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await openPage(request);
  const id = z.uuid().safeParse(new URL(request.url).searchParams.get('problem'));
  const text = id.success ? await problemSupportText(shop.id, id.data) : null;
  if (text === null) throw notFound();
  return json({ text });
}
