import { useFetcher } from '@remix-run/react';
import { useEffect } from 'react';
import type { MappingKind, ReferenceValue } from '../connectors/contract/index.ts';
import type { Suggestion } from '../mappings/suggest.ts';
import type { Failure } from './answer.ts';

interface Reference {
  /** Null: the back office has no such list, or didn't give it; then people type. */
  values: ReferenceValue[] | null;
  /** For values that aren't mapped; only shown. */
  suggestions: Suggestion[];
  /** Whether values can be made there. */
  creates: boolean;
  failure: Failure | null;
  loading: boolean;
}

/** What the back office offers to map to, and what fits, asked for once the page is drawn and again when `rows` change. */
export function useReference(connectionId: string, kind: MappingKind, rows: string): Reference {
  const { load, data, state } = useFetcher<Omit<Reference, 'loading'>>();
  useEffect(() => {
    load(`/app/reference?connection=${connectionId}&mapping=${kind}`);
  }, [load, connectionId, kind, rows]);
  const answer = data as Omit<Reference, 'loading'> | undefined;
  return {
    values: answer?.values ?? null,
    suggestions: answer?.suggestions ?? [],
    creates: answer?.creates ?? false,
    failure: answer?.failure ?? null,
    loading: state !== 'idle' && !answer,
  };
}
