import { readFileSync, statSync } from 'node:fs';
import { parse } from 'smol-toml';
import { NotImplemented } from './not-implemented.ts';

/** What the platform knows of the app from its shopify.app.toml. */
export interface AppConfig {
  scopes: string[];
  optionalScopes: string[];
  apiVersion: string;
  /** One entry for each topic (`orders/create`) and address. */
  subscriptions: { topic: string; uri: string; includeFields: string[]; name: string | undefined }[];
}

interface Toml {
  access_scopes?: { scopes?: string; optional_scopes?: string[] };
  webhooks?: {
    api_version?: string;
    subscriptions?: {
      topics?: string[];
      compliance_topics?: string[];
      uri: string;
      include_fields?: string[];
      filter?: string;
      name?: string;
      metafields?: unknown;
    }[];
  };
}

/** Asked for with every webhook, so the file's time is looked at only now and then (real ms). */
const LOOK_AGAIN_MS = 200;

/**
 * Reads the app's toml, again whenever the file changes. Addresses that are paths are under `appUrl`. Without a file the app has
 * no scopes and hears nothing; a file that can't be read is an error naming it.
 */
export function openAppConfig(tomlPath: string | undefined, appUrl: string): () => AppConfig {
  let readAt = -1;
  let config: AppConfig = { scopes: [], optionalScopes: [], apiVersion: '2026-10', subscriptions: [] };
  let lookedAt = 0;
  return () => {
    if (!tomlPath || Date.now() - lookedAt < LOOK_AGAIN_MS) return config;
    lookedAt = Date.now();
    const changed = statSync(tomlPath).mtimeMs;
    if (changed !== readAt) {
      config = parseAppConfig(readFileSync(tomlPath, 'utf8'), appUrl);
      readAt = changed;
    }
    return config;
  };
}

/** The parts of a shopify.app.toml that the platform acts on. */
export function parseAppConfig(text: string, appUrl: string): AppConfig {
  const toml = parse(text) as Toml;
  const subscriptions = (toml.webhooks?.subscriptions ?? []).flatMap((entry) => {
    if (entry.filter) throw new NotImplemented('webhook filters (webhooks.subscriptions.filter in the toml)');
    if (entry.metafields) throw new NotImplemented('webhooks.subscriptions.metafields in the toml');
    const uri = entry.uri.startsWith('/') ? new URL(entry.uri, appUrl).href : entry.uri;
    return [...(entry.topics ?? []), ...(entry.compliance_topics ?? [])].map((topic) => ({
      topic,
      uri,
      includeFields: entry.include_fields ?? [],
      name: entry.name,
    }));
  });
  return {
    scopes: (toml.access_scopes?.scopes ?? '')
      .split(',')
      .map((scope) => scope.trim())
      .filter(Boolean),
    optionalScopes: toml.access_scopes?.optional_scopes ?? [],
    apiVersion: toml.webhooks?.api_version ?? '2026-10',
    subscriptions,
  };
}
