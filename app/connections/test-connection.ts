import { randomUUID } from 'node:crypto';
import { now } from '../core/clock.ts';
import { asCrossdockError } from '../core/errors.ts';
import { logger } from '../core/logger.ts';
import type { Connector } from '../connectors/contract/index.ts';
import { inShop } from '../db/scope.ts';
import type { Actor } from '../people/actor.ts';
import { audit, MASK } from '../people/audit.ts';
import { checkSettings, type SettingsForm } from './check-settings.ts';
import type { Health } from './connection-health.ts';
import { findConnection } from './connections.ts';
import { openCredentials } from './credentials.ts';
import type { FieldErrors } from './field-errors.ts';
import { connectorDefinition, definitionWith } from './known-connectors.ts';
import { connect, connectedShop, openConnection, type LiveConnection } from './open-connection.ts';
import { resumeConnection } from './park.ts';
import { register } from './registration.ts';
import { destinationFields } from './secret-destination.ts';
import { passingTokenCache } from './token-cache.ts';

/** Step by step until one fails; that one is named with its cause. */
async function check(connector: Connector): Promise<Health> {
  const steps: Health['steps'] = [];
  const health = (rest: Pick<Health, 'ok' | 'step' | 'code' | 'params'>): Health => ({ ...rest, steps, at: now().toISOString() });
  for (const { step, run } of connector.check) {
    try {
      const { detail } = await run();
      steps.push({ step, ok: true, detail: detail ?? null });
    } catch (thrown) {
      const error = asCrossdockError(thrown);
      if (error.kind === 'bug') logger.error({ error, step }, 'A connection test broke');
      steps.push({ step, ok: false, detail: null });
      return health({ ok: false, step, code: error.code, params: error.params });
    }
  }
  return health({ ok: true, step: steps.at(-1)?.step ?? null, code: null, params: {} });
}

/** Tests a saved connection, keeps the result with it, and, when all is well, lifts its block and arranges what the back office offers. */
export async function testConnection(shopId: number, connectionId: string): Promise<Health> {
  let health: Health;
  let live: LiveConnection | undefined;
  try {
    live = await openConnection(shopId, connectionId);
    health = await check(live.connector);
  } catch (thrown) {
    const error = asCrossdockError(thrown);
    if (error.code === 'connection-gone' || error.kind === 'bug') throw thrown;
    health = { ok: false, step: null, code: error.code, params: error.params, steps: [], at: now().toISOString() };
  }
  await inShop(shopId, async (tx) => {
    await tx.connection.updateMany({
      where: { shopId, id: connectionId },
      data: { health: JSON.parse(JSON.stringify(health)) as object },
    });
    if (health.ok) await resumeConnection(tx, shopId, connectionId);
  });
  if (live && health.ok) await register(live);
  return health;
}

/**
 * Tests what stands in the form before it is saved; with `connectionId`, empty secrets mean the stored ones. Keeps nothing but an entry of the
 * audit log: whoever asks has us call an address of theirs.
 */
export async function testSettings(
  shopId: number,
  actor: Actor,
  input: { connector: string; settings: SettingsForm; connectionId?: string },
): Promise<{ ok: true; health: Health } | { ok: false; errors: FieldErrors }> {
  const definition = connectorDefinition(input.connector);
  const { shop, name, stored } = await inShop(shopId, async (tx) => {
    const row = input.connectionId ? await findConnection(tx, shopId, input.connectionId) : null;
    const secrets = row ? openCredentials(shopId, row.id, row.credentials) : {};
    return {
      shop: await connectedShop(tx, shopId),
      name: row?.name ?? definition.label,
      stored: row ? { ...(row.settings as Record<string, unknown>), ...secrets } : {},
    };
  });
  const checked = await checkSettings(definition, input.settings, stored);
  if (!checked.ok) return checked;
  const connectionId = input.connectionId ?? randomUUID();
  const connector = connect(definitionWith(definition, checked.settings.plain), {
    shop,
    connectionId,
    settings: checked.settings.parsed,
    tokens: passingTokenCache(),
  });
  const health = await check(connector);
  const called = destinationFields(definition).flatMap((field) => {
    const value = checked.settings.plain[field];
    return value === undefined ? [] : [[field, value] as const];
  });
  const given = Object.keys(checked.settings.secrets).filter((secret) => Boolean(input.settings[secret]));
  await inShop(shopId, (tx) =>
    audit(tx, shopId, actor, {
      action: 'settings-tested',
      subject: `connection ${name}`,
      ...(input.connectionId ? { connectionId: input.connectionId } : {}),
      after: { ...Object.fromEntries([...called, ...given.map((secret) => [secret, MASK] as const)]), testPassed: health.ok },
    }),
  );
  return { ok: true, health };
}
