import { setTimeout as sleep } from 'node:timers/promises';
import type { BackOffice } from './back-offices.ts';
import { A_SYNC_LATER_MS } from './chaos-shop.ts';
import type { Ground } from './ground.ts';
import { finish } from './settle.ts';
import type { Traffic } from './traffic.ts';

const TURN_MS = 300;
/** A step that is not met within this time is tried again at the end, when others have happened. */
const MET_WITHIN_MS = 20_000;
const PRESSED_EVERY_TURNS = 8;
/** What nobody's business brings up is a schedule's: it falls due after so many turns. */
const DUE_AFTER_TURNS = 12;

export interface KillOptions {
  backOffice: Pick<BackOffice, 'hasApi'>;
  withinMs: number;
  onNote?: (note: string) => void;
}

interface Kill {
  label: string;
  target: string;
  match: string;
  kind: 'kill-before-answer' | 'kill-after-answer';
}

/** Goes on with everybody's business until the rule has struck. False: it was not met. */
async function strike(ground: Ground, traffic: Traffic, { label, ...rule }: Kill): Promise<boolean> {
  await ground.rule(label, { ...rule, times: 1 });
  const until = Date.now() + MET_WITHIN_MS;
  let met = false;
  for (let turn = 0; !met && Date.now() < until; turn += 1) {
    await traffic.place(turn % 3 === 0 ? 1 : 0);
    await traffic.tick();
    if (turn % PRESSED_EVERY_TURNS === 0) await ground.syncAgain(4, 1);
    if (turn === DUE_AFTER_TURNS) await ground.advance(A_SYNC_LATER_MS);
    await sleep(TURN_MS);
    met = await ground.hasKilled();
  }
  await ground.clearRules();
  return met;
}

/**
 * Kills whoever makes it, once just before and once just after its answer, at every call of the corridor: those are collected from the calls of orders that
 * go their way undisturbed. Returns the kills, one group each.
 */
export async function killAtEveryStep(
  ground: Ground,
  traffic: Traffic,
  { backOffice, withinMs, onNote }: KillOptions,
): Promise<string[][]> {
  const { connector } = ground.shop;
  const since = await ground.now();
  await traffic.place(Math.ceil(traffic.toPlace / 4));
  await traffic.tick();
  await finish(ground.shop, traffic, { withinMs });
  const targets = ['shopify', ...(backOffice.hasApi ? [connector] : [])];
  const steps = await Promise.all(targets.map(async (target) => ({ target, matches: await ground.stepsSince(target, since) })));
  const kills = steps.flatMap(({ target, matches }) =>
    matches.flatMap((match) =>
      (['kill-before-answer', 'kill-after-answer'] as const).map((kind): Kill => {
        const when = kind === 'kill-before-answer' ? 'before' : 'after';
        return { label: `killed ${when} the answer of ${target} to ${match}`, target, match, kind };
      }),
    ),
  );
  onNote?.(`${kills.length / 2} steps: ${steps.map(({ target, matches }) => `${target}: ${matches.join(', ')}`).join('; ')}`);
  let left = kills;
  for (let round = 0; round < 2; round += 1) {
    const missed: Kill[] = [];
    for (const kill of left) {
      const met = await strike(ground, traffic, kill);
      if (!met) missed.push(kill);
      onNote?.(`${kill.label}: ${met ? 'struck' : 'not met'}`);
    }
    left = missed;
    // What happens rarely happens when everybody does what they can.
    if (left.length > 0) await finish(ground.shop, traffic, { withinMs });
  }
  return kills.map(({ label }) => [label]);
}
