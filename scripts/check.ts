import { spawn } from 'node:child_process';
import path from 'node:path';

/** `npm run check`: everything that needs no running system. Each step is named with its time; two at a time, all are told. */
const root = path.resolve(import.meta.dirname, '..');
type Step = [name: string, command: string[]];
const first: Step[] = [
  ['codegen', ['node', 'scripts/codegen.ts']],
  ['prisma generate', ['prisma', 'generate', '--no-hints']],
];
const rest: Step[] = [
  ['eslint', ['eslint', '--max-warnings=0', 'app', 'bench', 'database', 'extensions', 'sandbox', 'scripts', 'tests']],
  ['types', ['tsc', '--noEmit', '-p', 'tsconfig.json']],
  ['prettier', ['prettier', '--check', '--log-level=warn', '.']],
  ['import rules', ['depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'err', 'app', 'sandbox', 'database']],
  ['unused code', ['knip', '--no-config-hints']],
];

function run([name, [command = '', ...args]]: Step): Promise<boolean> {
  const started = performance.now();
  const child = spawn(path.join(root, 'node_modules/.bin', command), args, { cwd: root });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => {
    child.once('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      process.stdout.write(code === 0 ? `✓ ${name} (${seconds} s)\n` : `✗ ${name} (${seconds} s)\n${output}\n`);
      resolve(code === 0);
    });
  });
}

async function worker(queue: Step[]): Promise<boolean> {
  let right = true;
  for (let step = queue.shift(); step; step = queue.shift()) right = (await run(step)) && right;
  return right;
}

let right = await worker(first);
if (right) right = (await Promise.all([worker(rest), worker(rest)])).every(Boolean);
process.exit(right ? 0 : 1);
