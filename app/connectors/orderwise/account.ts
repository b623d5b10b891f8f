import type { ConnectContext } from '../contract/index.ts';
import { createClient, type OrderwiseClient } from './client.ts';
import { namedFields, type Named } from './field-names.ts';
import type { Settings } from './settings.ts';
import { openValueLists, type ValueLists } from './value-lists.ts';

export type OrderwiseContext = ConnectContext<Settings>;

/** What every port of the REST mode works with. */
export interface Account {
  context: OrderwiseContext;
  settings: Settings;
  client: OrderwiseClient;
  lists: ValueLists;
  /** Names of the fields that are guesses. */
  named: Named;
}

export function openAccount(context: OrderwiseContext): Account {
  const { settings } = context;
  const client = createClient(context);
  return { context, settings, client, lists: openValueLists(client), named: namedFields(settings.fieldNames) };
}
