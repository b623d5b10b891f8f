import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/**
 * `npm run audit`: asks the registry for known faults of our packages and fails on each high or critical one that docs/audit-exceptions.json
 * does not explain. Exit 2 when the registry offers no such answer (mirrors often don't): then nothing is known, which is not the same as clean.
 */
const root = path.resolve(import.meta.dirname, '..');
export const exceptionsFile = path.join(root, 'docs/audit-exceptions.json');

export const exceptions = z.array(
  z.strictObject({
    package: z.string().min(1),
    /** The advisory's address. */
    advisory: z.url(),
    /** Why it does not reach us. */
    reason: z.string().min(30),
    /** When to look again. */
    until: z.iso.date(),
  }),
);

const report = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({
      severity: z.string(),
      via: z.array(z.union([z.string(), z.object({ url: z.string(), title: z.string(), severity: z.string() }).loose()])),
    }),
  ),
});

/** The faults that nothing excuses today (`YYYY-MM-DD`), one line each. */
export function unexplained(audit: unknown, allowed: z.output<typeof exceptions>, today: string): string[] {
  const { vulnerabilities } = report.parse(audit);
  const lines = Object.entries(vulnerabilities).flatMap(([name, { via }]) =>
    via.flatMap((one) => {
      // A name stands for the fault of another package, which is told there.
      if (typeof one === 'string' || !['high', 'critical'].includes(one.severity)) return [];
      const excuse = allowed.find((exception) => exception.package === name && exception.advisory === one.url);
      if (excuse && excuse.until >= today) return [];
      return [`${name}: ${one.severity}, ${one.title} (${one.url})${excuse ? `; its exception ended on ${excuse.until}` : ''}`];
    }),
  );
  return [...new Set(lines)];
}

function main(): number {
  const { stdout } = spawnSync('npm', ['audit', '--json'], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const answer = report.safeParse(stdout ? JSON.parse(stdout) : null);
  if (!answer.success) {
    process.stderr.write('The registry does not answer audits; run this where it does.\n');
    return 2;
  }
  const allowed = exceptions.parse(JSON.parse(readFileSync(exceptionsFile, 'utf8')));
  const left = unexplained(answer.data, allowed, new Date().toISOString().slice(0, 10));
  process.stdout.write(left.length === 0 ? 'No high or critical fault is unexplained.\n' : `${left.join('\n')}\n`);
  return left.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = main();
