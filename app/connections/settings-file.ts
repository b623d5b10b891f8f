import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { now } from '../core/clock.ts';
import { mappingKinds, syncKinds } from '../connectors/contract/index.ts';
import { inShop } from '../db/scope.ts';
import { matchKinds } from '../mappings/kinds.ts';
import { loadRules } from '../mappings/mapping-store.ts';
import { scheduleModes } from '../schedules/sync-schedule.ts';
import { instanceKeyOf } from './connection-store.ts';
import { findConnection } from './connections.ts';
import { capabilitiesOf, connectorDefinition } from './known-connectors.ts';
import { describeSettings } from './settings-form.ts';
import { defaultSyncSettings } from './sync-settings.ts';
import { readSync } from './syncs.ts';

/** Raised when an older file can no longer be read as it stands. */
const VERSION = 1;
const MOST_MAPPINGS = 50_000;
/** Characters of a file that is looked at. */
const MOST_TEXT = 10_000_000;

const settings = z.record(z.string(), z.unknown());
const schedule = z.object({
  mode: z.enum(scheduleModes),
  intervalMinutes: z.number().int(),
  dailyAt: z.string().nullable(),
  quietFrom: z.string().nullable(),
  quietTo: z.string().nullable(),
});
const rule = z.object({
  match: z.enum(matchKinds).default('exact'),
  source: z.string().max(255),
  target: z.record(z.string(), z.string().nullable()),
});

/**
 * Settings and mappings of a connection as a file: for another shop, or to keep. It holds no secret, nothing of the account and the store it works in,
 * and nothing of a person.
 */
const fileSchema = z.object({
  crossdock: z.literal('connection-settings'),
  version: z.number().int().min(1),
  /** ISO 8601. */
  exportedAt: z.string(),
  /** Id of the connector; its own settings fit only the same. Of syncs the file holds what was chosen: a default is each connector's own. */
  connector: z.string(),
  /** Equal for connections to the same instance of the back office (`instanceKeyOf`). */
  instance: z.string().nullable().default(null),
  name: z.string(),
  settings,
  syncs: z.partialRecord(z.enum(syncKinds), z.object({ schedule, settings })),
  mappings: z.partialRecord(z.enum(mappingKinds), z.array(rule).max(MOST_MAPPINGS)),
});

export type SettingsFile = z.infer<typeof fileSchema>;

/** What of a connection can be taken elsewhere. */
export function exportSettings(shopId: number, connectionId: string): Promise<SettingsFile> {
  return inShop(shopId, async (tx) => {
    const row = await findConnection(tx, shopId, connectionId);
    const definition = connectorDefinition(row.connector);
    const own = row.settings as Record<string, unknown>;
    const { account = [], store } = definition;
    const fields = describeSettings(definition).filter(
      ({ name, type }) => type !== 'secret' && !account.includes(name) && !store?.settings.includes(name),
    );
    const syncs: SettingsFile['syncs'] = {};
    for (const kind of syncKinds) {
      const { schedule: when, settings: stored } = await readSync(tx, shopId, connectionId, kind);
      const initial: Record<string, unknown> = defaultSyncSettings(kind, capabilitiesOf(row));
      const chosen = Object.entries(stored).filter(([name, value]) => !isDeepStrictEqual(value, initial[name]));
      syncs[kind] = { schedule: when, settings: Object.fromEntries(chosen) };
    }
    const mappings: SettingsFile['mappings'] = {};
    for (const kind of mappingKinds) {
      const rules = await loadRules(tx, shopId, connectionId, kind);
      if (rules.length > 0)
        mappings[kind] = rules.map(({ match, source, target }) => ({
          match,
          source,
          target: target as Record<string, string | null>,
        }));
    }
    return {
      crossdock: 'connection-settings',
      version: VERSION,
      exportedAt: now().toISOString(),
      connector: row.connector,
      instance: instanceKeyOf(definition, own),
      name: row.name,
      settings: Object.fromEntries(fields.map(({ name, default: initial }) => [name, own[name] ?? initial])),
      syncs,
      mappings,
    };
  });
}

/** Why a file can't be read: `errors.<code>`. */
export interface FileFault {
  code: 'settings-file-unreadable' | 'settings-file-other' | 'settings-file-newer' | 'settings-file-wrong';
  params: Record<string, string | number>;
}

/** Reads and validates a file, before anything is compared with it. What it holds beside what we know is left alone. */
export function readSettingsFile(text: string): { ok: true; file: SettingsFile } | { ok: false; fault: FileFault } {
  const fault = (code: FileFault['code'], params: FileFault['params'] = {}) => ({ ok: false as const, fault: { code, params } });
  if (text.length > MOST_TEXT) return fault('settings-file-unreadable');
  let given: unknown;
  try {
    given = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return fault('settings-file-unreadable');
  }
  const head = z.object({ crossdock: z.literal('connection-settings'), version: z.number().int() }).safeParse(given);
  if (!head.success) return fault('settings-file-other');
  if (head.data.version > VERSION) return fault('settings-file-newer', { version: head.data.version, known: VERSION });
  const result = fileSchema.safeParse(given);
  if (result.success) return { ok: true, file: result.data };
  return fault('settings-file-wrong', { place: (result.error.issues[0]?.path ?? []).join('.') });
}
