import type { LoaderFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { readRun } from '../sync/runs/read-runs.ts';
import { runCsv } from '../sync/runs/run-csv.ts';
import { notFound } from './_shared/failure.server.ts';
import { localeOfRequest } from './_shared/locale.server.ts';
import { openPage } from './_shared/page.server.ts';
import { runWords } from './_shared/run.server.ts';

/** What became of each record of a run, as a file for a spreadsheet; streamed, because it may be long. */
export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  const { shop } = await openPage(request);
  const runId = z.uuid().safeParse(new URL(request.url).searchParams.get('run'));
  const found = runId.success ? await readRun(shop.id, runId.data) : null;
  if (!found) throw notFound();
  const words = await runWords(localeOfRequest(request), shop.timeZone, found.run.connector);
  const pieces = runCsv(shop.id, found.run.id, words);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: () => void pieces.return(undefined),
  });
  return new Response(body, {
    headers: { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename="run.csv"' },
  });
}
