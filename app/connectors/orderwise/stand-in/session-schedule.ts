import { sessionById, sessions, type Session } from './session-record.ts';
import { runSession, type Run, type RunOptions } from './session-run.ts';
import type { World } from './world.ts';

const LOOK_EVERY_MS = 250;

export interface Schedule {
  start(): void;
  stop(): Promise<void>;
  wake(): void;
  /** Runs a session now, after the run that may be under way. */
  run(sessionId: number, options?: RunOptions): Promise<Run>;
}

/** Runs each session when its minutes have passed by the sandbox clock, one run at a time. */
export function openSchedule(world: World): Schedule {
  const underWay = new Map<number, Promise<unknown>>();
  let timer: NodeJS.Timeout | undefined;
  let running = false;

  const run = (sessionId: number, options?: RunOptions): Promise<Run> => {
    const before = underWay.get(sessionId) ?? Promise.resolve();
    // read when its turn comes: the run before it moves its marks
    const mine = before.then(() => runSession(world, sessionById(world, sessionId) as Session, options));
    const settled = mine.catch(() => undefined).finally(() => underWay.get(sessionId) === settled && underWay.delete(sessionId));
    underWay.set(sessionId, settled);
    return mine;
  };
  const due = (session: Session): boolean => {
    if (underWay.has(session.id)) return false;
    const something =
      session.importUrl !== null ||
      (session.exportOn && (session.stockUrl !== null || session.despatchUrl !== null)) ||
      world.state.get('SELECT 1 FROM queued_orders WHERE session_id = ?', session.id) !== undefined;
    return something && world.now() >= (session.lastRunAt ?? 0) + session.everyMinutes * 60_000;
  };
  const look = (): void => {
    for (const session of sessions(world).filter(due))
      // what goes wrong with the website is in the run; anything else is a mistake of the sandbox, to be seen
      run(session.id).catch((error: unknown) => process.stderr.write(`orderwise session ${session.id}: ${String(error)}\n`));
  };

  return {
    run,
    start() {
      running = true;
      timer = setInterval(look, LOOK_EVERY_MS);
      look();
    },
    async stop() {
      running = false;
      clearInterval(timer);
      await Promise.allSettled(underWay.values());
    },
    wake() {
      if (running) look();
    },
  };
}
