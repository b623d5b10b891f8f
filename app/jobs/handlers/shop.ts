import { now } from '../../core/clock.ts';
import { asCrossdockError } from '../../core/errors.ts';
import { inShop, inSystem } from '../../db/scope.ts';
import { leaveAllPools } from '../../connections/shared-store/pool.ts';
import { redactCustomer, redactShop } from '../../privacy/redact.ts';
import { recordDataRequest } from '../../privacy/data-request.ts';
import { readShopDetails } from '../../shopify/install.ts';
import { forgetToken } from '../../shopify/sessions/offline-token.ts';
import { deleteSessionsOfShop } from '../../shopify/sessions/session-table.ts';
import { readSubject } from '../../sync/inbox/shop-events.ts';
import { refreshShop } from '../../sync/shop/refresh-shop.ts';
import type { JobPayload } from '../definitions.ts';

/** Whether the shop has the app no more: its token works no longer. Throws while Shopify can't be asked. */
async function isGone(domain: string): Promise<boolean> {
  return readShopDetails(domain).then(
    () => false,
    (thrown: unknown) => {
      const { kind, code } = asCrossdockError(thrown);
      if (kind === 'needs-merchant' && code !== 'shopify-scope-missing') return true;
      throw thrown;
    },
  );
}

const markUninstalled = (shopId: number) =>
  inShop(shopId, (tx) => tx.shop.updateMany({ where: { id: shopId, uninstalledAt: null }, data: { uninstalledAt: now() } }));

/** Uninstalled: tokens go at once, the merchant's settings stay for a reinstall until Shopify asks to redact them. */
async function uninstalled(shop: { id: number; domain: string }): Promise<void> {
  // Webhooks come in any order: one from before a reinstall changes nothing, and the token that works proves it.
  if (!(await isGone(shop.domain))) return;
  await markUninstalled(shop.id);
  await deleteSessionsOfShop(shop.domain);
  forgetToken(shop.domain);
  await leaveAllPools(shop.id);
}

/**
 * Shopify sends it 48 hours after an uninstall, once. News of the uninstall itself may never have come, so that the shop is asked; one that came back
 * meanwhile keeps what is its own. Answers whether the shop was redacted.
 */
async function redactUnlessBack(shop: { id: number; domain: string; uninstalledAt: Date | null }): Promise<boolean> {
  if (!shop.uninstalledAt) {
    if (!(await isGone(shop.domain))) return false;
    await markUninstalled(shop.id);
  }
  // What it had moved on a shared shelf belongs to those who stay; but that neither side can be asked keeps nothing of this shop.
  await leaveAllPools(shop.id, { whatever: true });
  await redactShop(shop.id);
  return true;
}

/** The life of a shop. Each event is done once; done again it changes nothing. */
export async function shop({ shopId, event, inboxKey, orderIds }: JobPayload<'shop'>): Promise<void> {
  const found = await inSystem('list-shops', (tx) =>
    tx.shop.findUnique({ where: { id: shopId }, select: { id: true, domain: true, uninstalledAt: true } }),
  );
  if (!found) return;
  const item = await inShop(shopId, (tx) =>
    tx.inboxItem.findUnique({ where: { shopId_key: { shopId, key: inboxKey } }, select: { subjectId: true, handledAt: true } }),
  );
  if (!item || item.handledAt) return;
  const customerId = readSubject(item.subjectId).id;
  switch (event) {
    case 'uninstalled':
      await uninstalled(found);
      break;
    case 'scopes-changed':
      if (!found.uninstalledAt) await refreshShop(found, 'shop');
      break;
    case 'customer-data-request':
      await recordDataRequest(shopId, customerId, orderIds);
      break;
    case 'customer-redact':
      await redactCustomer(shopId, customerId, orderIds);
      break;
    case 'shop-redact':
      if (await redactUnlessBack(found)) return;
      break;
    default:
      throw new Error(`Nothing handles the shop event "${event}"`);
  }
  await inShop(shopId, (tx) => tx.inboxItem.updateMany({ where: { shopId, key: inboxKey }, data: { handledAt: now() } }));
}
