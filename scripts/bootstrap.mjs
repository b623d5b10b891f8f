// Runs before anything is installed, on whatever Node the machine has (20 or newer): plain JavaScript, no packages.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');
const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(`Crossdock needs Node.js 20 or newer to install; this is ${process.version}.`);
  process.exit(1);
}

const stampFile = path.join(root, 'node_modules/.crossdock-lockfile');
const wanted = createHash('sha256')
  .update(readFileSync(path.join(root, 'package-lock.json')))
  .digest('hex');
const installed = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
if (installed !== wanted) {
  console.log('Installing packages (once, a few minutes) …');
  // Engines differ while installing: scripts then run on the Node that the packages bring along.
  const result = spawnSync('npm', ['ci', '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    console.error('Installing packages failed (see above). Check the connection to the npm registry and try again.');
    process.exit(result.status ?? 1);
  }
  mkdirSync(path.dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, wanted);
}
