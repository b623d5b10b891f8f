import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { OrderAnswer } from './order-answer.ts';
import { asOrderFailure, type OrderClient, type OrderFailure } from './order-client.ts';
import { syncAgain, type Pause } from './sync-again.ts';

export type SyncState = { phase: 'idle' | 'running' | 'done' | 'slow' } | { phase: 'failed'; failure: OrderFailure };

export interface OrderInBlock {
  /** Null until the first answer. */
  answer: OrderAnswer | null;
  /** Why there is no answer to show. */
  failure: OrderFailure | null;
  sync: SyncState;
  /** Reads the order once more. */
  look: () => void;
  syncAgain: () => void;
}

/** The order as the block shows it. What comes after the block is gone, or after it moved on to another order, is dropped. */
export function useOrder(client: OrderClient, pause: Pause): OrderInBlock {
  const [answer, setAnswer] = useState<OrderAnswer | null>(null);
  const [failure, setFailure] = useState<OrderFailure | null>(null);
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
          setFailure(asOrderFailure(thrown));
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
      (thrown: unknown) => ifShown(() => setSync({ phase: 'failed', failure: asOrderFailure(thrown) })),
    );
  }, [client, pause, ifShown]);

  return { answer, failure, sync, look, syncAgain: again };
}
