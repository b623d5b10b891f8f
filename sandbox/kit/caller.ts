import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Socket } from 'node:net';

const known = new WeakMap<Socket, number>();

/**
 * The process at the other end of a local TCP connection, or undefined when it can't be told (not Linux, not local, not ours).
 * Found through the kernel's tables: the caller's local port → socket inode in /proc/net/tcp{,6} → /proc/<pid>/fd.
 * Only `pids` are looked through when given. The answer is kept for the life of the socket.
 */
export function pidOfCaller(socket: Socket, pids?: readonly number[]): number | undefined {
  const before = known.get(socket);
  if (before !== undefined) return before;
  if (process.platform !== 'linux' || socket.remotePort === undefined || socket.localPort === undefined) return undefined;
  const inode = inodeOf(socket.remotePort, socket.localPort);
  if (!inode) return undefined;
  const wanted = `socket:[${inode}]`;
  for (const pid of pids ?? everyPid()) {
    if (holds(pid, wanted)) {
      known.set(socket, pid);
      return pid;
    }
  }
  return undefined;
}

/** Ends the process at the other end (SIGKILL) and returns its pid; undefined when it is not one of `pids`. Never this process. */
export function killCaller(socket: Socket, pids: readonly number[]): number | undefined {
  const pid = pidOfCaller(socket, pids);
  if (pid === undefined || pid === process.pid) return undefined;
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  return pid;
}

/** The inode of the socket whose own port is `localPort` and whose peer's is `peerPort`. */
function inodeOf(localPort: number, peerPort: number): string | undefined {
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    let text: string;
    try {
      text = readFileSync(table, 'utf8');
    } catch {
      continue; // no such table: IPv6 may be switched off
    }
    for (const line of text.split('\n').slice(1)) {
      const field = line.trim().split(/\s+/);
      if (portIn(field[1]) === localPort && portIn(field[2]) === peerPort && field[9] !== '0') return field[9];
    }
  }
  return undefined;
}

const portIn = (address: string | undefined): number => Number.parseInt(address?.split(':')[1] ?? '', 16);

function everyPid(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function holds(pid: number, link: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`) === link;
      } catch {
        return false; // closed meanwhile
      }
    });
  } catch {
    return false; // ended meanwhile, or another user's
  }
}
