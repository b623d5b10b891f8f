import { Hono } from 'hono';
import type { CallLog } from './kit/call-log.ts';
import type { Clock } from './kit/clock.ts';
import type { Faults, FaultRule } from './kit/faults.ts';
import { answerError, BadRequest, jsonBody } from './kit/http.ts';

export interface Health {
  ready: boolean;
  urls: Record<string, string>;
  pids: { web: number[]; workers: number[]; postgres: number | null; sandbox: number };
}

/** The control routes that belong to no single stand-in: health, clock, faults, the call log. */
export function createControl({
  clock,
  calls,
  faults,
  health,
}: {
  clock: Clock;
  calls: CallLog;
  faults: Faults;
  health: () => Promise<Health>;
}): Hono {
  const app = new Hono();
  app.get('/health', async (context) => context.json(await health()));
  app.post('/clock', async (context) => {
    const { advanceMs } = await jsonBody(context);
    if (typeof advanceMs !== 'number' || !(advanceMs >= 0))
      throw new BadRequest('advanceMs must be a number of milliseconds, 0 or more');
    clock.advance(advanceMs);
    return context.json({ now: clock.iso(), offsetMs: clock.offsetMs() });
  });
  app.get('/clock', (context) => context.json({ now: clock.iso(), offsetMs: clock.offsetMs() }));
  app.get('/calls', (context) => {
    const target = context.req.query('target');
    const since = context.req.query('since');
    return context.json(calls.list({ ...(target ? { target } : {}), ...(since ? { since: Number(since) } : {}) }));
  });
  app.get('/faults', (context) => context.json(faults.list()));
  app.post('/faults', async (context) => context.json(faults.add((await jsonBody(context)) as unknown as FaultRule), 201));
  app.delete('/faults', (context) => {
    faults.clear();
    return context.json([]);
  });
  app.onError((error) => answerError(error));
  return app;
}
