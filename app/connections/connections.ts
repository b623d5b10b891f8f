import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Prisma, type Connection } from '@prisma/client';
import { now } from '../core/clock.ts';
import { randomToken, sha256 } from '../core/crypto.ts';
import { NeedsMerchantError } from '../core/errors.ts';
import { inShop, inSystem, type Tx } from '../db/scope.ts';
import type { Actor } from '../people/actor.ts';
import { audit, MASK } from '../people/audit.ts';
import { checkSettings, type SettingsForm } from './check-settings.ts';
import type { Blocked, Health, Registration } from './connection-health.ts';
import { openCredentials, sealCredentials } from './credentials.ts';
import type { FieldErrors } from './field-errors.ts';
import { openInboundToken, sealInboundToken } from './inbound-token.ts';
import { allConnectors, capabilitiesOf, connectorDefinition } from './known-connectors.ts';
import { describeSettings, type SettingField } from './settings-form.ts';
import { refuseToMove } from './shared-store/sharing.ts';
import { createSyncs } from './syncs.ts';

/** none: nothing moves, as when deactivated; read: Shopify is read but never written; read_write: all. */
export const accessLevels = ['none', 'read', 'read_write'] as const;
export type AccessLevel = (typeof accessLevels)[number];
export type ConnectionState = 'active' | 'deactivated';

/** A connection without its secrets. */
export interface ConnectionRow {
  id: string;
  name: string;
  connector: string;
  /** The connector's own name for people. */
  label: string;
  state: ConnectionState;
  access: AccessLevel;
  dryRun: boolean;
  settings: Record<string, unknown>;
  health: Health | null;
  /** What is arranged in the back office; null before the first passed test. */
  registration: Registration | null;
  /** Set while the back office refuses us: nothing of this connection runs until then or until it is mended. */
  blocked: Blocked | null;
  mappingVersion: number;
  createdAt: Date;
  updatedAt: Date;
}

export type SaveResult<Extra = object> = ({ ok: true } & Extra) | { ok: false; errors: FieldErrors };

/** The row as it may be shown. */
export function toConnectionRow(row: Connection): ConnectionRow {
  const { shopId: _shop, credentials: _secret, inboundHash: _hash, inboundSealed: _sealed, inboundToken: _token, ...shown } = row;
  const { settings, health, registration, blocked, ...rest } = shown;
  return {
    ...rest,
    label: allConnectors().find(({ id }) => id === row.connector)?.label ?? row.connector,
    state: row.state as ConnectionState,
    access: row.access as AccessLevel,
    settings: settings as Record<string, unknown>,
    health: health as unknown as Health | null,
    registration: registration as unknown as Registration | null,
    blocked: blocked as unknown as Blocked | null,
  };
}

/** The row with its secrets still sealed; a connection that isn't there is the merchant's to notice, not a crash. */
export async function findConnection(tx: Tx, shopId: number, connectionId: string): Promise<Connection> {
  const row = await tx.connection.findUnique({ where: { shopId_id: { shopId, id: connectionId } } });
  if (!row) throw new NeedsMerchantError('connection-gone', `Connection ${connectionId} does not exist`, { scope: 'record' });
  return row;
}

/** All connections of the shop by name, active ones first. */
export function listConnections(shopId: number): Promise<ConnectionRow[]> {
  return inShop(shopId, async (tx) => {
    const rows = await tx.connection.findMany({ where: { shopId }, orderBy: [{ state: 'asc' }, { name: 'asc' }, { id: 'asc' }] });
    return rows.map(toConnectionRow);
  });
}

/** The form of an existing connection: its fields, what they hold now, and which secrets are set (never the secrets). */
export function readConnectionForm(
  shopId: number,
  connectionId: string,
): Promise<{ connection: ConnectionRow; fields: SettingField[]; values: Record<string, unknown>; secretsSet: string[] }> {
  return inShop(shopId, async (tx) => {
    const row = await findConnection(tx, shopId, connectionId);
    const connection = toConnectionRow(row);
    const secretsSet = Object.keys(openCredentials(shopId, connectionId, row.credentials));
    return { connection, fields: describeSettings(connectorDefinition(row.connector)), values: connection.settings, secretsSet };
  });
}

async function checkName(tx: Tx, shopId: number, name: string, self?: string): Promise<FieldErrors> {
  const trimmed = name.trim();
  if (!trimmed) return { name: { code: 'required', params: {} } };
  if (trimmed.length > 100) return { name: { code: 'too-long', params: { maximum: 100 } } };
  const taken = await tx.connection.findFirst({
    where: { shopId, name: { equals: trimmed, mode: 'insensitive' }, ...(self ? { id: { not: self } } : {}) },
    select: { id: true },
  });
  return taken ? { name: { code: 'name-taken', params: { name: trimmed } } } : {};
}

const masked = (secrets: Record<string, string>) => Object.fromEntries(Object.keys(secrets).map((name) => [name, MASK]));

/** Makes a connection with all its syncs off. `agreed`: the merchant said yes to customers' data going there, which the audit log keeps. The settings come as the form sends them; every wrong field is named and nothing stored. */
export async function createConnection(
  shopId: number,
  actor: Actor,
  input: { connector: string; name: string; settings: SettingsForm; agreed?: boolean },
): Promise<SaveResult<{ id: string }>> {
  const definition = connectorDefinition(input.connector);
  const checked = await checkSettings(definition, input.settings);
  return inShop(shopId, async (tx) => {
    const errors = { ...(checked.ok ? {} : checked.errors), ...(await checkName(tx, shopId, input.name)) };
    if (!checked.ok || Object.keys(errors).length > 0) return { ok: false, errors };
    const { plain, secrets } = checked.settings;
    const id = randomUUID();
    await tx.connection.create({
      data: {
        shopId,
        id,
        connector: definition.id,
        name: input.name.trim(),
        settings: plain as Prisma.InputJsonObject,
        credentials: sealCredentials(shopId, id, secrets),
        ...sealInboundToken(shopId, id, randomToken()),
        createdAt: now(),
        updatedAt: now(),
      },
    });
    await createSyncs(tx, shopId, id, capabilitiesOf({ connector: definition.id, settings: plain }));
    await audit(tx, shopId, actor, {
      action: 'connection-created',
      subject: `connection ${input.name.trim()}`,
      connectionId: id,
      after: { connector: definition.id, ...plain, ...masked(secrets), ...(input.agreed ? { dataSharing: 'agreed' } : {}) },
    });
    return { ok: true, id };
  });
}

/**
 * Changes name, settings or secrets; what isn't given stays. An empty secret keeps the one that is stored, a new one replaces it
 * (rotation). Saving forgets the last test, the vendor's token and a block: what they said was about the old settings.
 */
export async function saveConnection(
  shopId: number,
  actor: Actor,
  connectionId: string,
  input: { name?: string; settings?: SettingsForm },
): Promise<SaveResult> {
  const row = await inShop(shopId, (tx) => findConnection(tx, shopId, connectionId));
  const before = {
    plain: row.settings as Record<string, unknown>,
    secrets: openCredentials(shopId, connectionId, row.credentials),
  };
  const checked = input.settings
    ? await checkSettings(connectorDefinition(row.connector), input.settings, { ...before.plain, ...before.secrets })
    : { ok: true as const, settings: before };
  return inShop(shopId, async (tx) => {
    const nameErrors = input.name === undefined ? {} : await checkName(tx, shopId, input.name, connectionId);
    const errors = { ...(checked.ok ? {} : checked.errors), ...nameErrors };
    if (!checked.ok || Object.keys(errors).length > 0) return { ok: false, errors };
    const { plain, secrets } = checked.settings;
    if (input.settings && 'parsed' in checked.settings)
      await refuseToMove(
        tx,
        shopId,
        connectionId,
        connectorDefinition(row.connector),
        checked.settings.parsed as Record<string, unknown>,
      );
    const name = input.name?.trim() ?? row.name;
    const touched = !isDeepStrictEqual([before.plain, before.secrets], [plain, secrets]);
    await tx.connection.update({
      where: { shopId_id: { shopId, id: connectionId } },
      data: {
        name,
        settings: plain as Prisma.InputJsonObject,
        credentials: sealCredentials(shopId, connectionId, secrets),
        updatedAt: now(),
        ...(touched ? { health: Prisma.DbNull, blocked: Prisma.DbNull } : {}),
      },
    });
    if (touched) await tx.remoteToken.deleteMany({ where: { shopId, connectionId } });
    const replaced = Object.keys(secrets).filter((secret) => secrets[secret] !== before.secrets[secret]);
    await audit(tx, shopId, actor, {
      action: replaced.length > 0 ? 'credentials-changed' : 'connection-changed',
      subject: `connection ${name}`,
      connectionId,
      before: { name: row.name, ...before.plain, ...masked(before.secrets) },
      after: { name, ...plain, ...masked(secrets), ...(replaced.length > 0 ? { replaced } : {}) },
    });
    return { ok: true };
  });
}

/**
 * The connection whose own address (a secret that we issue) a back office called; null when nobody has it, or the app isn't in the shop any more: who
 * has uninstalled it has taken away our right to hand anything out.
 */
export function findConnectionByInboundToken(token: string): Promise<{ shopId: number; connectionId: string } | null> {
  return inSystem('find-connection-by-token', async (tx) => {
    const row = await tx.connection.findFirst({ where: { inboundHash: sha256(token) }, select: { shopId: true, id: true } });
    if (!row) return null;
    const shop = await tx.shop.findUnique({ where: { id: row.shopId }, select: { uninstalledAt: true } });
    return shop && !shop.uninstalledAt ? { shopId: row.shopId, connectionId: row.id } : null;
  });
}

/** The secret part of the address that the back office calls. For administrators, and audited, when `actor` copies it. */
export function revealInboundToken(shopId: number, actor: Actor, connectionId: string): Promise<string> {
  return inShop(shopId, async (tx) => {
    const row = await findConnection(tx, shopId, connectionId);
    await audit(tx, shopId, actor, { action: 'inbound-address-copied', subject: `connection ${row.name}`, connectionId });
    return openInboundToken(row);
  });
}

/** A new inbound address; the old one stops at once. */
export function rotateInboundToken(shopId: number, actor: Actor, connectionId: string): Promise<string> {
  return inShop(shopId, async (tx) => {
    const row = await findConnection(tx, shopId, connectionId);
    const token = randomToken();
    const sealed = sealInboundToken(shopId, connectionId, token);
    await tx.connection.update({ where: { shopId_id: { shopId, id: connectionId } }, data: { ...sealed, updatedAt: now() } });
    await audit(tx, shopId, actor, { action: 'inbound-address-rotated', subject: `connection ${row.name}`, connectionId });
    return token;
  });
}

/** Seals every secret of the shop's connections with the newest encryption key. Returns how many rows were sealed again. */
export function resealCredentials(shopId: number): Promise<number> {
  return inShop(shopId, async (tx) => {
    // Locked: what somebody saves meanwhile waits, and is not overwritten by what was there before.
    const rows = await tx.$queryRaw<
      { id: string; credentials: Uint8Array | null; inboundSealed: Uint8Array<ArrayBuffer> | null }[]
    >`
      SELECT id, credentials, inbound_sealed AS "inboundSealed" FROM connection
      WHERE shop_id = ${shopId} AND (credentials IS NOT NULL OR inbound_sealed IS NOT NULL) ORDER BY id FOR UPDATE`;
    for (const { id, credentials, inboundSealed } of rows) {
      const sealed = sealCredentials(shopId, id, openCredentials(shopId, id, credentials));
      const inbound = inboundSealed ? sealInboundToken(shopId, id, openInboundToken({ shopId, id, inboundSealed })) : {};
      await tx.connection.update({ where: { shopId_id: { shopId, id } }, data: { credentials: sealed, ...inbound } });
    }
    // Tokens are fetched anew: cheaper than opening them, and they are short-lived anyway.
    await tx.remoteToken.deleteMany({ where: { shopId } });
    return rows.length;
  });
}
