import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../database/free-port.ts';
import { pick, type Bench } from './frame/bench.ts';
import { asTime, quantile } from './frame/measure.ts';
import { settingsFor } from './ground/database.ts';

const root = path.resolve(import.meta.dirname, '..');

/** Starts a web process as it is started in production, until it says that it can be used; seconds from nothing to there. */
async function startOnce(databaseUrl: string): Promise<number> {
  const port = await freePort();
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...settingsFor(databaseUrl),
    ...{ NODE_ENV: 'production', OPERATOR_NAME: 'Bench', SUPPORT_EMAIL: 'bench@example.com', PORT: String(port) },
  };
  const started = performance.now();
  const child = spawn(process.execPath, ['app/server.ts', '--web'], { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000)));
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    for (;;) {
      const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (ready) return (performance.now() - started) / 1000;
      if (child.exitCode !== null) throw new Error(`The web process ended: ${said}`);
      if (performance.now() - started > 60_000) throw new Error('The web process was not ready within a minute');
      await sleep(5);
    }
  } finally {
    child.kill('SIGTERM');
    await gone;
  }
}

/** How long a web process takes to its first answer. */
export const coldStart: Bench = {
  async run(ground) {
    const times = pick(ground, { tiny: 1, quick: 3, full: 7 });
    const seconds: number[] = [];
    for (let time = 0; time < times; time += 1) seconds.push(await startOnce(ground.databaseUrl));
    const [first = NaN] = seconds;
    const median = quantile(seconds, 0.5);
    return {
      rows: [
        {
          what: 'cold start of a web process',
          target: '≤ 2 s',
          figure: `${asTime(median)} (the first ${asTime(first)})`,
          limit: '',
          ratio: null,
          verdict: median <= 2 ? 'pass' : 'miss',
          note: `from the start of the process until /readyz answers 200, its database asked; median of ${times}, migrations there already`,
        },
      ],
      curves: [],
      right: { 'it came up each time': seconds.length === times },
    };
  },
};
