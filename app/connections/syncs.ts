import { Prisma, type Sync } from '@prisma/client';
import { now } from '../core/clock.ts';
import { NeedsMerchantError, RejectedError } from '../core/errors.ts';
import type { Tx } from '../db/scope.ts';
import { syncKinds, type Capabilities, type Reason, type SyncKind } from '../connectors/contract/index.ts';
import type { Actor } from '../people/actor.ts';
import { orderSettingsNeeded } from './order-settings.ts';
import { openTypes } from '../mappings/open-types.ts';
import { audit } from '../people/audit.ts';
import { scopesMissing } from './check-scopes.ts';
import { fieldErrorsOf, type FieldErrors } from './field-errors.ts';
import { readGrantedScopes } from './granted-scopes.ts';
import { capabilitiesOf, connectorDefinition, definitionWith } from './known-connectors.ts';
import { automaticInterval } from '../schedules/automatic-interval.ts';
import { DAY_MINUTES } from '../schedules/next-due.ts';
import { scheduleOf, type SyncSchedule } from '../schedules/sync-schedule.ts';
import { pauseOf, type SyncPause } from './pause-sync.ts';
import { describeSyncSettings } from './read-sync-settings-form.ts';
import { checkSyncSettings, defaultSyncSettings, readSyncSettings, type SyncSettings } from './sync-settings.ts';

export interface SyncState<Kind extends SyncKind = SyncKind> {
  kind: Kind;
  enabled: boolean;
  settings: SyncSettings<Kind>;
  /** How far reading has come, as the sync itself wrote it; null before its first success. */
  cursor: unknown;
  intervalMinutes: number;
  /** When it runs by itself. */
  schedule: SyncSchedule;
  nextDue: Date | null;
  lastRunAt: Date | null;
  /** When it was first switched on. */
  enabledAt: Date | null;
  /** Set while it waits for an administrator's release. */
  paused: SyncPause | null;
}

async function readCapabilities(tx: Tx, shopId: number, connectionId: string): Promise<Capabilities> {
  const connection = await tx.connection.findUniqueOrThrow({
    where: { shopId_id: { shopId, id: connectionId } },
    select: { connector: true, settings: true },
  });
  return capabilitiesOf(connection);
}

const keyOf = (shopId: number, connectionId: string, kind: SyncKind) => ({
  shopId_connectionId_kind: { shopId, connectionId, kind },
});

/** Rows for all syncs of a new connection, all off. */
export async function createSyncs(tx: Tx, shopId: number, connectionId: string, capabilities: Capabilities): Promise<void> {
  await tx.sync.createMany({
    data: syncKinds.map((kind) => ({ shopId, connectionId, kind, intervalMinutes: automaticInterval(kind, capabilities) })),
  });
}

/** A sync's row beside what its connection can do; `kind` is null where the connection has no such row. */
type SyncRow = Omit<Sync, 'shopId' | 'connectionId' | 'kind'> & {
  kind: string | null;
  connector: string;
  connectionSettings: unknown;
};

/** One sync of a connection, its settings typed and complete. Throws NeedsMerchantError `connection-gone`. */
export async function readSync<Kind extends SyncKind>(
  tx: Tx,
  shopId: number,
  connectionId: string,
  kind: Kind,
): Promise<SyncState<Kind>> {
  const [found] = await tx.$queryRaw<SyncRow[]>`
    SELECT c.connector, c.settings AS "connectionSettings", y.kind, y.enabled, y.settings, y.cursor, y.schedule, y.interval_minutes AS "intervalMinutes",
      y.daily_at AS "dailyAt", y.quiet_from AS "quietFrom", y.quiet_to AS "quietTo", y.next_due AS "nextDue", y.last_run_at AS "lastRunAt",
      y.enabled_at AS "enabledAt", y.paused_at AS "pausedAt", y.paused_reason AS "pausedReason"
    FROM connection c LEFT JOIN sync y ON y.shop_id = c.shop_id AND y.connection_id = c.id AND y.kind = ${kind}
    WHERE c.shop_id = ${shopId} AND c.id = ${connectionId}::uuid`;
  if (!found) throw new NeedsMerchantError('connection-gone', `Connection ${connectionId} does not exist`, { scope: 'record' });
  const capabilities = capabilitiesOf({ connector: found.connector, settings: found.connectionSettings });
  const row = found.kind === null ? null : found;
  if (!row) {
    const settings = defaultSyncSettings(kind, capabilities);
    return {
      kind,
      enabled: false,
      settings,
      cursor: null,
      intervalMinutes: automaticInterval(kind, capabilities),
      schedule: {
        mode: 'automatic',
        intervalMinutes: automaticInterval(kind, capabilities),
        dailyAt: null,
        quietFrom: null,
        quietTo: null,
      },
      nextDue: null,
      lastRunAt: null,
      enabledAt: null,
      paused: null,
    };
  }
  const { enabled, cursor, intervalMinutes, nextDue, lastRunAt, enabledAt } = row;
  const settings = readSyncSettings(kind, row.settings as Record<string, unknown>, capabilities);
  const schedule = scheduleOf(row);
  return { kind, enabled, settings, cursor, intervalMinutes, schedule, nextDue, lastRunAt, enabledAt, paused: pauseOf(row) };
}

/** All five, in the order the pages show them. */
export async function listSyncs(tx: Tx, shopId: number, connectionId: string): Promise<SyncState[]> {
  const all: SyncState[] = [];
  for (const kind of syncKinds) all.push(await readSync(tx, shopId, connectionId, kind));
  return all;
}

/** Validates and stores what was entered; fields left out go back to their default. Nothing is stored when a field is wrong. */
export async function saveSyncSettings(
  tx: Tx,
  shopId: number,
  actor: Actor,
  connectionId: string,
  kind: SyncKind,
  given: Record<string, unknown>,
): Promise<{ ok: true } | { ok: false; errors: FieldErrors }> {
  const capabilities = await readCapabilities(tx, shopId, connectionId);
  const result = checkSyncSettings(kind, given, capabilities);
  if (!result.success) return { ok: false, errors: fieldErrorsOf(result.error, given) };
  const before = await readSync(tx, shopId, connectionId, kind);
  const settings = result.data as Prisma.InputJsonObject;
  const granted = await readGrantedScopes(tx, shopId);
  const needed = kind === 'orders' ? orderSettingsNeeded(result.data as SyncSettings<'orders'>) : [];
  const errors = {
    ...scopesMissing(describeSyncSettings(kind), before.settings, settings, granted),
    ...Object.fromEntries(needed.map((name) => [name, { code: 'required', params: {} }])),
  };
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  await tx.sync.upsert({
    where: keyOf(shopId, connectionId, kind),
    create: { shopId, connectionId, kind, settings, intervalMinutes: before.intervalMinutes },
    update: { settings },
  });
  await audit(tx, shopId, actor, {
    action: 'sync-settings-changed',
    subject: `sync ${kind}`,
    connectionId,
    before: before.settings,
    after: result.data,
  });
  return { ok: true };
}

/** Minutes between runs: from the connector's minimum to once a day. The next run is due one interval after the last. */
export async function saveSyncInterval(
  tx: Tx,
  shopId: number,
  actor: Actor,
  connectionId: string,
  kind: SyncKind,
  minutes: number,
): Promise<void> {
  const { minimumIntervalMinutes: minimum } = await readCapabilities(tx, shopId, connectionId);
  if (!Number.isInteger(minutes) || minutes < minimum || minutes > DAY_MINUTES) {
    throw new RejectedError('interval-out-of-range', `The interval must be ${minimum} to ${DAY_MINUTES} minutes`, {
      field: 'intervalMinutes',
      params: { minimum, maximum: DAY_MINUTES },
    });
  }
  const before = await readSync(tx, shopId, connectionId, kind);
  const nextDue = before.enabled
    ? new Date((before.lastRunAt ?? now()).getTime() + (before.lastRunAt ? minutes * 60_000 : 0))
    : null;
  await tx.sync.upsert({
    where: keyOf(shopId, connectionId, kind),
    create: { shopId, connectionId, kind, schedule: 'interval', intervalMinutes: minutes },
    update: { schedule: 'interval', intervalMinutes: minutes, nextDue },
  });
  await audit(tx, shopId, actor, {
    action: 'sync-interval-changed',
    subject: `sync ${kind}`,
    connectionId,
    before: { intervalMinutes: before.intervalMinutes },
    after: { intervalMinutes: minutes },
  });
}

const needsLocations: readonly SyncKind[] = ['orders', 'inventory', 'shipments'];

/** Before the first product is written somebody looked at both sides and said what each product type is. */
async function missingForProducts(tx: Tx, shopId: number, connectionId: string, capabilities: Capabilities): Promise<Reason[]> {
  const sync = await tx.sync.findUnique({ where: keyOf(shopId, connectionId, 'products'), select: { enabledAt: true } });
  if (sync?.enabledAt) return [];
  const open = await openTypes(tx, shopId, connectionId, capabilities);
  const review = await tx.productReview.findUnique({ where: { shopId_connectionId: { shopId, connectionId } } });
  return [
    ...(review?.confirmedAt ? [] : [{ code: 'product-review-open', params: {} }]),
    ...(open.length > 0 ? [{ code: 'product-types-open', params: { count: open.length, first: open[0] ?? '' } }] : []),
  ];
}

/** What still keeps this sync from being switched on; empty when nothing does. Codes are catalogue keys: `missing.<code>`. */
export async function missingForSync(tx: Tx, shopId: number, connectionId: string, kind: SyncKind): Promise<Reason[]> {
  const connection = await tx.connection.findUniqueOrThrow({ where: { shopId_id: { shopId, id: connectionId } } });
  const { label, capabilities } = definitionWith(connectorDefinition(connection.connector), connection.settings);
  const missing: Reason[] = [];
  if (kind === 'returns' && !capabilities.returns) missing.push({ code: 'returns-not-offered', params: { backOffice: label } });
  if (connection.state !== 'active') missing.push({ code: 'connection-deactivated', params: {} });
  if ((connection.health as { ok?: boolean } | null)?.ok !== true) missing.push({ code: 'connection-not-tested', params: {} });
  if (kind === 'products') missing.push(...(await missingForProducts(tx, shopId, connectionId, capabilities)));
  if (needsLocations.includes(kind)) {
    const links = await tx.$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS n FROM location_link k JOIN location l ON l.shop_id = k.shop_id AND l.id = k.location_id AND l.active
      WHERE k.shop_id = ${shopId} AND k.connection_id = ${connectionId}::uuid`;
    if (!links[0]?.n) missing.push({ code: 'no-location-mapped', params: {} });
  }
  return [...missing, ...(await missingInSettings(tx, shopId, connectionId, kind, capabilities))];
}

/** Stored settings that an older version allowed and this one doesn't, and fields that another setting needs. */
async function missingInSettings(
  tx: Tx,
  shopId: number,
  connectionId: string,
  kind: SyncKind,
  capabilities: Capabilities,
): Promise<Reason[]> {
  const row = await tx.sync.findUnique({ where: keyOf(shopId, connectionId, kind), select: { settings: true } });
  const result = checkSyncSettings(kind, (row?.settings ?? {}) as Record<string, unknown>, capabilities);
  if (!result.success) {
    const fields = [...new Set(result.error.issues.map(({ path }) => String(path[0] ?? '')))].join(', ');
    return [{ code: 'settings-invalid', params: { fields } }];
  }
  const needed = kind === 'orders' ? orderSettingsNeeded(result.data as SyncSettings<'orders'>) : [];
  return needed.map((code) => ({ code, params: {} }));
}

/** Switches a sync on or off. On is refused with everything that is missing; its first run is due at once. */
export async function switchSync(
  tx: Tx,
  shopId: number,
  actor: Actor,
  connectionId: string,
  kind: SyncKind,
  on: boolean,
): Promise<{ ok: true } | { ok: false; missing: Reason[] }> {
  const missing = on ? await missingForSync(tx, shopId, connectionId, kind) : [];
  if (missing.length > 0) return { ok: false, missing };
  const before = await readSync(tx, shopId, connectionId, kind);
  const data = {
    enabled: on,
    nextDue: on ? now() : null,
    enabledAt: before.enabledAt ?? (on ? now() : null),
    // while it was off nobody noted which levels changed
    ...(kind === 'inventory' && on && !before.enabled ? { cursor: Prisma.DbNull } : {}),
  };
  await tx.sync.upsert({
    where: keyOf(shopId, connectionId, kind),
    create: { shopId, connectionId, kind, intervalMinutes: before.intervalMinutes, ...data },
    update: data,
  });
  // Orders that were decided before this moment were decided without it.
  if (kind === 'orders' && on)
    await tx.connection.update({ where: { shopId_id: { shopId, id: connectionId } }, data: { updatedAt: now() } });
  await audit(tx, shopId, actor, {
    action: 'sync-switched',
    subject: `sync ${kind}`,
    connectionId,
    before: { enabled: before.enabled },
    after: { enabled: on },
  });
  return { ok: true };
}

/** Lets the next run of this sync begin from scratch, of one connection or of all. */
export async function forgetCursors(tx: Tx, shopId: number, kind: SyncKind, connectionId?: string): Promise<void> {
  await tx.sync.updateMany({
    where: { shopId, kind, ...(connectionId ? { connectionId } : {}) },
    data: { cursor: Prisma.DbNull },
  });
}

/** Remembers how far reading has come. Called only after everything up to there was taken. */
export async function saveCursor(
  tx: Tx,
  shopId: number,
  connectionId: string,
  kind: SyncKind,
  cursor: Prisma.InputJsonValue | null,
): Promise<void> {
  await tx.sync.update({ where: keyOf(shopId, connectionId, kind), data: { cursor: cursor ?? Prisma.DbNull } });
}
