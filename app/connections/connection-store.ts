import { sha256 } from '../core/crypto.ts';
import type { ConnectorDefinition } from '../connectors/contract/index.ts';

/**
 * The store that a connection with these settings (parsed, or as they are stored) belongs to; null where none is chosen or its back office knows
 * none.
 */
export function storeIdOf(
  { store, settings: schema }: Pick<ConnectorDefinition, 'store' | 'settings'>,
  settings: Record<string, unknown>,
): string | null {
  if (!store) return null;
  // What was never touched isn't stored: its default counts.
  const own = store.settings.map((name) => [name, schema.shape[name]?.safeParse(settings[name]).data] as const);
  return store.idOf({ ...settings, ...Object.fromEntries(own) });
}

/** Whether a connection has a Store page, and whether a store has to be chosen there before anything works. */
export function storeLinkOf(definition: ConnectorDefinition, settings: Record<string, unknown>): { missing: boolean } | null {
  const { store, sharedStock } = definition;
  if (!store && !sharedStock) return null;
  return { missing: store?.required === true && storeIdOf(definition, settings) === null };
}

/** The instance of its back office that a connection with these settings works in, as a text that tells nothing of it; null where they don't say. */
export function instanceKeyOf({ id, records }: ConnectorDefinition, settings: Record<string, unknown>): string | null {
  const instance = records?.instanceOf(settings);
  return instance ? sha256(`${id} ${instance}`) : null;
}
