import { z } from 'zod';
import { now } from '../../core/clock.ts';
import { gid } from '../../core/gid.ts';
import { inShop, inSystem } from '../../db/scope.ts';
import { redactCustomer, redactShop } from '../../privacy/redact.ts';
import { recordDataRequest } from '../../privacy/data-request.ts';
import { forgetSessions } from '../../shopify/sessions/session-store.ts';
import { refreshShop } from '../../sync/shop/refresh-shop.ts';
import type { JobPayload } from '../definitions.ts';

const customerSubject = z.object({
  customer: z.object({ id: z.union([z.string(), z.number()]) }).optional(),
  orders_to_redact: z.array(z.union([z.string(), z.number()])).default([]),
  orders_requested: z.array(z.union([z.string(), z.number()])).default([]),
});

/** Uninstalled: tokens go at once, the merchant's settings stay for a reinstall until Shopify asks to redact them. */
async function uninstalled(shop: { id: number; domain: string }, triggeredAt: Date): Promise<void> {
  // A reinstall may have come first: news from before it changes nothing.
  const gone = await inShop(shop.id, (tx) => tx.shop.updateMany({ where: { id: shop.id, installedAt: { lte: triggeredAt } }, data: { uninstalledAt: now() } }));
  if (gone.count > 0) await forgetSessions(shop.domain);
}

/** The life of a shop. Each event is done once; done again it changes nothing. */
export async function shop({ shopId, event, inboxKey, subject }: JobPayload<'shop'>): Promise<void> {
  const found = await inSystem('list-shops', (tx) => tx.shop.findUnique({ where: { id: shopId }, select: { id: true, domain: true, uninstalledAt: true } }));
  if (!found) return;
  const item = await inShop(shopId, (tx) => tx.inboxItem.findUnique({ where: { shopId_key: { shopId, key: inboxKey } } }));
  const person = customerSubject.parse(subject);
  const customerId = person.customer ? gid('Customer', person.customer.id) : '';
  const orderIds = [...person.orders_to_redact, ...person.orders_requested].map((id) => gid('Order', id));
  switch (event) {
    case 'uninstalled':
      await uninstalled(found, item?.triggeredAt ?? item?.receivedAt ?? now());
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
      if (found.uninstalledAt) return redactShop(shopId);
      break;
    default:
      throw new Error(`Nothing handles the shop event "${event}"`);
  }
  await inShop(shopId, (tx) => tx.inboxItem.updateMany({ where: { shopId, key: inboxKey }, data: { handledAt: now() } }));
}
