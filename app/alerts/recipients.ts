import { randomUUID } from 'node:crypto';
import { Prisma, type AlertRecipient } from '@prisma/client';
import { now, nowMs } from '../core/clock.ts';
import { NeedsMerchantError, RejectedError } from '../core/errors.ts';
import { inShop, type Tx } from '../db/scope.ts';
import type { FieldErrors } from '../connections/field-errors.ts';
import type { Actor } from '../people/actor.ts';
import { audit } from '../people/audit.ts';
import { putTestInOutbox } from './by-hand.ts';
import { lockAlerts } from './outbox.ts';
import { checkRecipient, type RecipientForm } from './recipient-form.ts';
import { openSecrets, sealSecrets } from './recipient-secrets.ts';
import { newSecret } from './webhook-signature.ts';

/** For so long after a rotation the secret before it signs as well. */
const OVERLAP_MS = 24 * 3_600_000;
const MOST = 50;

/** A recipient without what nobody may read; moments are ISO 8601. */
export interface RecipientView {
  id: string;
  channel: RecipientForm['channel'];
  name: string;
  /** Of a webhook the host alone. */
  address: string;
  language: RecipientForm['language'];
  topics: string[];
  severity: RecipientForm['severity'];
  connectionId: string | null;
  delivery: RecipientForm['delivery'];
  dailyAt: string;
  tellClosed: boolean;
  active: boolean;
  failingSince: string | null;
  failure: { code: string; params: Record<string, string | number> } | null;
}

function viewOf(row: AlertRecipient): RecipientView {
  const { id, name, address, topics, connectionId, dailyAt, tellClosed, active } = row;
  return {
    ...{ id, name, address, topics, connectionId, dailyAt, tellClosed, active },
    channel: row.channel as RecipientView['channel'],
    language: row.language as RecipientView['language'],
    severity: row.severity as RecipientView['severity'],
    delivery: row.delivery as RecipientView['delivery'],
    failingSince: row.failingSince?.toISOString() ?? null,
    failure: row.failure as RecipientView['failure'],
  };
}

export function listRecipients(shopId: number): Promise<RecipientView[]> {
  return inShop(shopId, async (tx) =>
    (await tx.alertRecipient.findMany({ where: { shopId }, orderBy: [{ name: 'asc' }, { id: 'asc' }] })).map(viewOf),
  );
}

async function find(tx: Tx, shopId: number, id: string): Promise<AlertRecipient> {
  const row = await tx.alertRecipient.findUnique({ where: { shopId_id: { shopId, id } } });
  if (!row) throw new NeedsMerchantError('recipient-gone', `Recipient ${id} does not exist`);
  return row;
}

/** One recipient, or null where there is none of that id. */
export function readRecipient(shopId: number, id: string): Promise<RecipientView | null> {
  return inShop(shopId, async (tx) => {
    const row = await tx.alertRecipient.findUnique({ where: { shopId_id: { shopId, id } } });
    return row && viewOf(row);
  });
}

const shown = ({ address, ...rest }: RecipientForm, host: string) => ({
  ...rest,
  address: rest.channel === 'email' ? address : host,
});
const nameOf = (name: string): string => `recipient ${name}`;

async function checkConnection(tx: Tx, shopId: number, id: string | null): Promise<FieldErrors> {
  if (!id) return {};
  const found = await tx.connection.count({ where: { shopId, id } });
  return found > 0 ? {} : { connectionId: { code: 'not-a-choice', params: {} } };
}

/** Adds somebody who is told. Of a webhook the signing secret is answered, this once. */
export async function addRecipient(
  shopId: number,
  actor: Actor,
  given: Record<string, unknown>,
): Promise<{ ok: true; id: string; secret: string | null } | { ok: false; errors: FieldErrors }> {
  const checked = await checkRecipient(given, false);
  if (!checked.ok) return checked;
  const { form } = checked;
  return inShop(shopId, async (tx) => {
    const errors = await checkConnection(tx, shopId, form.connectionId);
    if (Object.keys(errors).length > 0) return { ok: false, errors };
    await lockAlerts(tx, shopId);
    if ((await tx.alertRecipient.count({ where: { shopId } })) >= MOST)
      throw new RejectedError('recipients-many', `A shop has at most ${MOST} recipients`, { params: { maximum: MOST } });
    const id = randomUUID();
    const secret = form.channel === 'webhook' ? newSecret() : null;
    const address = form.channel === 'webhook' ? new URL(form.address).host : form.address;
    const own = secret === null ? null : { url: form.address, secret, previous: null, previousUntil: null };
    const sealed = own && sealSecrets(shopId, id, own);
    const at = now();
    await tx.alertRecipient.create({
      data: { ...form, shopId, id, address, sealed, createdAt: at, updatedAt: at, digestedAt: at },
    });
    await audit(tx, shopId, actor, { action: 'recipient-added', subject: nameOf(form.name), after: shown(form, address) });
    return { ok: true, id, secret };
  });
}

/** Changes who is told, and of what. An empty address of a webhook keeps the one that is stored. */
export async function saveRecipient(
  shopId: number,
  actor: Actor,
  id: string,
  given: Record<string, unknown>,
): Promise<{ ok: true } | { ok: false; errors: FieldErrors }> {
  const row = await inShop(shopId, (tx) => find(tx, shopId, id));
  // An e-mail address doesn't become a webhook: that is another recipient.
  const checked = await checkRecipient({ ...given, channel: row.channel }, true);
  if (!checked.ok) return checked;
  const { form } = checked;
  return inShop(shopId, async (tx) => {
    await lockAlerts(tx, shopId);
    const before = await find(tx, shopId, id);
    const errors = await checkConnection(tx, shopId, form.connectionId);
    if (Object.keys(errors).length > 0) return { ok: false, errors };
    const moved = form.channel === 'webhook' && form.address !== '';
    const address = form.channel === 'email' ? form.address : moved ? new URL(form.address).host : before.address;
    const sealed =
      moved && before.sealed
        ? sealSecrets(shopId, id, { ...openSecrets(shopId, id, before.sealed), url: form.address })
        : before.sealed;
    // What happened while nobody was to be told isn't told afterwards.
    const begins = (!before.active && form.active) || (before.delivery === 'now' && form.delivery !== 'now');
    await tx.alertRecipient.update({
      where: { shopId_id: { shopId, id } },
      data: {
        ...form,
        address,
        sealed,
        updatedAt: now(),
        ...(begins ? { digestedAt: now() } : {}),
        ...(moved || address !== before.address ? { failingSince: null, failure: Prisma.DbNull } : {}),
      },
    });
    const { name, language, topics, severity, connectionId, delivery, dailyAt, tellClosed, active, channel } = before;
    await audit(tx, shopId, actor, {
      action: 'recipient-changed',
      subject: nameOf(form.name),
      before: {
        name,
        language,
        topics,
        severity,
        connectionId,
        delivery,
        dailyAt,
        tellClosed,
        active,
        channel,
        address: before.address,
      },
      after: { ...shown(form, address), ...(moved ? { replaced: ['address'] } : {}) },
    });
    return { ok: true };
  });
}

/** Tells them no more; what waits to be sent to them is dropped. */
export function removeRecipient(shopId: number, actor: Actor, id: string): Promise<void> {
  return inShop(shopId, async (tx) => {
    const row = await find(tx, shopId, id);
    await tx.alertRecipient.delete({ where: { shopId_id: { shopId, id } } });
    await tx.alertDelivery.updateMany({
      where: { shopId, recipientId: id, state: 'pending' },
      data: { state: 'dropped', nextAttemptAt: null },
    });
    await audit(tx, shopId, actor, {
      action: 'recipient-removed',
      subject: nameOf(row.name),
      before: { address: row.address, delivery: row.delivery },
      after: null,
    });
  });
}

/** A new signing secret, answered this once. The old one signs beside it for a day. */
export function rotateSecret(shopId: number, actor: Actor, id: string): Promise<string> {
  return inShop(shopId, async (tx) => {
    const row = await find(tx, shopId, id);
    if (!row.sealed) throw new RejectedError('no-webhook', 'Only a webhook has a signing secret');
    const { url, secret: previous } = openSecrets(shopId, id, row.sealed);
    const secret = newSecret();
    const previousUntil = new Date(nowMs() + OVERLAP_MS).toISOString();
    await tx.alertRecipient.update({
      where: { shopId_id: { shopId, id } },
      data: { sealed: sealSecrets(shopId, id, { url, secret, previous, previousUntil }), updatedAt: now() },
    });
    await audit(tx, shopId, actor, { action: 'webhook-secret-rotated', subject: nameOf(row.name) });
    return secret;
  });
}

/** Sends a message that says nothing but that it arrived. */
export function sendTest(shopId: number, actor: Actor, id: string): Promise<string> {
  return inShop(shopId, async (tx) => putTestInOutbox(tx, actor, await find(tx, shopId, id)));
}
