import { apiPath } from './assumptions.ts';
import type { Settings } from './settings.ts';

/** PULPO's own hosts; `show.pulpo.co` is the older test host (integration guide). */
const hosts = { live: 'https://eu.pulpo.co', test: 'https://eu-show.pulpo.co' };

/** Address of the API without a slash at its end. A custom address without a path gets PULPO's own. */
export function baseUrlOf({ environment, baseUrl }: Pick<Settings, 'environment' | 'baseUrl'>): string {
  if (environment !== 'custom') return `${hosts[environment]}${apiPath}`;
  const url = new URL(baseUrl ?? hosts.live);
  const path = url.pathname.replace(/(?<!\/)\/+$/, '');
  return `${url.origin}${path || apiPath}`;
}
