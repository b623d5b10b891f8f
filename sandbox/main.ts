import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startSandbox } from './start.ts';

/**
 * `npm run sandbox`: database, stand-ins and the app on this machine, not yet connected. State is kept between runs.
 * --reset starts anew, --port moves the sandbox (the app takes the next free hundred below: 3100 → app on 3000), --workers N.
 */
const { values } = parseArgs({
  options: {
    reset: { type: 'boolean', default: false },
    port: { type: 'string', default: '3100' },
    workers: { type: 'string', default: '1' },
    data: { type: 'string', default: '.data/sandbox' },
  },
});

const data = path.resolve(values.data);
if (values.reset) rmSync(data, { recursive: true, force: true });
mkdirSync(data, { recursive: true });
const sandbox = await startSandbox({ data, port: Number(values.port), workers: Number(values.workers) });
process.stdout.write(
  `Shopify admin (stand-in): ${sandbox.urls['admin']}\nCrossdock: ${sandbox.urls['app']}\nControl API: ${sandbox.urls['control']}\nCtrl-C stops everything; state is kept in ${data}\n`,
);

let stopping = false;
const stop = () => {
  if (stopping) return;
  stopping = true;
  void sandbox.stop().then(() => process.exit(0));
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
