import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { asAppFailure, type AppFailure } from '../../shared/src/ask-app.ts';
import type { ProductAnswer } from './product-answer.ts';
import type { ProductClient } from './product-client.ts';

export type Pause = (ms: number) => Promise<void>;
export type SyncState = { phase: 'idle' | 'running' | 'done' | 'slow' } | { phase: 'failed'; failure: AppFailure };

export interface ProductInBlock {
  /** Null until the first answer. */
  answer: ProductAnswer | null;
  /** Why there is no answer to show. */
  failure: AppFailure | null;
  sync: SyncState;
  look: () => void;
  syncNow: () => void;
}

const LOOK_EVERY_MS = 1_500;
/** 30 seconds. */
const LOOKS = 20;

/** The product as the block shows it. What comes after the block is gone, or after it moved on to another product, is dropped. */
export function useProduct(client: ProductClient, pause: Pause): ProductInBlock {
  const [answer, setAnswer] = useState<ProductAnswer | null>(null);
  const [failure, setFailure] = useState<AppFailure | null>(null);
  const [sync, setSync] = useState<SyncState>({ phase: 'idle' });
  const shown = useRef<ProductClient | null>(null);
  const ifShown = useCallback(
    (work: () => void) => {
      if (shown.current === client) work();
    },
    [client],
  );
  const look = useCallback(() => {
    setFailure(null);
    setSync({ phase: 'idle' });
    client.read().then(
      (read) => ifShown(() => setAnswer(read)),
      (thrown: unknown) =>
        ifShown(() => {
          setAnswer(null);
          setFailure(asAppFailure(thrown));
        }),
    );
  }, [client, ifShown]);
  const follow = useCallback(async (): Promise<SyncState> => {
    let latest = await client.syncNow();
    for (let count = 0; latest.syncing && count < LOOKS; count += 1) {
      const seen = latest;
      ifShown(() => setAnswer(seen));
      await pause(LOOK_EVERY_MS);
      latest = await client.read();
    }
    const last = latest;
    ifShown(() => setAnswer(last));
    return { phase: last.syncing ? 'slow' : 'done' };
  }, [client, ifShown, pause]);
  const syncNow = useCallback(() => {
    setSync({ phase: 'running' });
    follow().then(
      (state) => ifShown(() => setSync(state)),
      (thrown: unknown) => ifShown(() => setSync({ phase: 'failed', failure: asAppFailure(thrown) })),
    );
  }, [follow, ifShown]);
  useEffect(() => {
    shown.current = client;
    setAnswer(null);
    look();
    return () => {
      shown.current = null;
    };
  }, [client, look]);
  return { answer, failure, sync, look, syncNow };
}
