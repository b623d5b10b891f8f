import { nowMs } from '../core/clock.ts';
import { inShop } from '../db/scope.ts';
import { vault } from '../db/vault.ts';

/** What of a webhook nobody may read: its whole address (some services put their key into it) and its signing secrets. */
export interface WebhookSecrets {
  url: string;
  secret: string;
  /** The secret before the last rotation, and until when it still signs (ISO 8601). */
  previous: string | null;
  previousUntil: string | null;
}

const contextOf = (shopId: number, id: string): string => `alert_recipient:${shopId}:${id}`;

export function sealSecrets(shopId: number, id: string, secrets: WebhookSecrets): Buffer<ArrayBuffer> {
  return vault().seal(JSON.stringify(secrets), contextOf(shopId, id));
}

export function openSecrets(shopId: number, id: string, sealed: Uint8Array): WebhookSecrets {
  return JSON.parse(vault().open(sealed, contextOf(shopId, id))) as WebhookSecrets;
}

/** The secrets that sign now, the newest first. */
export function signingSecrets({ secret, previous, previousUntil }: WebhookSecrets): string[] {
  return previous && previousUntil && Date.parse(previousUntil) > nowMs() ? [secret, previous] : [secret];
}

/** Seals every webhook's secrets with the newest encryption key. Answers how many were sealed. */
export function resealRecipients(shopId: number): Promise<number> {
  return inShop(shopId, async (tx) => {
    // Locked: a secret that is renewed meanwhile waits, and is not overwritten by the one before.
    const rows = await tx.$queryRaw<{ id: string; sealed: Uint8Array }[]>`
      SELECT id, sealed FROM alert_recipient WHERE shop_id = ${shopId} AND sealed IS NOT NULL ORDER BY id FOR UPDATE`;
    for (const { id, sealed } of rows) {
      const again = sealSecrets(shopId, id, openSecrets(shopId, id, sealed));
      await tx.alertRecipient.update({ where: { shopId_id: { shopId, id } }, data: { sealed: again } });
    }
    return rows.length;
  });
}
