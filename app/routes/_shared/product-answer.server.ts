import { listConnections } from '../../connections/connections.ts';
import { inShop } from '../../db/scope.ts';
import type { Locale } from '../../locales/catalogues.ts';
import { readRole } from '../../people/read-role.ts';
import { may } from '../../people/staff.ts';
import { readProductPage } from '../../sync/products/read-product-page.ts';
import { wordsIn } from './extension-answer.server.ts';

/** What the product block draws (`extensions/product-status`). Moments are ISO 8601; sentences are in the language asked for. */
export interface ProductExtensionAnswer {
  timeZone: string;
  /** Whether the shop has an active connection to a back office. */
  connected: boolean;
  /** Null while the product has not been seen. */
  product: { id: string; title: string } | null;
  backOffices: {
    name: string;
    enabled: boolean;
    variants: {
      title: string;
      code: string;
      state: string;
      record: string | null;
      lastSync: string | null;
      reason: string | null;
      problem: { title: string; fix: string } | null;
      stock: { facility: string; available: number | null }[];
    }[];
  }[];
  canSync: boolean;
  /** True while a run for chosen products is at work. */
  syncing: boolean;
}

/** Where one product stands, for the block on its page in the admin. */
export async function answerProduct(
  shop: { id: number; timeZone: string },
  userId: string,
  productId: string,
  locale: Locale,
): Promise<ProductExtensionAnswer> {
  const { timeZone } = shop;
  const words = await wordsIn(locale, timeZone);
  const connected = (await listConnections(shop.id)).some(({ state }) => state === 'active');
  const canSync = may({ role: await readRole(shop.id, userId) }, 'operator');
  const going = await inShop(shop.id, (tx) =>
    tx.run.count({
      where: {
        ...{ shopId: shop.id, sync: 'products', task: 'chosen' },
        state: { in: ['queued', 'running'] },
        argument: { contains: productId },
      },
    }),
  );
  const page = await readProductPage(shop.id, productId);
  return {
    timeZone,
    connected,
    product: page && { id: page.productId, title: page.title },
    backOffices: (page?.connections ?? []).map(({ name, enabled, connector, variants }) => ({
      name,
      enabled,
      variants: variants.map(({ title, code, state, remoteId, pushedAt, reason, problem, stock }) => ({
        ...{ title, code, state, record: remoteId, lastSync: pushedAt },
        reason: reason ? words.reason(reason.code, reason.params, connector) : null,
        problem: problem ? words.failure(problem.cause, problem.params, connector) : null,
        stock: stock.map(({ facilityName, available }) => ({ facility: facilityName, available })),
      })),
    })),
    canSync,
    syncing: going > 0,
  };
}
