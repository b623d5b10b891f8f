import { isDeepStrictEqual } from 'node:util';
import { asCrossdockError } from '../core/errors.ts';
import {
  offeredMappingKinds,
  syncKinds,
  type Capabilities,
  type MappingKind,
  type Reason,
  type SyncKind,
} from '../connectors/contract/index.ts';
import { inShop, type Tx } from '../db/scope.ts';
import { checkMapping, loadRules } from '../mappings/mapping-store.ts';
import { listedPart, referenceListOf } from '../mappings/reference-lists.ts';
import { checkSchedule, type SyncSchedule } from '../schedules/sync-schedule.ts';
import { checkSettings } from './check-settings.ts';
import { scopesMissing } from './check-scopes.ts';
import { instanceKeyOf } from './connection-store.ts';
import { findConnection } from './connections.ts';
import { openCredentials } from './credentials.ts';
import { fieldErrorsOf } from './field-errors.ts';
import { readGrantedScopes } from './granted-scopes.ts';
import { capabilitiesOf, connectorDefinition } from './known-connectors.ts';
import { openConnection } from './open-connection.ts';
import { describeSyncSettings } from './read-sync-settings-form.ts';
import type { SettingsFile } from './settings-file.ts';
import { describeSettings } from './settings-form.ts';
import { readSharing } from './shared-store/sharing.ts';
import { checkSyncSettings, defaultSyncSettings } from './sync-settings.ts';
import { readSync } from './syncs.ts';

/** Where a setting stands: the connection itself, one of its syncs, when that runs, or the mappings of a kind. */
export type Section =
  | { of: 'connection' }
  | { of: 'sync'; kind: SyncKind }
  | { of: 'schedule'; kind: SyncKind }
  | { of: 'mapping'; kind: MappingKind };

/** One setting or mapping as it is, and as it would be. `now` is null for a mapping that isn't there yet. */
export interface TakeOverChange {
  section: Section;
  /** Name of the setting, or what is mapped. */
  name: string;
  now: unknown;
  then: unknown;
}

/** What can't be taken over, and why: `takeOver.left.<code>`. */
export interface LeftOut {
  section: Section;
  name: string;
  reason: Reason;
}

/** What taking settings over would change, and what of it is to be done. */
export interface TakeOverPlan {
  changes: TakeOverChange[];
  left: LeftOut[];
  /** What is written, section by section; null where nothing of it changes. */
  settings: Record<string, unknown> | null;
  syncs: { kind: SyncKind; settings: Record<string, unknown> | null; schedule: SyncSchedule | null }[];
  mappings: { kind: MappingKind; save: { match: 'exact' | 'starts' | 'contains'; source: string; target: object }[] }[];
}

interface TakeOver {
  connectionId: string;
  file: SettingsFile;
  /** Takes mappings to values that the back office doesn't list, too. */
  unlisted?: boolean;
  /** The file is an earlier state of this connection: its account was its own, too. */
  ownPast?: boolean;
}

/**
 * The connector's own settings: only from the same back office, never its account, its store and secrets, and what is an id in one instance only
 * within that. A store has a page of its own, which knows who else would have to move.
 */
async function planConnection(
  tx: Tx,
  shopId: number,
  { connectionId, file, ownPast = false }: TakeOver,
  plan: TakeOverPlan,
): Promise<void> {
  const section: Section = { of: 'connection' };
  const row = await findConnection(tx, shopId, connectionId);
  const definition = connectorDefinition(row.connector);
  if (file.connector !== row.connector) {
    if (Object.keys(file.settings).length > 0)
      plan.left.push({ section, name: '', reason: { code: 'other-back-office', params: { backOffice: definition.label } } });
    return;
  }
  const fields = describeSettings(definition);
  const own = row.settings as Record<string, unknown>;
  const current = { ...own, ...openCredentials(shopId, connectionId, row.credentials) };
  const { account = [], store, records } = definition;
  const shared = store !== undefined && (await readSharing(tx, shopId, connectionId)) !== null;
  const ofStore = (name: string) => store?.settings.includes(name) === true;
  const sameInstance = ownPast || (file.instance !== null && file.instance === instanceKeyOf(definition, own));
  const kept = fields.filter(
    ({ name, type }) =>
      type === 'secret' ||
      (!ownPast && account.includes(name)) ||
      (ofStore(name) && (!ownPast || shared)) ||
      (!sameInstance && records?.settings.includes(name)),
  );
  const leave = (code: string, which: (name: string, type: string) => boolean) => {
    const names = kept.filter(({ name, type }) => which(name, type)).map(({ name }) => name);
    if (names.length > 0 && !ownPast) plan.left.push({ section, name: names.join(' '), reason: { code, params: {} } });
  };
  leave('own-account', (name, type) => type === 'secret' || account.includes(name));
  leave('own-store', (name) => ofStore(name) && !account.includes(name));
  leave('other-instance', (name) => name in file.settings && records?.settings.includes(name) === true);
  const taken: Record<string, string | number | boolean> = {};
  for (const { name, default: initial } of fields.filter((field) => !kept.includes(field))) {
    if (!(name in file.settings)) continue;
    // What nobody has filled in is emptied by the empty text, as in the form.
    const then = file.settings[name] ?? '';
    if (isDeepStrictEqual(own[name] ?? initial ?? '', then)) continue;
    if (typeof then !== 'string' && typeof then !== 'number' && typeof then !== 'boolean') {
      plan.left.push({ section, name, reason: { code: 'not-valid', params: {} } });
      continue;
    }
    // Field by field, so that one that doesn't fit here keeps none of the others back.
    const checked = await checkSettings(definition, { ...taken, [name]: then }, current);
    if (!checked.ok) {
      const again = Object.values(checked.errors).some(({ code }) => code === 'password-again');
      plan.left.push({ section, name, reason: { code: again ? 'password-again' : 'not-valid', params: {} } });
      continue;
    }
    taken[name] = then;
    plan.changes.push({ section, name, now: own[name] ?? initial ?? '', then });
  }
  const unknown = Object.keys(file.settings).filter((name) => !fields.some((field) => field.name === name));
  for (const name of unknown) plan.left.push({ section, name, reason: { code: 'not-known', params: {} } });
  if (Object.keys(taken).length > 0) plan.settings = taken;
}

const locationIds = /gid:\/\/shopify\/Location\/\d+/g;

/** Locations that a setting names and that this shop doesn't have. */
async function strangeLocations(tx: Tx, shopId: number, value: unknown): Promise<string[]> {
  const named = [...new Set(JSON.stringify(value ?? null).match(locationIds) ?? [])];
  if (named.length === 0) return [];
  const known = await tx.location.findMany({ where: { shopId, id: { in: named } }, select: { id: true } });
  return named.filter((id) => !known.some((row) => row.id === id));
}

/** When it runs, as a whole: its parts are right only together. Null where nothing changes. */
function planSchedule(
  kind: SyncKind,
  capabilities: Capabilities,
  now: SyncSchedule,
  given: SyncSchedule,
  plan: TakeOverPlan,
): SyncSchedule | null {
  const section: Section = { of: 'schedule', kind };
  const checked = checkSchedule(kind, capabilities, { ...given });
  if (!checked.ok) {
    for (const name of Object.keys(checked.errors)) plan.left.push({ section, name, reason: { code: 'not-valid', params: {} } });
    return null;
  }
  // What runs automatically, or not at all, has no interval of the merchant's.
  const { mode } = checked.schedule;
  const then = { ...checked.schedule, ...(mode === 'interval' ? {} : { intervalMinutes: now.intervalMinutes }) };
  for (const name of ['mode', 'intervalMinutes', 'dailyAt', 'quietFrom', 'quietTo'] as const)
    if (now[name] !== then[name]) plan.changes.push({ section, name, now: now[name], then: then[name] });
  return isDeepStrictEqual({ ...now }, { ...then }) ? null : then;
}

async function planSync(tx: Tx, shopId: number, connectionId: string, kind: SyncKind, file: SettingsFile, plan: TakeOverPlan) {
  const given = file.syncs[kind];
  if (!given) return;
  const section: Section = { of: 'sync', kind };
  const row = await findConnection(tx, shopId, connectionId);
  const { label } = connectorDefinition(row.connector);
  const capabilities = capabilitiesOf(row);
  if (kind === 'returns' && !capabilities.returns) {
    plan.left.push({ section, name: '', reason: { code: 'sync-not-offered', params: { backOffice: label } } });
    return;
  }
  const current = await readSync(tx, shopId, connectionId, kind);
  const before = current.settings as Record<string, unknown>;
  const fields = describeSyncSettings(kind, capabilities);
  const granted = await readGrantedScopes(tx, shopId);
  const then: Record<string, unknown> = { ...before };
  // What the file doesn't say was at its default there, and so it is here: at this connection's own.
  const initial: Record<string, unknown> = defaultSyncSettings(kind, capabilities);
  const offered = Object.fromEntries(fields.map(({ name }) => [name, initial[name]]));
  for (const [name, value] of Object.entries({ ...offered, ...given.settings })) {
    const leave = (code: string) => plan.left.push({ section, name, reason: { code, params: { backOffice: label } } });
    if (isDeepStrictEqual(before[name], value)) continue;
    if (!fields.some((field) => field.name === name)) leave(name in before ? 'not-offered' : 'not-known');
    else if ((await strangeLocations(tx, shopId, value)).length > 0) leave('location-unknown');
    else {
      const checked = checkSyncSettings(kind, { ...then, [name]: value }, capabilities);
      const wrong = checked.success ? {} : fieldErrorsOf(checked.error, { [name]: value });
      if (!checked.success) leave(Object.keys(wrong).length > 0 ? 'not-valid' : 'not-known');
      else if (Object.keys(scopesMissing(fields, before, { ...before, [name]: value }, granted)).length > 0)
        leave('scope-missing');
      else {
        then[name] = value;
        plan.changes.push({ section, name, now: before[name], then: value });
      }
    }
  }
  const when = planSchedule(kind, capabilities, current.schedule, given.schedule, plan);
  if (when || !isDeepStrictEqual(before, then))
    plan.syncs.push({ kind, settings: isDeepStrictEqual(before, then) ? null : then, schedule: when });
}

/** What the back office offers to map to, by kind; kinds without a list, and lists that it doesn't give now, are missing. */
async function listsOf(shopId: number, connectionId: string, kinds: MappingKind[]): Promise<Map<MappingKind, Set<string>>> {
  const lists = new Map<MappingKind, Set<string>>();
  if (kinds.length === 0) return lists;
  const live = await openConnection(shopId, connectionId).catch((thrown: unknown) => {
    if (asCrossdockError(thrown).kind === 'bug') throw thrown;
    return null;
  });
  const port = live?.state === 'active' ? live.connector.referenceData : undefined;
  for (const kind of kinds) {
    const list = referenceListOf[kind];
    if (!list || !port?.kinds.includes(list)) continue;
    const values = await port.list(list).catch((thrown: unknown) => {
      if (asCrossdockError(thrown).kind === 'bug') throw thrown;
      return null;
    });
    if (values) lists.set(kind, new Set(values.flatMap(({ id, label }) => [id, label])));
  }
  return lists;
}

/**
 * What taking the settings and mappings of a file over into a connection would change, one by one, and what of them doesn't fit here. Nothing
 * is ever taken away: mappings that the file doesn't have stay. Locations are mapped at each connection by itself.
 */
export async function planTakeOver(shopId: number, wanted: TakeOver): Promise<TakeOverPlan> {
  const { connectionId, file, unlisted = false } = wanted;
  const plan: TakeOverPlan = { changes: [], left: [], settings: null, syncs: [], mappings: [] };
  const kinds = Object.keys(file.mappings) as MappingKind[];
  const lists = await listsOf(shopId, connectionId, kinds);
  await inShop(shopId, async (tx) => {
    await planConnection(tx, shopId, wanted, plan);
    for (const kind of syncKinds) await planSync(tx, shopId, connectionId, kind, file, plan);
    const row = await findConnection(tx, shopId, connectionId);
    const backOffice = connectorDefinition(row.connector).label;
    const offered = offeredMappingKinds(capabilitiesOf(row));
    for (const kind of kinds) {
      const section: Section = { of: 'mapping', kind };
      if (!offered.includes(kind)) {
        plan.left.push({ section, name: '', reason: { code: 'kind-not-offered', params: { backOffice } } });
        continue;
      }
      const rules = await loadRules(tx, shopId, connectionId, kind);
      const save: TakeOverPlan['mappings'][number]['save'] = [];
      for (const { match, source, target } of file.mappings[kind] ?? []) {
        const leave = (code: string, params: Reason['params'] = {}) =>
          plan.left.push({ section, name: source, reason: { code, params: { backOffice, ...params } } });
        const known = rules.find((one) => one.match === match && one.source === source);
        let checked: ReturnType<typeof checkMapping>;
        try {
          checked = checkMapping({ kind, match, source, target });
        } catch (thrown) {
          if (asCrossdockError(thrown).kind !== 'rejected') throw thrown;
          leave('not-valid');
          continue;
        }
        if (known && isDeepStrictEqual({ ...known.target }, { ...checked.target })) continue;
        const part = listedPart(kind, checked.target);
        if (part !== null && lists.get(kind)?.has(part) === false && !unlisted) {
          leave('not-there', { value: part });
          continue;
        }
        save.push({ match: checked.match, source: checked.source, target: checked.target });
        plan.changes.push({ section, name: source, now: known?.target ?? null, then: checked.target });
      }
      if (save.length > 0) plan.mappings.push({ kind, save });
    }
  });
  return plan;
}
