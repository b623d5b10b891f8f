import { setTimeout as sleep } from 'node:timers/promises';
import type { Prisma } from '@prisma/client';
import { inShop, type Tx } from '../../db/scope.ts';
import { resumeRun } from './plan-states.ts';
import { finishRun } from './runs.ts';

/** Paused with its connection, not by somebody's button: it goes on when the connection does. */
export const DEACTIVATED = 'connection-deactivated';
const REST_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 200;

async function pauseImports(tx: Tx, shopId: number, which: Prisma.RunWhereInput): Promise<number> {
  const { count } = await tx.run.updateMany({
    where: { shopId, task: 'import', state: { in: ['queued', 'running'] }, ...which },
    data: { state: 'paused', reason: { code: DEACTIVATED, params: {} } },
  });
  return count;
}

/** A run that met its connection deactivated: an import pauses with it, anything else is over, as what it left is caught up later. */
export async function restRun(tx: Tx, shopId: number, runId: string): Promise<void> {
  if ((await pauseImports(tx, shopId, { id: runId })) === 0)
    await finishRun(tx, shopId, runId, { code: DEACTIVATED, params: {} });
}

/** Work in hand that may be this connection's: its runs, and what waits about a record, which several connections may be concerned with. */
async function inHand(shopId: number, connectionId: string): Promise<Set<string>> {
  const held = await inShop(
    shopId,
    (tx) => tx.$queryRaw<{ key: string; fence: bigint }[]>`
      SELECT key, fence FROM lease WHERE shop_id = ${shopId} AND holder IS NOT NULL AND until > clock_timestamp()
        AND (strpos(key, ${connectionId}) > 0 OR key LIKE 'drain %' OR key LIKE 'order %')`,
  );
  return new Set(held.map(({ key, fence }) => `${key} ${fence}`));
}

/**
 * Lets a connection that was just deactivated come to rest: imports pause, other runs stop at their next look, and what was in hand ends. True once
 * neither side gets a call any more; false where something took longer than 20 s (it stops by itself, and writes nothing).
 */
export async function comeToRest(shopId: number, connectionId: string): Promise<boolean> {
  await inShop(shopId, (tx) => pauseImports(tx, shopId, { connectionId }));
  const begun = await inHand(shopId, connectionId);
  for (let waited = 0; begun.size > 0 && waited < REST_WITHIN_MS; waited += LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS);
    const still = await inHand(shopId, connectionId);
    for (const one of begun) if (!still.has(one)) begun.delete(one);
  }
  return begun.size === 0;
}

/** Imports that came to rest with their connection go on. */
export async function riseAgain(shopId: number, connectionId: string): Promise<void> {
  await inShop(shopId, async (tx) => {
    const paused = await tx.run.findMany({
      where: { shopId, connectionId, state: 'paused', reason: { path: ['code'], equals: DEACTIVATED } },
      select: { id: true },
    });
    for (const { id } of paused) await resumeRun(tx, shopId, id);
  });
}
