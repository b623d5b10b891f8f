import { randomUUID } from 'node:crypto';
import { forgetCursors } from '../../connections/syncs.ts';
import { now } from '../../core/clock.ts';
import type { Tx } from '../../db/scope.ts';
import type { Installation } from '../../shopify/install.ts';
import { takeIn } from '../inbox/inbox.ts';

/**
 * What follows an installation, in its own transaction: the shop's locations and values are read, and after a reinstall every sync that
 * was on catches up at once.
 */
export async function welcomeShop(tx: Tx, { shop, first }: Installation): Promise<void> {
  for (const subjectKind of ['location', 'shop'] as const) {
    await takeIn(tx, shop.id, {
      key: `install ${subjectKind} ${randomUUID()}`,
      door: 'button',
      topic: 'installed',
      subjectKind,
      subjectId: shop.domain,
      triggeredAt: null,
    });
  }
  if (first) return;
  await tx.sync.updateMany({ where: { shopId: shop.id, enabled: true }, data: { nextDue: now() } });
  // while it was away nobody noted which levels changed
  await forgetCursors(tx, shop.id, 'inventory');
}
