import { setTimeout as sleep } from 'node:timers/promises';
import type { Ground } from './ground.ts';
import type { Traffic } from './traffic.ts';

const TURN_MS = 300;
const LABEL = 'database put back to an older backup';

/**
 * A backup is made in the midst of it all, everything goes on, and then the database is the backup again: of what was sent and heard since, both other
 * sides know all and the app nothing. It is told when that was, as an operator would. Returns what struck, as one group.
 */
export async function restoreOlderBackup(ground: Ground, traffic: Traffic): Promise<string[][]> {
  const { control } = ground.shop;
  const third = Math.ceil(traffic.toPlace / 3);
  const goOnUntil = async (left: number) => {
    while (traffic.toPlace > left) {
      await traffic.place(1);
      await traffic.tick();
      await sleep(TURN_MS);
    }
  };
  await goOnUntil(2 * third);
  await control.post('/postgres', { does: 'back-up' });
  await goOnUntil(third);
  await control.post('/restart', { fromBackup: true, env: { RESTORED_AT: await ground.now() } });
  await ground.openApp();
  ground.count(LABEL);
  await goOnUntil(0);
  return [[LABEL]];
}
