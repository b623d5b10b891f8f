import { Prisma } from '@prisma/client';
import { now } from '../core/clock.ts';
import { RejectedError } from '../core/errors.ts';
import { inShop } from '../db/scope.ts';
import type { Actor } from '../people/actor.ts';
import { audit } from '../people/audit.ts';
import type { Health } from './connection-health.ts';
import { findConnection, saveConnection } from './connections.ts';
import { openCredentials } from './credentials.ts';
import type { FieldErrors } from './field-errors.ts';
import { connectorDefinition } from './known-connectors.ts';
import { describeSettings } from './settings-form.ts';
import { testConnection, testSettings } from './test-connection.ts';

/** A secret of a connection as it may be shown: that it is there, and since when, never what it is. */
export interface StoredSecret {
  name: string;
  stored: boolean;
  /** When and by whom it was last replaced, as far as the audit log goes back. */
  replacedAt: string | null;
  replacedBy: string | null;
}

/** The secrets that a connection's form has a field for. */
export function readSecrets(shopId: number, connectionId: string): Promise<StoredSecret[]> {
  return inShop(shopId, async (tx) => {
    const row = await findConnection(tx, shopId, connectionId);
    const secrets = openCredentials(shopId, connectionId, row.credentials);
    const entries = await tx.auditEntry.findMany({
      where: { shopId, connectionId, action: 'credentials-changed' },
      orderBy: [{ at: 'desc' }],
      select: { at: true, userName: true, after: true },
    });
    const fields = describeSettings(connectorDefinition(row.connector)).filter(({ type }) => type === 'secret');
    return fields.map(({ name }) => {
      const entry = entries.find(({ after }) => (after as { replaced?: string[] } | null)?.replaced?.includes(name));
      return {
        name,
        stored: secrets[name] !== undefined,
        replacedAt: entry?.at.toISOString() ?? null,
        replacedBy: entry?.userName ?? null,
      };
    });
  });
}

/**
 * Replaces secrets once the back office has accepted the new ones; until then the old ones stay in use. Secrets that aren't given, and
 * everything else, stay as they are.
 */
export async function replaceCredentials(
  shopId: number,
  actor: Actor,
  connectionId: string,
  given: Record<string, string>,
): Promise<{ ok: true } | { ok: false; errors: FieldErrors } | { ok: false; health: Health }> {
  const row = await inShop(shopId, (tx) => findConnection(tx, shopId, connectionId));
  const definition = connectorDefinition(row.connector);
  const names = describeSettings(definition).filter(({ type }) => type === 'secret');
  if (names.length === 0) {
    const params = { backOffice: definition.label };
    throw new RejectedError('credentials-none', `${definition.label} needs no credentials`, { params });
  }
  const settings = Object.fromEntries(names.flatMap(({ name }) => (given[name] ? [[name, given[name]]] : [])));
  if (Object.keys(settings).length === 0)
    return { ok: false, errors: Object.fromEntries(names.map(({ name }) => [name, { code: 'required', params: {} }])) };
  const tested = await testSettings(shopId, actor, { connector: row.connector, settings, connectionId });
  if (!tested.ok) return tested;
  if (!tested.health.ok) return { ok: false, health: tested.health };
  const saved = await saveConnection(shopId, actor, connectionId, { settings });
  if (!saved.ok) return saved;
  await testConnection(shopId, connectionId);
  return { ok: true };
}

/**
 * Begins with the back office anew: forgets its token and the block, tests, and arranges again what it keeps of us. What waited for the
 * connection goes on by itself when the test passes.
 */
export async function reconnect(shopId: number, actor: Actor, connectionId: string): Promise<Health> {
  await inShop(shopId, async (tx) => {
    const row = await findConnection(tx, shopId, connectionId);
    await tx.remoteToken.deleteMany({ where: { shopId, connectionId } });
    await tx.connection.update({
      where: { shopId_id: { shopId, id: connectionId } },
      data: { health: Prisma.DbNull, updatedAt: now() },
    });
    await audit(tx, shopId, actor, { action: 'connection-reconnected', subject: `connection ${row.name}`, connectionId });
  });
  return testConnection(shopId, connectionId);
}
