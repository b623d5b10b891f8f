import type { ConnectorDefinition } from '../connectors/contract/index.ts';

/** The store that a connection with these settings belongs to; null where none is chosen or its back office knows none. */
export function storeIdOf({ store }: Pick<ConnectorDefinition, 'store'>, settings: Record<string, unknown>): string | null {
  return store?.idOf(settings) ?? null;
}

/** Whether a connection has a Store page, and whether a store has to be chosen there before anything works. */
export function storeLinkOf(definition: ConnectorDefinition, settings: Record<string, unknown>): { missing: boolean } | null {
  const { store, sharedStock } = definition;
  if (!store && !sharedStock) return null;
  return { missing: store?.required === true && storeIdOf(definition, settings) === null };
}
