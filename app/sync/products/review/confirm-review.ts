import { now } from '../../../core/clock.ts';
import { RejectedError } from '../../../core/errors.ts';
import type { Tx } from '../../../db/scope.ts';
import { readSync, switchSync } from '../../../connections/syncs.ts';
import type { Reason } from '../../../connectors/contract/index.ts';
import type { Actor } from '../../../people/actor.ts';
import { audit } from '../../../people/audit.ts';
import type { ReviewReport } from './review-report.ts';

/** Whether a report was made under the settings in force. */
export function isOutdated({ rules }: ReviewReport, settings: ReviewReport['rules']): boolean {
  return (
    rules.identifier !== settings.identifier ||
    rules.identifierFallback !== settings.identifierFallback ||
    rules.physicalOnly !== settings.physicalOnly
  );
}

/**
 * The yes to a review: noted with who gave it, and the sync is switched on. Throws RejectedError('review-outdated') where the settings changed since;
 * what else is missing is answered as for every switch.
 */
export async function confirmReview(
  tx: Tx,
  shopId: number,
  actor: Actor,
  connectionId: string,
): Promise<{ ok: true } | { ok: false; missing: Reason[] }> {
  const where = { shopId_connectionId: { shopId, connectionId } };
  const review = await tx.productReview.findUnique({ where });
  const { settings } = await readSync(tx, shopId, connectionId, 'products');
  if (!review || isOutdated(review.report as unknown as ReviewReport, settings)) {
    throw new RejectedError('review-outdated', 'The settings changed since both sides were looked at');
  }
  await tx.productReview.update({ where, data: { confirmedAt: now(), confirmedBy: actor.userName } });
  const switched = await switchSync(tx, shopId, actor, connectionId, 'products', true);
  if (!switched.ok) {
    await tx.productReview.update({ where, data: { confirmedAt: null, confirmedBy: null } });
    return switched;
  }
  const { shopify, backOffice } = review.report as unknown as ReviewReport;
  await audit(tx, shopId, actor, {
    action: 'product-review-confirmed',
    subject: 'sync products',
    connectionId,
    after: { variants: shopify.going, found: backOffice.looked?.found ?? null },
  });
  return switched;
}
