import { Hono } from 'hono';
import { z } from 'zod';
import { answerError, BadRequest, jsonBody } from './kit/http.ts';
import { backUp, cutConnections, restartPostgres, restore } from './postgres-control.ts';
import type { KeptProcess } from './processes.ts';

const killBody = z.strictObject({
  process: z.enum(['web', 'worker']),
  /** Which of several, from 0; absent = the first that runs. */
  index: z.number().int().min(0).optional(),
});
const restartBody = z.strictObject({
  env: z.record(z.string(), z.string()).default({}),
  /** The database is put back to what was backed up. */
  fromBackup: z.boolean().default(false),
});
const postgresBody = z.strictObject({ does: z.enum(['cut', 'restart', 'crash', 'back-up']) });

interface Machine {
  processes: readonly KeptProcess[];
  /** The database's address, and its process where the sandbox started it. */
  database: { url: string; pid(): number | null; moved(pid: number): void };
}

async function parsed<Schema extends z.ZodType>(body: Promise<unknown>, schema: Schema): Promise<z.output<Schema>> {
  const result = schema.safeParse(await body);
  if (!result.success) throw new BadRequest(z.prettifyError(result.error));
  return result.data;
}

/**
 * What can happen to the machine, at `/_sandbox`: `POST /kill {process: "web"|"worker", index?}` ends a process of the app by SIGKILL (it is
 * started again, as by a process manager); `POST /restart {env?, fromBackup?}` ends all of them in order and starts them with these settings beside their own, and the database may be put back
 * in between to what was backed up; `POST /postgres {does: "cut"|"restart"|"crash"|"back-up"}` drops every connection of the database, or ends the server in order or at once and starts it again
 * under the same address, or keeps what it holds at this moment; `GET /postgres` tells the database's address.
 */
export function processControl({ processes, database }: Machine): Hono {
  const app = new Hono();
  app.onError(answerError);
  app.post('/kill', async (c) => {
    const body = await parsed(jsonBody(c), killBody);
    const running = processes.filter((one) => one.name.startsWith(body.process));
    const chosen = body.index === undefined ? running.find((one) => one.pid() !== undefined) : running[body.index];
    const pid = chosen?.pid();
    if (chosen === undefined || pid === undefined)
      throw new BadRequest(`There is no ${body.process} ${body.index ?? ''} to kill.`, 404);
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // It has just ended by itself, or by another fault.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    return c.json({ killed: chosen.name, pid });
  });
  app.post('/restart', async (c) => {
    const { env, fromBackup } = await parsed(jsonBody(c), restartBody);
    await Promise.all(processes.map((one) => one.stop()));
    if (fromBackup) await restore(database.url);
    for (const one of processes) one.start(env);
    return c.json({ restarted: processes.map(({ name }) => name) });
  });
  app.get('/postgres', (c) => c.json({ url: database.url }));
  app.post('/postgres', async (c) => {
    const { does } = await parsed(jsonBody(c), postgresBody);
    if (does === 'cut') return c.json({ cut: await cutConnections(database.url) });
    if (does === 'back-up') {
      await backUp(database.url);
      return c.json({});
    }
    const before = database.pid();
    if (before === null)
      throw new BadRequest('The database is not the sandbox’s own (DATABASE_URL is set): it can only be cut off.', 409);
    const pid = await restartPostgres(database.url, before, does === 'crash' ? 'SIGQUIT' : 'SIGINT');
    database.moved(pid);
    return c.json({ pid });
  });
  return app;
}
