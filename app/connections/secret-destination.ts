import type { ConnectorDefinition } from '../connectors/contract/index.ts';
import { env } from '../env.server.ts';
import type { FieldErrors } from './field-errors.ts';
import { hostAndPort } from './host-guard.ts';
import { describeSettings } from './settings-form.ts';

/** The settings that decide where a connection's secrets go, and for whom. The store is chosen within that. */
export function destinationFields(definition: ConnectorDefinition): string[] {
  const addresses = describeSettings(definition).filter(({ isUrl }) => isUrl);
  const names = new Set([...(definition.account ?? []), ...addresses.map(({ name }) => name)]);
  return [...names].filter((name) => definition.store?.settings.includes(name) !== true);
}

/** Where secrets go with these settings: as the connector reads them, so that the same address written otherwise is the same. */
export function destinationOf(definition: ConnectorDefinition, settings: Record<string, unknown>): unknown[] {
  const read = definition.settings.safeParse(settings);
  const values: Record<string, unknown> = read.success ? read.data : settings;
  return destinationFields(definition).map((name) => values[name] ?? null);
}

/** Secrets travel encrypted, but to hosts that the operator allows. By field. */
export function unencrypted(definition: ConnectorDefinition, settings: Record<string, unknown>): FieldErrors {
  const destination = destinationOf(definition, settings);
  const plain = destinationFields(definition).filter((_, at) => {
    const address = destination[at];
    if (typeof address !== 'string' || !URL.canParse(address)) return false;
    const url = new URL(address);
    return url.protocol === 'http:' && !env.ALLOWED_PRIVATE_HOSTS.includes(hostAndPort(url));
  });
  return Object.fromEntries(plain.map((name) => [name, { code: 'address-unencrypted', params: {} }]));
}
