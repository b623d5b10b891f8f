import { asCrossdockError, NeedsMerchantError, RejectedError, TransientError } from '../../core/errors.ts';
import { logger } from '../../core/logger.ts';
import { listCarrierRules, type CarrierRule } from '../../connections/carrier-rules.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { SyncSettings } from '../../connections/sync-settings.ts';
import { readSync } from '../../connections/syncs.ts';
import { inShop } from '../../db/scope.ts';
import { adminFor } from '../../shopify/client.ts';
import { withLease, type Lease } from '../inbox/lease.ts';
import { problemFromError } from '../problems/problems.ts';
import type { MirrorTools } from './fulfil.ts';
import { MirrorPass } from './mirror-pass.ts';
import { shopFulfilments, type ShopFulfilments } from './order-in-shopify.ts';
import { loadShipment, shipmentSubject, type ShipmentState } from './shipment-rows.ts';

export interface MirrorOptions {
  /** The shop's fulfilments; through its Admin API unless told otherwise. */
  shopify?: ShopFulfilments;
  settings?: SyncSettings<'shipments'>;
  runId?: string;
  /** A person asked: also what was cancelled in Shopify by hand is mirrored again. */
  asked?: boolean;
}

/** Everything that writes fulfilments or refunds of one order does so alone. */
export const orderLeaseKey = (orderId: string): string => `order ${orderId}`;

/**
 * Brings one shipment to Shopify as fulfilments: what is missing is made, corrected tracking passed on, a cancelled shipment taken back. May be called any number of
 * times, at any moment, after any crash. What stands in the way becomes a named problem; throws only what is worth trying again by itself (TransientError) and what
 * stops the whole connection.
 */
export async function mirrorShipmentToShopify(
  live: LiveConnection,
  shipmentId: string,
  options: MirrorOptions = {},
): Promise<ShipmentState> {
  const shipment = await inShop(live.shop.id, (tx) => loadShipment(tx, live.shop.id, shipmentId));
  if (!shipment)
    throw new RejectedError('shipment-gone', 'The shipment is not known any more', { params: { shipment: shipmentId } });
  const { orderId } = shipment;
  if (!orderId) return 'problem';
  const ready = await prepare(live, options);
  return withLease(live.shop.id, orderLeaseKey(orderId), (lease) => mirrorUnderLease(live, shipmentId, lease, ready));
}

export type PreparedMirror = Required<Pick<MirrorOptions, 'shopify' | 'settings'>> &
  Pick<MirrorOptions, 'runId' | 'asked'> & { carriers: readonly CarrierRule[] };

/** Fills in what a caller left open, once for many shipments. */
export async function prepare(live: LiveConnection, options: MirrorOptions): Promise<PreparedMirror> {
  return {
    ...options,
    shopify: options.shopify ?? shopFulfilments(adminFor(live.shop)),
    settings: options.settings ?? (await inShop(live.shop.id, (tx) => readSync(tx, live.shop.id, live.id, 'shipments'))).settings,
    carriers: await inShop(live.shop.id, (tx) => listCarrierRules(tx, live.shop.id, live.id)),
  };
}

/** The same, by one who holds the order's lease already. */
export async function mirrorUnderLease(
  live: LiveConnection,
  shipmentId: string,
  lease: Lease,
  { shopify, settings, carriers, runId, asked = false }: PreparedMirror,
): Promise<ShipmentState> {
  const shipment = await inShop(live.shop.id, (tx) => loadShipment(tx, live.shop.id, shipmentId));
  if (!shipment?.orderId || !shipment.partId) return 'problem';
  if (shipment.state === 'undone' && !asked) return 'undone';
  const tools: MirrorTools = { shopify, lease, notifyCustomer: settings.notifyCustomer, carriers, ...(runId ? { runId } : {}) };
  const pass = new MirrorPass(live, shipment.orderId, shipment, tools, settings);
  try {
    return await pass.run();
  } catch (thrown) {
    const error = asCrossdockError(thrown);
    if (error instanceof TransientError || (error instanceof NeedsMerchantError && error.scope === 'connection')) throw thrown;
    if (error.kind === 'bug')
      logger.error({ error: thrown, shop: live.shop.domain, shipmentId }, 'A shipment could not be mirrored');
    const { cause, params = {} } = problemFromError(thrown, {
      connectionId: live.id,
      sync: 'shipments',
      subject: shipmentSubject(shipment),
    });
    return pass.end('problem', [{ code: cause, params }]);
  }
}
