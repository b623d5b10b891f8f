import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { benches } from './benches.ts';
import type { Size } from './frame/bench.ts';
import { openBenchDatabase } from './ground/database.ts';

/** One bench in a process and a database of its own, so that none pays for another: main.ts starts it. The result goes to `--out` as JSON. */
const { values } = parseArgs({
  options: {
    name: { type: 'string', default: '' },
    size: { type: 'string', default: 'tiny' },
    out: { type: 'string', default: '' },
  },
});
const note = (text: string) => process.stderr.write(`  ${text}\n`);
const load = benches[values.name];
if (!load) throw new Error(`No bench is called "${values.name}": ${Object.keys(benches).join(', ')}`);
const scratch = mkdtempSync(path.join(os.tmpdir(), 'crossdock-bench-'));
const database = await openBenchDatabase(note);
try {
  const result = await (await load()).run({ size: values.size as Size, databaseUrl: database.url, scratch, note });
  writeFileSync(values.out, JSON.stringify(result));
} finally {
  const { closeApp } = await import('./ground/app.ts');
  await closeApp();
  await database.close();
  rmSync(scratch, { recursive: true, force: true });
}
// What a library left open must not hold the next bench up.
process.exit(process.exitCode ?? 0);
