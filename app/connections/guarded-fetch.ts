import { Agent, fetch as undiciFetch } from 'undici';
import { assertHostAllowed, guardedLookup, hostAndPort, resolveBySystem, type Resolve } from './host-guard.ts';

export interface GuardedFetchOptions {
  /** `host:port` inside our own network that the operator lets connections call. */
  allowed: readonly string[];
  resolve?: Resolve;
}

/**
 * A fetch that can't be led inside our own network: addresses in the URL are checked before, names while the socket is opened, by the
 * very lookup whose answer is connected to (DNS answers may change between a check and a connection). Carries text bodies.
 */
export function createGuardedFetch({
  allowed,
  resolve = resolveBySystem,
}: GuardedFetchOptions): (url: URL, init: RequestInit) => Promise<Response> {
  const guarded = new Agent({ connect: { lookup: guardedLookup(resolve) } });
  const open = new Agent();
  return async (url, init) => {
    await assertHostAllowed(url, { allowed, resolve });
    const dispatcher = allowed.includes(hostAndPort(url)) ? open : guarded;
    const { method = 'GET', headers, body, redirect = 'manual', signal } = init;
    if (body !== undefined && body !== null && typeof body !== 'string') throw new TypeError('Only text can be sent');
    const answer = await undiciFetch(url, {
      method,
      redirect,
      dispatcher,
      headers: Object.fromEntries(new Headers(headers)),
      ...(body ? { body } : {}),
      ...(signal ? { signal } : {}),
    });
    // The package's Response and the platform's are the same class by shape; only their declarations differ.
    return answer as unknown as Response;
  };
}
