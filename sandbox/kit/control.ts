import { Hono } from 'hono';
import type { CallLog } from './call-log.ts';
import type { Clock } from './clock.ts';
import { FAULT_KINDS, type FaultRule, type Faults } from './faults.ts';
import { answerError, BadRequest, jsonBody } from './http.ts';

/** What is sent to the app can't be answered by the sandbox, so only these make sense there. */
const FOR_WEBHOOKS = ['status', 'timeout', 'drop', 'duplicate', 'reorder', 'delay', 'kill-before-answer'];
const KEYS = ['target', 'kind', 'match', 'status', 'body', 'ms', 'after', 'times', 'probability', 'seed', 'mode'];

/**
 * The part of the control API that belongs to no stand-in; to be mounted at `/_sandbox`:
 * `POST /clock {advanceMs}` → `{now, offsetMs}` (GET tells), `POST /faults {target, kind, …}` → the rule with its id
 * (GET lists, DELETE clears), `GET /calls?target=&since=&limit=` → the call log, `DELETE /calls` empties it.
 */
export function sandboxControl({ clock, faults, calls }: { clock: Clock; faults: Faults; calls: CallLog }): Hono {
  const app = new Hono();
  app.onError(answerError);
  const time = () => ({ now: clock.iso(), offsetMs: clock.offsetMs() });

  app.get('/clock', (c) => c.json(time()));
  app.post('/clock', async (c) => {
    const { advanceMs } = await jsonBody(c);
    if (typeof advanceMs !== 'number' || !Number.isFinite(advanceMs) || advanceMs < 0)
      throw new BadRequest('advanceMs must be a number of milliseconds, 0 or more.');
    clock.advance(advanceMs);
    return c.json(time());
  });

  app.get('/faults', (c) => c.json({ faults: faults.list(), kinds: FAULT_KINDS }));
  app.post('/faults', async (c) => {
    const rule = await jsonBody(c);
    const unknown = Object.keys(rule).filter((key) => !KEYS.includes(key));
    if (unknown.length > 0) throw new BadRequest(`A fault has no ${unknown.join(', ')}. It has: ${KEYS.join(', ')}.`);
    if (rule.target === 'webhooks' && !FOR_WEBHOOKS.includes(String(rule.kind)))
      throw new BadRequest(`Webhooks know the kinds ${FOR_WEBHOOKS.join(', ')}.`);
    return c.json(faults.add(rule as unknown as FaultRule), 201);
  });
  app.delete('/faults', (c) => {
    faults.clear();
    return c.json({ faults: [] });
  });

  app.get('/calls', (c) => {
    const limit = Number(c.req.query('limit') ?? 10_000);
    try {
      return c.json(calls.list({ target: c.req.query('target'), since: c.req.query('since'), limit }));
    } catch (error) {
      throw new BadRequest((error as Error).message);
    }
  });
  app.delete('/calls', (c) => {
    calls.clear();
    return c.json([]);
  });
  return app;
}
