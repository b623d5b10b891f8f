import { now } from '../../core/clock.ts';
import { asCrossdockError } from '../../core/errors.ts';
import { inShop, inSystem } from '../../db/scope.ts';
import { leaveAllPools } from '../../connections/shared-store/pool.ts';
import { redactCustomer, redactShop } from '../../privacy/redact.ts';
import { recordDataRequest } from '../../privacy/data-request.ts';
import { readShopDetails } from '../../shopify/install.ts';
import { forgetToken } from '../../shopify/sessions/offline-token.ts';
import { deleteSessionsOfShop } from '../../shopify/sessions/session-table.ts';
import { refreshShop } from '../../sync/shop/refresh-shop.ts';
import type { JobPayload } from '../definitions.ts';

/** Uninstalled: tokens go at once, the merchant's settings stay for a reinstall until Shopify asks to redact them. */
async function uninstalled(shop: { id: number; domain: string }): Promise<void> {
  const still = await readShopDetails(shop.domain).then(
    () => true,
    (thrown: unknown) => {
      if (asCrossdockError(thrown).kind === 'needs-merchant') return false;
      throw thrown;
    },
  );
  // Webhooks come in any order: one from before a reinstall changes nothing, and the token that works proves it.
  if (still) return;
  await inShop(shop.id, (tx) => tx.shop.updateMany({ where: { id: shop.id }, data: { uninstalledAt: now() } }));
  await leaveAllPools(shop.id);
  await deleteSessionsOfShop(shop.domain);
  forgetToken(shop.domain);
}

/** The life of a shop. Each event is done once; done again it changes nothing. */
export async function shop({ shopId, event, inboxKey, orderIds }: JobPayload<'shop'>): Promise<void> {
  const found = await inSystem('list-shops', (tx) =>
    tx.shop.findUnique({ where: { id: shopId }, select: { id: true, domain: true, uninstalledAt: true } }),
  );
  if (!found) return;
  const item = await inShop(shopId, (tx) =>
    tx.inboxItem.findUnique({ where: { shopId_key: { shopId, key: inboxKey } }, select: { subjectId: true } }),
  );
  const customerId = item?.subjectId ?? '';
  switch (event) {
    case 'uninstalled':
      await uninstalled(found);
      break;
    case 'scopes-changed':
      await refreshShop(found, 'shop');
      break;
    case 'customer-data-request':
      await recordDataRequest(shopId, customerId, orderIds);
      break;
    case 'customer-redact':
      await redactCustomer(shopId, customerId, orderIds);
      break;
    case 'shop-redact':
      // Shopify sends it 48 hours after an uninstall; a shop that came back meanwhile keeps what is its own.
      if (found.uninstalledAt) {
        // What it had moved on a shared shelf belongs to those who stay.
        await leaveAllPools(shopId);
        return redactShop(shopId);
      }
      break;
    default:
      throw new Error(`Nothing handles the shop event "${event}"`);
  }
  await inShop(shopId, (tx) => tx.inboxItem.updateMany({ where: { shopId, key: inboxKey }, data: { handledAt: now() } }));
}
