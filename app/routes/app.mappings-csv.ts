import type { LoaderFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { findConnection } from '../connections/connections.ts';
import { mappingKinds } from '../connectors/contract/index.ts';
import { inShop } from '../db/scope.ts';
import { exportMappings } from '../mappings/mapping-csv.ts';
import { notFound } from './_shared/failure.server.ts';
import { oneOf, openPage } from './_shared/page.server.ts';

/** The mappings of one kind as a file for a spreadsheet. */
export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  const { shop } = await openPage(request);
  const query = new URL(request.url).searchParams;
  const connectionId = z.uuid().safeParse(query.get('connection'));
  const kind = oneOf(query, 'kind', mappingKinds);
  if (!connectionId.success || !kind) throw notFound();
  const csv = await inShop(shop.id, async (tx) => {
    const { id } = await findConnection(tx, shop.id, connectionId.data);
    return exportMappings(tx, shop.id, id, kind);
  });
  return new Response(csv, {
    headers: { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="mappings-${kind}.csv"` },
  });
}
