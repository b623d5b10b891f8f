import { BlockList, isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An IPv4 address in IPv6 clothes (`::ffff:192.0.2.1`) is that IPv4 address. */
const plain = (address: string): string => address.trim().replace(/^::ffff:(?=\d+\.)/i, '');

/**
 * Addresses and ranges as people write them (`203.0.113.7, 198.51.100.0/24, 2001:db8::/32`; commas, blanks or lines between), as a question:
 * is this address one of them? Null where an item is neither. An empty text has nobody in it.
 */
export function ipListIn(text: string): ((address: string) => boolean) | null {
  const list = new BlockList();
  for (const item of text.split(/[\s,;]+/).filter(Boolean)) {
    const [address = '', bits, ...rest] = item.split('/');
    const version = isIP(address);
    const most = version === 6 ? 128 : 32;
    const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (version === 0 || rest.length > 0 || !(prefix >= 0 && prefix <= most)) return null;
    list.addSubnet(address, prefix, version === 6 ? 'ipv6' : 'ipv4');
  }
  return (address) => {
    const one = plain(address);
    const version = isIP(one);
    return version !== 0 && list.check(one, version === 6 ? 'ipv6' : 'ipv4');
  };
}

/**
 * Who calls: the other end of the socket, or behind `proxies` reverse proxies of ours what the outermost of them saw. `X-Forwarded-For` is
 * counted from its end, because its beginning is whatever the caller wrote there. Null where that can't be said.
 */
export function callerAddress(socket: string | undefined, forwardedFor: string | null, proxies: number): string | null {
  const seen = [...(forwardedFor ?? '').split(','), socket ?? ''].map(plain);
  const address = seen.at(-1 - proxies) ?? '';
  return isIP(address) === 0 ? null : address;
}

/** Whose calls count as one caller's: an address of IPv4, and of IPv6 the network of 64 bits that each customer has at least. */
export function networkOf(address: string | null): string {
  if (address === null || isIP(address) !== 6) return address ?? '';
  return ipaddr.parse(address).toByteArray().slice(0, 8).join('.');
}
