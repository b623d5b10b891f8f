import { now } from '../core/clock.ts';
import { asCrossdockError, type CrossdockError } from '../core/errors.ts';
import { logger } from '../core/logger.ts';
import { inShop } from '../db/scope.ts';
import { env } from '../env.server.ts';
import type { ShopRecord } from '../connectors/contract/index.ts';
import type { Registration } from './connection-health.ts';
import { findConnection } from './connections.ts';
import { openInboundToken } from './inbound-token.ts';
import { openConnection, type LiveConnection } from './open-connection.ts';

/** Where the back office reaches this connection. Holds a secret of ours. */
export const inboundAddress = (token: string): string => new URL(`/inbound/${token}`, env.SHOPIFY_APP_URL).href;

const tokenOf = (live: LiveConnection): Promise<string> =>
  inShop(live.shop.id, async (tx) => openInboundToken(await findConnection(tx, live.shop.id, live.id)));

async function shopRecord(live: LiveConnection): Promise<ShopRecord> {
  const shop = await inShop(live.shop.id, (tx) => tx.shop.findUniqueOrThrow({ where: { id: live.shop.id } }));
  return {
    shopifyShopId: shop.shopifyId,
    domain: shop.domain,
    name: shop.name,
    owner: shop.ownerName || null,
    plan: shop.plan || null,
    timeZone: shop.timeZone,
    currency: shop.currency,
    weightUnit: shop.weightUnit || null,
    countryCode: shop.country || null,
    storeId: live.storeId,
  };
}

/**
 * Arranges everything the back office offers beside the data: our address for its calls, the shop's own record. Can be repeated at any time:
 * after a connection test, daily, after a new address. A refusal is kept with the connection and shown; nothing else depends on it. A
 * deactivated connection and a dry run arrange nothing.
 */
export async function register(live: LiveConnection): Promise<void> {
  if (live.state === 'deactivated' || live.access === 'none' || live.dryRun) return;
  const { inbound, mirror } = live.connector;
  const made: Registration = { calls: 'none', record: null, failure: null, at: now().toISOString() };
  const refused = (thrown: unknown): CrossdockError => {
    const error = asCrossdockError(thrown);
    logger.warn({ error, connection: live.id }, 'The back office refused a registration');
    made.failure ??= { code: error.code, params: error.params };
    return error;
  };
  if (inbound?.subscribe) {
    made.calls = 'arranged';
    await inbound.subscribe(inboundAddress(await tokenOf(live))).catch((thrown: unknown) => {
      refused(thrown);
      made.calls = 'refused';
    });
  }
  if (mirror) {
    await mirror.register(await shopRecord(live)).then(
      ({ recordId: id, access, detail }) => (made.record = { id, access, detail }),
      (thrown: unknown) => refused(thrown),
    );
  }
  await inShop(live.shop.id, (tx) =>
    tx.connection.updateMany({ where: { shopId: live.shop.id, id: live.id }, data: { registration: { ...made } } }),
  );
}

/** Takes our address back: before it is replaced, or before the connection is deactivated. Its calls would only be turned away. */
export async function unregister(shopId: number, connectionId: string): Promise<void> {
  try {
    const live = await openConnection(shopId, connectionId);
    await live.connector.inbound?.unsubscribe?.(inboundAddress(await tokenOf(live)));
  } catch (thrown) {
    logger.warn({ error: asCrossdockError(thrown), connection: connectionId }, 'The address could not be taken back');
  }
}
