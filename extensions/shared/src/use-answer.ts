import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { asAppFailure, type AppFailure } from './ask-app.ts';

export type Pause = (ms: number) => Promise<void>;
export type SyncState = { phase: 'idle' | 'running' | 'done' | 'slow' } | { phase: 'failed'; failure: AppFailure };

/** Asks the app about what the page is about. Both throw AppFailure. */
export interface Client<Answer extends { syncing: boolean }> {
  read: () => Promise<Answer>;
  /** Presses the button: the work begins, and may be over already. */
  sync: () => Promise<Answer>;
}

export interface InBlock<Answer> {
  /** Null until the first answer. */
  answer: Answer | null;
  /** Why there is no answer to show. */
  failure: AppFailure | null;
  sync: SyncState;
  /** Reads once more. */
  look: () => void;
  onSync: () => void;
}

const LOOK_EVERY_MS = 1_500;
/** 30 seconds: an order takes about two, a queue behind a big import longer. */
const LOOKS = 20;

/** Follows what the button began, each look shown as it comes. `slow` when it is still at work after half a minute; it goes on without us. */
async function follow<Answer extends { syncing: boolean }>(
  client: Client<Answer>,
  pause: Pause,
  show: (answer: Answer) => void,
): Promise<'done' | 'slow'> {
  let answer = await client.sync();
  for (let look = 0; answer.syncing && look < LOOKS; look += 1) {
    show(answer);
    await pause(LOOK_EVERY_MS);
    answer = await client.read();
  }
  show(answer);
  return answer.syncing ? 'slow' : 'done';
}

/** What a block shows of an order or a product. What comes after the block is gone, or after it moved on to another one, is dropped. */
export function useAnswer<Answer extends { syncing: boolean }>(client: Client<Answer>, pause: Pause): InBlock<Answer> {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [failure, setFailure] = useState<AppFailure | null>(null);
  const [sync, setSync] = useState<SyncState>({ phase: 'idle' });
  const shown = useRef<Client<Answer> | null>(null);

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

  const onSync = useCallback(() => {
    setSync({ phase: 'running' });
    follow(client, pause, (read) => ifShown(() => setAnswer(read))).then(
      (phase) => ifShown(() => setSync({ phase })),
      (thrown: unknown) => ifShown(() => setSync({ phase: 'failed', failure: asAppFailure(thrown) })),
    );
  }, [client, pause, ifShown]);

  return { answer, failure, sync, look, onSync };
}
