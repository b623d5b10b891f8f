import { Hono } from 'hono';
import { z } from 'zod';
import { BadRequest } from '../../../../sandbox/kit/http.ts';
import { controlBody } from './control-body.ts';
import { SESSIONS } from './seed.ts';
import { addSession, changeSession, sessionById, sessionData, sessions, type Session } from './session-record.ts';
import { runsOf } from './session-run.ts';
import type { Schedule } from './session-schedule.ts';
import { LISTS, listValueNamed } from './value-lists.ts';
import type { World } from './world.ts';

const which = { id: z.int().optional(), name: z.string().min(1).optional() };
const sessionBody = z.strictObject({
  ...sessionData.omit({ stockLocationId: true }).partial().shape,
  ...which,
  /** By name; null for none. */
  stockLocation: z.string().nullable().optional(),
});
const pollBody = z.strictObject({
  ...which,
  full: z.boolean().optional(),
  withhold: z.array(z.string()).optional(),
});

/** What a merchant sets up under E-Commerce, and the run that the schedule would start. */
export function sessionControl(world: World, schedule: Schedule): Hono {
  const app = new Hono();
  const named = (name: string) => sessions(world).find((session) => session.name === name);
  /** By id, by name, else the classic one. */
  const pick = ({ id, name }: { id?: number | undefined; name?: string | undefined }): Session | undefined =>
    id !== undefined ? sessionById(world, id) : named(name ?? SESSIONS.classic);

  app.get('/session', (c) =>
    c.json({ sessions: sessions(world).map((session) => ({ ...session, runs: runsOf(world, session.id) })) }),
  );
  app.post('/session', async (c) => {
    const { id, name, stockLocation, ...given } = await controlBody(c, sessionBody);
    const location = typeof stockLocation !== 'string' ? null : listValueNamed(world, LISTS.stockLocation, stockLocation);
    if (location === undefined) throw new BadRequest(`OrderWise has no stock location ${String(stockLocation)}.`, 404);
    const change = {
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
      ...(stockLocation === undefined ? {} : { stockLocationId: location?.id ?? null }),
      ...(name === undefined ? {} : { name }),
    };
    const known = pick({ id, name });
    if (known) return c.json(changeSession(world, known, change));
    if (name === undefined) throw new BadRequest(`OrderWise has no session ${id ?? SESSIONS.classic}.`, 404);
    return c.json(addSession(world, { ...change, name }), 201);
  });
  app.post('/session/poll', async (c) => {
    const { id, name, ...options } = await controlBody(c, pollBody);
    const session = pick({ id, name });
    if (!session) throw new BadRequest(`OrderWise has no session ${id ?? name ?? SESSIONS.classic}.`, 404);
    return c.json(await schedule.run(session.id, options));
  });
  return app;
}
