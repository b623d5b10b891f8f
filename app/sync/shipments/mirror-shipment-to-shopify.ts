import { asCrossdockError, NeedsMerchantError, RejectedError, TransientError } from '../../core/errors.ts';
import { logger } from '../../core/logger.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { readSync } from '../../connections/syncs.ts';
import { inShop } from '../../db/scope.ts';
import { adminFor } from '../../shopify/client.ts';
import { withLease, type Lease } from '../inbox/lease.ts';
import { problemFromError } from '../problems/problems.ts';
import { gateFor } from '../writes/gate.ts';
import { cancelFulfilment, correctTracking, showsTracking } from './correct-fulfilments.ts';
import { fulfil, fulfilAgain, unsettledFulfilments, type FulfilmentIntent, type MirrorTools } from './fulfil.ts';
import { shopFulfilments, type OrderInShopify, type ShopFulfilments } from './order-in-shopify.ts';
import { afterFulfilment, planFulfilment, type Need } from './plan-fulfilment.ts';
import {
  loadShipment,
  partIsComplete,
  shipmentSubject,
  trackingOf,
  type ShipmentState,
  type StoredShipment,
} from './shipment-rows.ts';
import { beginPass, endPass, forgetFulfilments, takeElsewhere, takeFulfilment, takeTracking } from './shipment-progress.ts';

export interface ShipmentSettings {
  notifyCustomer: boolean;
  /** `complete`: nothing is mirrored until all lines of the part have shipped. */
  when: 'partial' | 'complete';
}

export interface MirrorOptions {
  /** The shop's fulfilments; through its Admin API unless told otherwise. */
  shopify?: ShopFulfilments;
  settings?: ShipmentSettings;
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

export type PreparedMirror = Required<Pick<MirrorOptions, 'shopify' | 'settings'>> & Pick<MirrorOptions, 'runId' | 'asked'>;

/** Fills in what a caller left open, once for many shipments. */
export async function prepare(live: LiveConnection, options: MirrorOptions): Promise<PreparedMirror> {
  return {
    ...options,
    shopify: options.shopify ?? shopFulfilments(adminFor(live.shop)),
    settings: options.settings ?? (await inShop(live.shop.id, (tx) => readSync(tx, live.shop.id, live.id, 'shipments'))).settings,
  };
}

/** The same, by one who holds the order's lease already. */
export async function mirrorUnderLease(
  live: LiveConnection,
  shipmentId: string,
  lease: Lease,
  { shopify, settings, runId, asked = false }: PreparedMirror,
): Promise<ShipmentState> {
  const shipment = await inShop(live.shop.id, (tx) => loadShipment(tx, live.shop.id, shipmentId));
  if (!shipment?.orderId || !shipment.partId) return 'problem';
  if (shipment.state === 'undone' && !asked) return 'undone';
  const tools: MirrorTools = { shopify, lease, notifyCustomer: settings.notifyCustomer, ...(runId ? { runId } : {}) };
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

/** One pass over one shipment. It holds what was read last, so that every step sees the one before. */
class MirrorPass {
  readonly #live: LiveConnection;
  readonly #orderId: string;
  readonly #tools: MirrorTools;
  readonly #settings: ShipmentSettings;
  #shipment: StoredShipment;
  #order: OrderInShopify | undefined;

  constructor(live: LiveConnection, orderId: string, shipment: StoredShipment, tools: MirrorTools, settings: ShipmentSettings) {
    this.#live = live;
    this.#orderId = orderId;
    this.#shipment = shipment;
    this.#tools = tools;
    this.#settings = settings;
  }

  end(state: ShipmentState, reasons: Reason[] = []): Promise<ShipmentState> {
    return endPass(this.#context, state, { reasons, order: this.#order });
  }

  async run(): Promise<ShipmentState> {
    const withheld = gateFor(this.#live, 'shopify');
    if (withheld && this.#shipment.state === 'withheld') return 'withheld';
    await beginPass(this.#context);
    const stopped = (await this.#settleEarlierAttempts()) ?? (await this.#takeBack());
    if (stopped) return stopped;
    if (this.#shipment.cancelled) return this.#endCancelled();
    if (this.#missing().length > 0) {
      if (this.#settings.when === 'complete' && !(await this.#partIsComplete()))
        return this.end('waiting', [{ code: 'part-not-complete', params: {} }]);
      const held = await this.#fulfilMissing();
      if (held) return held;
    }
    const uncorrected = await this.#correctTracking();
    if (uncorrected) return uncorrected;
    // After a recovery nothing was missing, so nothing was read; the part's open units are settled from what Shopify has now.
    if (this.#shipment.mirroredHash !== this.#shipment.hash) this.#order ??= await this.#tools.shopify.read(this.#orderId);
    return this.end('mirrored');
  }

  get #context(): Parameters<typeof endPass>[0] {
    return { live: this.#live, shipment: this.#shipment, orderId: this.#orderId, tools: this.#tools };
  }

  async #reload(): Promise<void> {
    const fresh = await inShop(this.#live.shop.id, (tx) => loadShipment(tx, this.#live.shop.id, this.#shipment.id));
    if (fresh) this.#shipment = fresh;
  }

  /** A crash or a lost answer left attempts open: they come first, because what is missing depends on how they ended. */
  async #settleEarlierAttempts(): Promise<ShipmentState | null> {
    for (const write of await unsettledFulfilments(this.#live.shop.id, this.#shipment)) {
      try {
        const done = await fulfilAgain(this.#live, this.#shipment, write, this.#tools);
        if (done.outcome === 'withheld') return this.end('withheld', [done.reason]);
        await takeFulfilment(this.#context, done.answer.fulfilmentId, write.after as unknown as FulfilmentIntent);
      } catch (thrown) {
        // It never landed and can't any more: the rest of the pass plans anew.
        if (!(thrown instanceof RejectedError)) throw thrown;
      }
      await this.#reload();
    }
    return null;
  }

  /** Cancelled, or reported with fewer units than are in Shopify: our fulfilments are taken back before anything else. */
  async #takeBack(): Promise<ShipmentState | null> {
    const { fulfilmentIds, cancelled, units } = this.#shipment;
    if (fulfilmentIds.length === 0 || !(cancelled || units.some(({ quantity, mirrored }) => mirrored > quantity))) return null;
    for (const fulfilmentId of fulfilmentIds) {
      try {
        const done = await cancelFulfilment(this.#live, this.#shipment, this.#orderId, fulfilmentId, this.#tools);
        if (done.outcome === 'withheld') return this.end('withheld', [done.reason]);
      } catch (thrown) {
        if (!(thrown instanceof RejectedError)) throw thrown;
        return this.end('problem', [
          { code: 'fulfilment-cancel-refused', params: { shipment: this.#shipment.remoteId, vendorText: thrown.vendorText } },
        ]);
      }
    }
    await forgetFulfilments(this.#context);
    await this.#reload();
    this.#order = await this.#tools.shopify.read(this.#orderId);
    return null;
  }

  #endCancelled(): Promise<ShipmentState> {
    const units = this.#shipment.units.reduce((sum, { elsewhere }) => sum + elsewhere, 0);
    if (units === 0) return this.end('cancelled');
    return this.end('problem', [
      { code: 'cancelled-but-fulfilled-elsewhere', params: { shipment: this.#shipment.remoteId, units } },
    ]);
  }

  #missing(): { lineId: string; quantity: number }[] {
    return this.#shipment.units
      .map(({ lineId, quantity, mirrored, elsewhere }) => ({ lineId, quantity: quantity - mirrored - elsewhere }))
      .filter(({ quantity }) => quantity > 0);
  }

  async #partIsComplete(): Promise<boolean> {
    const { id: shopId } = this.#live.shop;
    return inShop(shopId, (tx) => partIsComplete(tx, shopId, this.#shipment.partId));
  }

  async #needs(): Promise<Need[]> {
    const { id: shopId } = this.#live.shop;
    const partId = this.#shipment.partId ?? '';
    return inShop(shopId, async (tx) => {
      const part = await tx.part.findUniqueOrThrow({ where: { shopId_id: { shopId, id: partId } } });
      const lines = new Map((await tx.partLine.findMany({ where: { shopId, partId } })).map((line) => [line.lineId, line]));
      const links = await tx.locationLink.findMany({
        where: { shopId, connectionId: this.#live.id, facilityId: part.facilityId },
      });
      return this.#missing().map(({ lineId, quantity }) => {
        const line = lines.get(lineId);
        const locationIds = [
          ...new Set([line?.locationId ?? part.locationId, part.locationId, ...links.map(({ locationId }) => locationId)]),
        ];
        return { lineId, quantity, sku: line?.sku ?? '', locationIds };
      });
    });
  }

  /** What nobody of ours made in Shopify, and how much of it other shipments were already recognised in. */
  async #foreign(order: OrderInShopify): Promise<Pick<Parameters<typeof planFulfilment>[2], 'foreign' | 'claimed'>> {
    const { id: shopId } = this.#live.shop;
    return inShop(shopId, async (tx) => {
      const shipments = await tx.shipment.findMany({
        where: { shopId, orderId: this.#orderId },
        select: { id: true, fulfilmentIds: true },
      });
      const units = await tx.shipmentLine.findMany({
        where: { shopId, shipmentId: { in: shipments.map(({ id }) => id) }, elsewhere: { gt: 0 } },
      });
      const ours = new Set(shipments.flatMap(({ fulfilmentIds }) => fulfilmentIds));
      const claimed = new Map<string, number>();
      for (const { lineId, elsewhere } of units) claimed.set(lineId, (claimed.get(lineId) ?? 0) + elsewhere);
      return { foreign: order.fulfilments.filter(({ id, cancelled }) => !cancelled && !ours.has(id)), claimed };
    });
  }

  /** Null when everything is fulfilled, else the state the pass ends in. */
  async #fulfilMissing(): Promise<ShipmentState | null> {
    const tracking = trackingOf(this.#shipment);
    for (let attempt = 1; ; attempt += 1) {
      let order = await this.#tools.shopify.read(this.#orderId);
      this.#order = order;
      const plan = planFulfilment(await this.#needs(), order, { tracking, ...(await this.#foreign(order)) });
      await takeElsewhere(this.#context, plan.elsewhere);
      try {
        for (const call of plan.calls) {
          const done = await fulfil(this.#live, this.#shipment, order, call, tracking, this.#tools);
          if (done.outcome === 'withheld') return await this.end('withheld', [done.reason]);
          const { fulfilmentId } = done.answer;
          await takeFulfilment(this.#context, fulfilmentId, {
            ...call,
            orderId: this.#orderId,
            round: this.#shipment.round,
            tracking,
            notifyCustomer: this.#tools.notifyCustomer,
          });
          await this.#reload();
          order = done.again
            ? await this.#tools.shopify.read(this.#orderId)
            : afterFulfilment(order, call, fulfilmentId, tracking);
          this.#order = order;
        }
      } catch (thrown) {
        // Somebody changed the order between reading and writing: look once more before calling it a problem.
        if (!(thrown instanceof RejectedError) || attempt > 1) throw thrown;
        await this.#reload();
        continue;
      }
      await this.#reload();
      if (plan.blocked.length === 0) return null;
      const byCode = new Map(plan.blocked.map(({ reason }) => [reason.code, reason]));
      return this.end('problem', [...byCode.values()]);
    }
  }

  /** Null when every fulfilment of ours shows the tracking the back office reports. */
  async #correctTracking(): Promise<ShipmentState | null> {
    const { mirroredTracking, fulfilmentIds } = this.#shipment;
    const tracking = trackingOf(this.#shipment);
    // Tracking that disappeared in the back office is left standing: a number less never helps the customer.
    if (fulfilmentIds.length === 0 || tracking.length === 0) return null;
    if (showsTracking({ tracking: (mirroredTracking ?? []) as unknown as typeof tracking }, tracking)) return null;
    for (const fulfilmentId of fulfilmentIds) {
      const done = await correctTracking(this.#live, this.#shipment, this.#orderId, fulfilmentId, tracking, this.#tools);
      if (done.outcome === 'withheld') return this.end('withheld', [done.reason]);
    }
    await takeTracking(this.#context, tracking);
    await this.#reload();
    return null;
  }
}
