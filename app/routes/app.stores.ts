import type { LoaderFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import type { Failure } from '../components/answer.ts';
import { openConnection } from '../connections/open-connection.ts';
import type { Store } from '../connectors/contract/index.ts';
import { failureOf } from './_shared/failure.server.ts';
import { readPage } from './_shared/page.server.ts';

interface Stores {
  /** Null: the back office has no list of them, or didn't give it. */
  stores: Store[] | null;
  failure: Failure | null;
}

/** The stores that a connection may belong to. Asked for after its page is there, because a back office may answer slowly or not at all. */
export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }, query): Promise<Stores> => {
    const connectionId = z.uuid().safeParse(query.get('connection'));
    if (!connectionId.success) return { stores: null, failure: null };
    try {
      const { connector } = await openConnection(shop.id, connectionId.data);
      return { stores: (await connector.stores?.list()) ?? null, failure: null };
    } catch (thrown) {
      return { stores: null, failure: failureOf(thrown) };
    }
  });
}
