import { useFetcher } from '@remix-run/react';
import { useEffect } from 'react';
import type { ReferenceValue } from '../connectors/contract/index.ts';
import type { Failure } from './answer.ts';

interface Reference {
  /** Null: the back office has no such list, or didn't give it; then people type. */
  values: ReferenceValue[] | null;
  failure: Failure | null;
  loading: boolean;
}

/** What the back office offers to map to, asked for once the page is drawn. */
export function useReference(connectionId: string, kind: 'shipping' | 'payment'): Reference {
  const { load, data, state } = useFetcher<Omit<Reference, 'loading'>>();
  useEffect(() => {
    load(`/app/reference?connection=${connectionId}&kind=${kind}-method`);
  }, [load, connectionId, kind]);
  const answer = data as Omit<Reference, 'loading'> | undefined;
  return { values: answer?.values ?? null, failure: answer?.failure ?? null, loading: state !== 'idle' && !answer };
}
