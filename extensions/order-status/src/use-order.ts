import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { OrderAnswer } from './order-answer.ts';
import { asAppFailure, type AppFailure } from '../../shared/src/ask-app.ts';
import type { OrderClient } from './order-client.ts';
import { syncAgain, type Pause } from './sync-again.ts';

export type SyncState = { phase: 'idle' | 'running' | 'done' | 'slow' } | { phase: 'failed'; failure: AppFailure };

export interface OrderInBlock {
  /** Null until the first answer. */
  answer: OrderAnswer | null;
  /** Why there is no answer to show. */
  failure: AppFailure | null;
  sync: SyncState;
  /** Reads the order once more. */
  look: () => void;
  syncAgain: () => void;
}

/** The order as the block shows it. What comes after the block is gone, or after it moved on to another order, is dropped. */
export function useOrder(client: OrderClient, pause: Pause): OrderInBlock {
  const [answer, setAnswer] = useState<OrderAnswer | null>(null);
  const [failure, setFailure] = useState<AppFailure | null>(null);
  const [sync, setSync] = useState<SyncState>({ phase: 'idle' });
  const shown = useRef<OrderClient | null>(null);

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

  useEffect(() => {
    shown.current = client;
    setAnswer(null);
    look();
    return () => {
      shown.current = null;
    };
  }, [client, look]);

  const again = useCallback(() => {
    setSync({ phase: 'running' });
    syncAgain(client, pause, (read) => ifShown(() => setAnswer(read))).then(
      (phase) => ifShown(() => setSync({ phase })),
      (thrown: unknown) => ifShown(() => setSync({ phase: 'failed', failure: asAppFailure(thrown) })),
    );
  }, [client, pause, ifShown]);

  return { answer, failure, sync, look, syncAgain: again };
}
