import type { LoaderFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import type { ReferenceValue } from '../connectors/contract/index.ts';
import { openConnection } from '../connections/open-connection.ts';
import { failureOf } from './_shared/failure.server.ts';
import { readPage } from './_shared/page.server.ts';
import type { Failure } from '../components/answer.ts';

/** What a back office offers to map to. Asked for after the page is there, because it may answer slowly or not at all. */
export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }, query): Promise<{ values: ReferenceValue[] | null; failure: Failure | null }> => {
    const connectionId = z.uuid().safeParse(query.get('connection'));
    const kind = z.enum(['shipping-method', 'payment-method']).safeParse(query.get('kind'));
    if (!connectionId.success || !kind.success) return { values: null, failure: null };
    try {
      const live = await openConnection(shop.id, connectionId.data);
      const port = live.connector.referenceData;
      return { values: port?.kinds.includes(kind.data) ? await port.list(kind.data) : null, failure: null };
    } catch (thrown) {
      return { values: null, failure: failureOf(thrown) };
    }
  });
}
