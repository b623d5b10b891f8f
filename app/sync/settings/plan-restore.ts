import { isDeepStrictEqual } from 'node:util';
import { findConnection } from '../../connections/connections.ts';
import { connectorDefinition } from '../../connections/known-connectors.ts';
import {
  planTakeOver,
  type LeftOut,
  type Section,
  type TakeOverChange,
  type TakeOverPlan,
} from '../../connections/plan-take-over.ts';
import type { SettingsFile } from '../../connections/settings-file.ts';
import { describeSettings } from '../../connections/settings-form.ts';
import { defaultSyncSettings } from '../../connections/sync-settings.ts';
import { readSync } from '../../connections/syncs.ts';
import { capabilitiesOf } from '../../connections/known-connectors.ts';
import { mappingKinds, syncKinds } from '../../connectors/contract/index.ts';
import { RejectedError } from '../../core/errors.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { loadRules } from '../../mappings/mapping-store.ts';
import type { MatchKind } from '../../mappings/kinds.ts';
import type { AuditRow } from '../../people/audit.ts';
import { stateBefore } from '../../people/state-before.ts';

/** Which entries of the audit log tell of versions of settings, by what they are about. */
const versions: Record<Section['of'], readonly string[]> = {
  sync: ['sync-settings-changed'],
  schedule: ['schedule-changed', 'sync-interval-changed'],
  connection: ['connection-changed', 'credentials-changed'],
  mapping: ['mapping-added', 'mapping-changed', 'mapping-removed'],
};

/** What an entry is about, when an earlier version of it can be restored. */
export function sectionOf({
  action,
  subject,
  connectionId,
}: Pick<AuditRow, 'action' | 'subject' | 'connectionId'>): Section | null {
  if (connectionId === null) return null;
  const [word = ''] = subject.split(' ');
  if (versions.connection.includes(action)) return { of: 'connection' };
  const sync = syncKinds.find((kind) => subject === `sync ${kind}`);
  if (sync && versions.sync.includes(action)) return { of: 'sync', kind: sync };
  if (sync && versions.schedule.includes(action)) return { of: 'schedule', kind: sync };
  const kind = mappingKinds.find((one) => one === word);
  return kind && versions.mapping.includes(action) ? { of: 'mapping', kind } : null;
}

/** What bringing settings back to what they were before an entry would change. */
export interface RestorePlan {
  section: Section;
  connectionId: string;
  connector: string;
  subject: string;
  /** ISO 8601: the settings become what they were just before this moment. */
  at: string;
  /** Changes made since, which are taken back, too. */
  later: number;
  changes: TakeOverChange[];
  left: LeftOut[];
  work: Pick<TakeOverPlan, 'settings' | 'syncs'> & {
    name: string | null;
    save: { match: MatchKind; source: string; target: object } | null;
    /** Id of a mapping that wasn't there. */
    remove: string | null;
  };
}

async function entriesSince(tx: Tx, shopId: number, entry: AuditRow, section: Section): Promise<AuditRow[]> {
  const rows = await tx.auditEntry.findMany({
    where: {
      shopId,
      connectionId: entry.connectionId,
      action: { in: [...versions[section.of]] },
      at: { gte: entry.at },
      // A connection can be renamed; everything else is found by its name.
      ...(section.of === 'connection' ? {} : { subject: entry.subject }),
    },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
  });
  return rows as unknown as AuditRow[];
}

const emptyFile = (connector: string): SettingsFile => ({
  crossdock: 'connection-settings',
  version: 1,
  exportedAt: '',
  connector,
  instance: null,
  name: '',
  settings: {},
  syncs: {},
  mappings: {},
});

type Found = Pick<RestorePlan, 'changes' | 'left' | 'work'>;
const nothing: RestorePlan['work'] = { settings: null, syncs: [], name: null, save: null, remove: null };

async function planMapping(
  shopId: number,
  entry: AuditRow,
  entries: AuditRow[],
  section: Section & { of: 'mapping' },
): Promise<Found> {
  const source = entry.subject.slice(section.kind.length + 1);
  const rules = await inShop(shopId, (tx) => loadRules(tx, shopId, entry.connectionId ?? '', section.kind));
  const same = rules.filter((rule) => rule.source === source);
  if (same.length > 1)
    throw new RejectedError('restore-unclear', `Several rules are about "${source}"`, { params: { value: source } });
  const [rule] = same;
  const now = rule ? { ...rule.target, match: rule.match } : null;
  const then = stateBefore(now, entries);
  if (isDeepStrictEqual(now, then)) return { changes: [], left: [], work: nothing };
  const { match = 'exact', ...target } = (then ?? {}) as { match?: MatchKind };
  const change = { section, name: source, now: rule?.target ?? null, then: then && target };
  const work = then ? { ...nothing, save: { match, source, target } } : { ...nothing, remove: rule?.id ?? null };
  return { changes: [change], left: [], work };
}

async function planSettings(shopId: number, entry: AuditRow, entries: AuditRow[], section: Section): Promise<Found> {
  const connectionId = entry.connectionId ?? '';
  const row = await inShop(shopId, (tx) => findConnection(tx, shopId, connectionId));
  const file = emptyFile(row.connector);
  let name: string | null = null;
  if (section.of === 'sync' || section.of === 'schedule') {
    const { kind } = section;
    const { settings, schedule } = await inShop(shopId, (tx) => readSync(tx, shopId, connectionId, kind));
    const now: Record<string, unknown> = section.of === 'sync' ? settings : { ...schedule };
    const then = stateBefore(now, entries) ?? {};
    // What had no value then has its default.
    file.syncs[kind] =
      section.of === 'sync'
        ? { schedule, settings: { ...defaultSyncSettings(kind, capabilitiesOf(row)), ...then } }
        : { schedule: { ...schedule, ...then }, settings };
  } else {
    const fields = describeSettings(connectorDefinition(row.connector));
    const then = stateBefore({ ...(row.settings as Record<string, unknown>), name: row.name }, entries) ?? {};
    const was = then['name'];
    if (typeof was === 'string' && was !== row.name && !fields.some((field) => field.name === 'name')) name = was;
    file.settings = Object.fromEntries(
      fields.filter(({ type }) => type !== 'secret').map((field) => [field.name, then[field.name] ?? field.default]),
    );
  }
  const { changes, left, settings, syncs } = await planTakeOver(shopId, { connectionId, file, unlisted: true, ownPast: true });
  return {
    changes: [...(name === null ? [] : [{ section, name: 'name', now: row.name, then: name }]), ...changes],
    left,
    work: { ...nothing, settings, syncs, name },
  };
}

/** What would change if settings became what they were before an entry of the audit log. Secrets are never brought back. */
export async function planRestore(shopId: number, entryId: string): Promise<RestorePlan> {
  const { entry, section, entries } = await inShop(shopId, async (tx) => {
    const found = (await tx.auditEntry.findUnique({
      where: { shopId_id: { shopId, id: entryId } },
    })) as unknown as AuditRow | null;
    const about = found && sectionOf(found);
    if (!about) throw new RejectedError('restore-not-possible', 'The entry is no version of settings');
    return { entry: found, section: about, entries: await entriesSince(tx, shopId, found, about) };
  });
  const connectionId = entry.connectionId ?? '';
  const { connector } = await inShop(shopId, (tx) => findConnection(tx, shopId, connectionId));
  const found =
    section.of === 'mapping'
      ? await planMapping(shopId, entry, entries, section)
      : await planSettings(shopId, entry, entries, section);
  return {
    ...{ section, connectionId, connector, subject: entry.subject, at: entry.at.toISOString(), later: entries.length - 1 },
    ...found,
  };
}
