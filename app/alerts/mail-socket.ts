import net from 'node:net';
import { guardedLookup, isPublicAddress, resolveBySystem, type Resolve } from '../connections/host-guard.ts';
import { NeedsMerchantError } from '../core/errors.ts';

/**
 * Connects to a mail server that a merchant named: never inside our own network, unless the operator named the host (`host:port`). The address
 * that was checked is the address that is connected to.
 */
export function connectToMailServer(
  { host, port, timeoutMs }: { host: string; port: number; timeoutMs: number },
  { allowed, resolve = resolveBySystem }: { allowed: readonly string[]; resolve?: Resolve },
): Promise<net.Socket> {
  const bare = host.replace(/^\[|\]$/g, '');
  const named = allowed.includes(`${host}:${port}`);
  const refused = new NeedsMerchantError('address-not-allowed', `${host} is not a public address`, { params: { host } });
  // A literal address is looked up nowhere, so the lookup couldn't refuse it.
  if (!named && net.isIP(bare) !== 0 && !isPublicAddress(bare)) return Promise.reject(refused);
  return new Promise((done, failed) => {
    const socket = net.connect({ host: bare, port, ...(named ? {} : { lookup: guardedLookup(resolve) }) });
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('The mail server did not answer')));
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('error', failed);
      done(socket);
    });
  });
}
