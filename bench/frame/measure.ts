import { readFileSync } from 'node:fs';

/** The value below which this share of the samples lies. */
export function quantile(samples: readonly number[], share: number): number {
  if (samples.length === 0) return NaN;
  const sorted = [...samples].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? NaN;
}

/** Runs `work` and tells how many seconds it took. */
export async function timed<Value>(work: () => Promise<Value>): Promise<{ seconds: number; value: Value }> {
  const started = performance.now();
  const value = await work();
  return { seconds: (performance.now() - started) / 1000, value };
}

/** The exponent b of seconds = a · size^b, by least squares over the logarithms: 1 is linear. */
export function exponentOf(points: readonly { size: number; seconds: number }[]): number {
  const logs = points.map(({ size, seconds }) => [Math.log(size), Math.log(Math.max(seconds, 1e-9))] as const);
  const mean = (index: 0 | 1) => logs.reduce((sum, point) => sum + point[index], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const over = logs.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  const under = logs.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return under === 0 ? NaN : over / under;
}

const TICKS_A_SECOND = 100;

/** What Linux tells of a process, from its state on; null where that can't be read. */
function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** CPU seconds that a process of this machine has used so far (Linux); null where that can't be read. */
export function cpuSecondsOf(pid: number): number | null {
  const stat = statOf(pid);
  return stat && (Number(stat[11]) + Number(stat[12])) / TICKS_A_SECOND;
}

/** The process that started it (Linux); null where that can't be read. */
export function parentOf(pid: number): number | null {
  const stat = statOf(pid);
  return stat && Number(stat[1]);
}

/** Resident megabytes of a process (Linux); null where that can't be read. */
export function residentMegabytes(pid: number): number | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1024;
  } catch {
    return null;
  }
}

const units = [
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'µs'],
] as const;

/** Seconds as a person reads them. */
export function asTime(seconds: number): string {
  if (seconds >= 120) return `${(seconds / 60).toFixed(1)} min`;
  const [unit, name] = units.find(([least]) => seconds >= least) ?? [1e-6, 'µs'];
  const value = seconds / unit;
  return `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)} ${name}`;
}

/** A whole number with its thousands apart. */
export function asCount(count: number): string {
  return Math.round(count).toLocaleString('en-GB');
}
