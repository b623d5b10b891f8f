import type { LoaderFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { listConnections } from '../connections/connections.ts';
import { inShop } from '../db/scope.ts';
import { lineFilterOf, statementWords } from './_shared/statement.server.ts';
import { notFound } from './_shared/failure.server.ts';
import { localeOfRequest } from './_shared/locale.server.ts';
import { openPage } from './_shared/page.server.ts';
import { findStatement } from '../sync/statement/statement.ts';
import { statementCsv } from '../sync/statement/statement-csv.ts';

/** A statement as a file for a spreadsheet, in the reader's language; streamed, because it may be long. */
export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  const { shop } = await openPage(request);
  const query = new URL(request.url).searchParams;
  const runId = z.uuid().safeParse(query.get('statement'));
  if (!runId.success) throw notFound();
  const statement = await inShop(shop.id, (tx) => findStatement(tx, shop.id, runId.data));
  if (!statement) throw notFound();
  const connection = (await listConnections(shop.id)).find(({ id }) => id === statement.connectionId);
  const words = await statementWords(localeOfRequest(request), shop.timeZone, connection?.connector ?? '');
  const pieces = statementCsv(shop.id, runId.data, lineFilterOf(query), words);
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
    headers: { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename="statement.csv"' },
  });
}
