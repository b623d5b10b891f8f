import { Prisma } from '@prisma/client';
import { fieldErrorsOf, type FieldErrors } from '../connections/field-errors.ts';
import { inShop, type Tx } from '../db/scope.ts';
import { vault } from '../db/vault.ts';
import { env } from '../env.server.ts';
import type { Actor } from '../people/actor.ts';
import { audit, MASK } from '../people/audit.ts';
import { alertSettings, mailPorts, readAlertSettings, type AlertSettings } from './alert-settings.ts';

const contextOf = (shopId: number): string => `alert_settings:${shopId}:password`;

/** The settings with the mail server's password, which never reaches a page. */
export interface StoredSettings {
  settings: AlertSettings;
  password: string;
}

export async function readSettings(tx: Tx, shopId: number): Promise<StoredSettings> {
  const row = await tx.alertSettings.findUnique({ where: { shopId } });
  const password = row?.password ? vault().open(row.password, contextOf(shopId)) : '';
  return { settings: readAlertSettings(row?.settings), password };
}

/** What the settings page shows: no secret, only whether there is one. */
export function readSettingsPage(shopId: number): Promise<{
  settings: AlertSettings;
  passwordSet: boolean;
  operatorSends: boolean;
  silence: { since: string; expected: number } | null;
}> {
  return inShop(shopId, async (tx) => {
    const { settings, password } = await readSettings(tx, shopId);
    const row = await tx.alertSettings.findUnique({ where: { shopId }, select: { silence: true, silentSince: true } });
    const silence = row?.silentSince ? (row.silence as { since: string; expected: number } | null) : null;
    return { settings, passwordSet: password !== '', operatorSends: env.SMTP_URL !== undefined, silence };
  });
}

/** What can't be right although each field is. */
function contradictions(settings: AlertSettings, password: string): FieldErrors {
  if (settings.mailServer !== 'own') return {};
  const { smtpHost, smtpPort, smtpFrom, smtpSecurity } = settings;
  const known = env.ALLOWED_PRIVATE_HOSTS.includes(`${smtpHost}:${smtpPort}`);
  return {
    ...(smtpHost ? {} : { smtpHost: { code: 'required', params: {} } }),
    ...(smtpFrom ? {} : { smtpFrom: { code: 'required', params: {} } }),
    ...(known || mailPorts.includes(smtpPort)
      ? {}
      : { smtpPort: { code: 'no-mail-port', params: { ports: mailPorts.join(', ') } } }),
    ...(smtpSecurity === 'none' && password ? { smtpSecurity: { code: 'password-unencrypted', params: {} } } : {}),
  };
}

/**
 * Stores what somebody entered. An empty password keeps the one that is stored; one that goes elsewhere (another server or user) has to be entered
 * anew, so that nobody sends it to a server of theirs. Nothing is stored when a field is wrong.
 */
export async function saveSettings(
  shopId: number,
  actor: Actor,
  given: Record<string, unknown>,
): Promise<{ ok: true } | { ok: false; errors: FieldErrors }> {
  const { smtpPassword, ...fields } = given;
  const entered = typeof smtpPassword === 'string' ? smtpPassword : '';
  const result = alertSettings.safeParse(fields);
  if (!result.success) return { ok: false, errors: fieldErrorsOf(result.error, fields) };
  const after = result.data;
  return inShop(shopId, async (tx) => {
    const before = await readSettings(tx, shopId);
    const target = ({ smtpHost, smtpPort, smtpUser, smtpSecurity }: AlertSettings) =>
      [smtpHost, smtpPort, smtpUser, smtpSecurity].join(' ');
    const kept = after.mailServer === 'own' && after.smtpUser !== '' ? before.password : '';
    const moved = kept !== '' && entered === '' && target(before.settings) !== target(after);
    const password = entered === '' ? kept : entered;
    const errors = {
      ...contradictions(after, password),
      ...(moved ? { smtpPassword: { code: 'password-again', params: {} } } : {}),
      ...(entered !== '' && after.smtpUser === '' ? { smtpUser: { code: 'required', params: {} } } : {}),
    };
    if (Object.keys(errors).length > 0) return { ok: false, errors };
    const sealed = password ? vault().seal(password, contextOf(shopId)) : null;
    await tx.alertSettings.upsert({
      where: { shopId },
      create: { shopId, settings: after, password: sealed },
      update: { settings: after, password: sealed, ...(after.silenceAlarm ? {} : silent) },
    });
    const shown = (settings: AlertSettings, secret: string) => ({ ...settings, smtpPassword: secret ? MASK : '' });
    const replaced = entered !== '' && entered !== before.password ? { replaced: ['smtpPassword'] } : {};
    await audit(tx, shopId, actor, {
      action: 'alert-settings-changed',
      subject: 'alerts',
      before: shown(before.settings, before.password),
      after: { ...shown(after, password), ...replaced },
    });
    return { ok: true };
  });
}

const silent = { silentSince: null, silence: Prisma.DbNull };

/** Seals the password with the newest encryption key. Answers how many were sealed. */
export function resealMailPassword(shopId: number): Promise<number> {
  return inShop(shopId, async (tx) => {
    // Locked: a password that is saved meanwhile waits, and is not overwritten by the one before.
    const [row] = await tx.$queryRaw<{ password: Uint8Array | null }[]>`
      SELECT password FROM alert_settings WHERE shop_id = ${shopId} FOR UPDATE`;
    if (!row?.password) return 0;
    const password = vault().seal(vault().open(row.password, contextOf(shopId)), contextOf(shopId));
    await tx.alertSettings.update({ where: { shopId }, data: { password } });
    return 1;
  });
}
