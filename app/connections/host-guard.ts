import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import ipaddr from 'ipaddr.js';
import { NeedsMerchantError, TransientError } from '../core/errors.ts';

/** Every address of a name. */
export type Resolve = (name: string) => Promise<LookupAddress[]>;

const lookupAll = promisify(systemLookup);
export const resolveBySystem: Resolve = (name) => lookupAll(name, { all: true, verbatim: true });

/** `host:port` as ALLOWED_PRIVATE_HOSTS has it; the port is the protocol's own where the address names none. */
export function hostAndPort(url: URL): string {
  return `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
}

/** Only the public unicast ranges: not our own network, this machine, multicast, tunnels or a cloud's metadata service. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  // Of IPv6 only 2000::/3 is given out; beside it lie forms that hide an IPv4 address, such as ::10.0.0.1.
  return !(parsed instanceof ipaddr.IPv6) || (parsed.parts[0] ?? 0) >> 13 === 1;
}

function notAllowed(host: string): NeedsMerchantError {
  return new NeedsMerchantError('address-not-allowed', `${host} is not a public address`, {
    params: { host },
    scope: 'connection',
  });
}

async function publicAddresses(name: string, resolve: Resolve): Promise<LookupAddress[]> {
  const addresses = await resolve(name);
  // One private answer among public ones is how a guard is walked round, so all of them count.
  if (addresses.length === 0 || addresses.some(({ address }) => !isPublicAddress(address))) throw notAllowed(name);
  return addresses;
}

/** The address without brackets, where the URL names one instead of a host. */
function literalOf({ hostname }: URL): string | null {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(bare) ? bare : null;
}

/**
 * Throws unless the URL may be called: http or https, no user in it, and either named by the operator (`host:port`) or public in every
 * DNS answer. A name that can't be resolved is a TransientError('unreachable').
 */
export async function assertHostAllowed(
  url: URL,
  { allowed, resolve = resolveBySystem }: { allowed: readonly string[]; resolve?: Resolve },
): Promise<void> {
  if (!['http:', 'https:'].includes(url.protocol) || url.username || url.password) throw notAllowed(url.host);
  if (allowed.includes(hostAndPort(url))) return;
  const literal = literalOf(url);
  if (literal) {
    if (!isPublicAddress(literal)) throw notAllowed(url.host);
    return;
  }
  try {
    await publicAddresses(url.hostname, resolve);
  } catch (cause) {
    if (cause instanceof NeedsMerchantError) throw cause;
    throw new TransientError('unreachable', `${url.hostname} has no address`, {
      params: { host: url.host, party: url.hostname },
      cause,
    });
  }
}

/** A lookup for sockets that hands out only what it has checked: the address checked is the address connected to. */
export function guardedLookup(resolve: Resolve): LookupFunction {
  return (name, options, answer) => {
    publicAddresses(name, resolve).then(
      (addresses) => {
        const wanted = addresses.filter(
          ({ family }) => !options.family || options.family === family || options.family === `IPv${family}`,
        );
        const first = wanted[0];
        if (!first) answer(Object.assign(new Error(`${name} has no address of that family`), { code: 'ENOTFOUND' }), []);
        else if (options.all) answer(null, wanted);
        else answer(null, first.address, first.family);
      },
      (error: unknown) => answer(error as NodeJS.ErrnoException, []),
    );
  };
}
