import type { LoaderFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import type { Failure } from '../components/answer.ts';
import { openConnection } from '../connections/open-connection.ts';
import { mappingKinds, type ReferenceValue } from '../connectors/contract/index.ts';
import { inShop } from '../db/scope.ts';
import { referenceListOf } from '../mappings/reference-lists.ts';
import { suggestMappings, type Suggestion } from '../mappings/suggest.ts';
import { failureOf } from './_shared/failure.server.ts';
import { oneOf, readPage } from './_shared/page.server.ts';

const lists = Object.values(referenceListOf);

interface Reference {
  values: ReferenceValue[] | null;
  suggestions: Suggestion[];
  /** Whether values can be made there. */
  creates: boolean;
  failure: Failure | null;
}

/**
 * What a back office offers to map to, with what fits the values that aren't mapped. Asked for after the page is there, because it may answer
 * slowly or not at all. `kind` asks for a list by its own name, without suggestions.
 */
export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }, query): Promise<Reference> => {
    const nothing = { values: null, suggestions: [], creates: false, failure: null };
    const connectionId = z.uuid().safeParse(query.get('connection'));
    const mapping = oneOf(query, 'mapping', mappingKinds);
    const list = mapping ? referenceListOf[mapping] : oneOf(query, 'kind', lists);
    if (!connectionId.success || (!list && !mapping)) return nothing;
    const suggest = async (offered: ReferenceValue[] | 'none' | null) =>
      mapping
        ? inShop(shop.id, (tx) => suggestMappings(tx, shop.id, { connectionId: connectionId.data, kind: mapping, offered }))
        : [];
    try {
      const port = (await openConnection(shop.id, connectionId.data)).connector.referenceData;
      const values = list && port?.kinds.includes(list) ? await port.list(list) : null;
      const creates = Boolean(list && port?.creates?.includes(list));
      return { values, suggestions: await suggest(values ?? 'none'), creates, failure: null };
    } catch (thrown) {
      return { values: null, suggestions: await suggest(null), creates: false, failure: failureOf(thrown) };
    }
  });
}
