import type { ConnectContext } from '../contract/index.ts';
import { createClient, type ImClient } from './client.ts';
import type { Settings } from './settings.ts';

type ImContext = ConnectContext<Settings>;

/** What every port works with. */
export interface Account {
  context: ImContext;
  settings: Settings;
  client: ImClient;
}

export function openAccount(context: ImContext): Account {
  return { context, settings: context.settings, client: createClient(context) };
}

/** A reference or SKU as a step of a path. */
export const inPath = (value: string): string => encodeURIComponent(value);
