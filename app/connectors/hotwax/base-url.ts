/** Where the two servers of an instance answer; both without a slash at their end. */
export interface Hosts {
  /** The older server (OFBiz): `…/api`. */
  oms: string;
  /** The newer one (Moqui): `…/rest/s1`. */
  moqui: string;
}

const at = (oms: string, moqui = oms): Hosts => ({ oms: `${oms}/api`, moqui: `${moqui}/rest/s1` });

/**
 * What people type: an instance's name (`demo`), a host or an address of either server. Answered as an address without the servers' own paths;
 * null where it can't be one.
 */
export function normalBaseUrl(typed: string): string | null {
  const text = typed.trim();
  const name = /^[a-z0-9][a-z0-9-]*$/i.test(text) && text.toLowerCase() !== 'localhost';
  const address = name ? `https://${text}.hotwax.io` : /^https?:\/\//i.test(text) ? text : `https://${text}`;
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (url.username || url.password || /\s/.test(text) || !/[.:]|^localhost$/.test(url.host)) return null;
  const path = url.pathname.replace(/(?<!\/)\/+$/, '').replace(/\/(api|rest\/s1|rest)$/, '');
  return `${url.origin}${path}`;
}

const ownHost = /^([a-z0-9-]+?)(-oms|-maarg)?\.hotwax\.io$/i;

/** The host that stands for an instance, whichever of its servers was typed. */
export function instanceHost(baseUrl: string): string {
  const { host, hostname } = new URL(baseUrl);
  const name = ownHost.exec(hostname)?.[1];
  return name ? `${name}.hotwax.io` : host;
}

/**
 * Where an instance may answer, the likeliest first. HotWax's own hosts come in two shapes: two servers (`x-oms`, `x-maarg`), or one (`x`).
 * Any other address has both servers.
 */
export function candidatesOf(baseUrl: string): Hosts[] {
  const url = new URL(baseUrl);
  const instance = ownHost.exec(url.hostname);
  if (!instance) return [at(baseUrl)];
  const [, name = '', server] = instance;
  const beside = (suffix: string) => `${url.protocol}//${name}${suffix}.hotwax.io`;
  const two = at(beside('-oms'), beside('-maarg'));
  return server ? [two] : [at(baseUrl), two];
}

/** Part of a host that its siblings share; an address of numbers shares nothing but itself. */
const family = (host: string) => (/^[\d.]+$|:/.test(host) ? host : host.split('.').slice(-2).join('.'));

/**
 * The newer server's address as the older one names it. Only one of the same family is followed: credentials go there.
 */
export function namedByOms(hosts: Hosts, named: string | null): Hosts {
  if (!named) return hosts;
  const address = normalBaseUrl(named);
  if (!address) return hosts;
  const [given, here] = [new URL(address), new URL(hosts.oms)];
  const kin = given.hostname === here.hostname || family(given.hostname) === family(here.hostname);
  const safe = given.protocol === 'https:' || given.protocol === here.protocol;
  return kin && safe ? { ...hosts, moqui: `${address}/rest/s1` } : hosts;
}
