import type { OrderAnswer } from './order-answer.ts';
import type { OrderClient } from './order-client.ts';

export type Pause = (ms: number) => Promise<void>;

const LOOK_EVERY_MS = 1_500;
/** 30 seconds: an order takes about two, a queue behind a big import longer. */
const LOOKS = 20;

/**
 * Presses "Sync again" and follows it: every look is handed to `onAnswer`, so that the block shows the order as it moves. `slow` when it is
 * still at work after half a minute; it goes on without us. Throws AppFailure.
 */
export async function syncAgain(
  client: OrderClient,
  pause: Pause,
  onAnswer: (answer: OrderAnswer) => void,
): Promise<'done' | 'slow'> {
  let answer = await client.syncAgain();
  for (let look = 0; answer.syncing && look < LOOKS; look += 1) {
    onAnswer(answer);
    await pause(LOOK_EVERY_MS);
    answer = await client.read();
  }
  onAnswer(answer);
  return answer.syncing ? 'slow' : 'done';
}
