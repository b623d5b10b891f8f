import { RejectedError } from '../../core/errors.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { SyncSettings } from '../../connections/sync-settings.ts';
import type { Reason, Tracking } from '../../connectors/contract/index.ts';
import { inShop } from '../../db/scope.ts';
import { gateFor } from '../writes/gate.ts';
import { cancelFulfilment, correctTracking, showsTracking } from './correct-fulfilments.ts';
import { dressTracking } from './dress-tracking.ts';
import { foreignUnits, shipmentsOfOrder, type ForeignUnits } from './foreign-units.ts';
import { fulfil, fulfilAgain, unsettledFulfilments, type FulfilmentIntent, type MirrorTools } from './fulfil.ts';
import { locationOfFacility, moveUnits } from './move-units.ts';
import { lotLine } from './lot-line.ts';
import { noteLots } from './note-lots.ts';
import type { OrderInShopify } from './order-in-shopify.ts';
import { afterFulfilment, planFulfilment, type Need } from './plan-fulfilment.ts';
import {
  beginPass,
  endPass,
  forgetFulfilments,
  noteMove,
  takeElsewhere,
  takeFulfilment,
  takeTracking,
} from './shipment-progress.ts';
import {
  connectionLocations,
  facilityLocations,
  loadShipment,
  partIsComplete,
  trackingOf,
  type ShipmentState,
  type StoredShipment,
} from './shipment-rows.ts';

/** One pass over one shipment. It holds what was read last, so that every step sees the one before. */
export class MirrorPass {
  readonly #live: LiveConnection;
  readonly #orderId: string;
  readonly #tools: MirrorTools;
  readonly #settings: SyncSettings<'shipments'>;
  #shipment: StoredShipment;
  /** Of what the pass began with. */
  readonly #hash: string;
  #order: OrderInShopify | undefined;

  constructor(
    live: LiveConnection,
    orderId: string,
    shipment: StoredShipment,
    tools: MirrorTools,
    settings: SyncSettings<'shipments'>,
  ) {
    this.#live = live;
    this.#orderId = orderId;
    this.#shipment = shipment;
    this.#hash = shipment.hash;
    this.#tools = tools;
    this.#settings = settings;
  }

  end(state: ShipmentState, reasons: Reason[] = []): Promise<ShipmentState> {
    return endPass(this.#context, state, { hash: this.#hash, reasons, order: this.#order });
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
    const uncorrected = (await this.#correctTracking()) ?? (await this.#noteLots());
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
    const { id: shopId } = this.#live.shop;
    for (const write of await inShop(shopId, (tx) => unsettledFulfilments(tx, shopId, [this.#shipment]))) {
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
    this.#order = await this.#tools.shopify.read(this.#orderId);
    await forgetFulfilments(this.#context, this.#order);
    await this.#reload();
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

  /** The parcel's tracking as Shopify is told it. */
  #tracking(): Tracking[] {
    return dressTracking(trackingOf(this.#shipment), this.#tools.carriers);
  }

  /** Another facility shipped than the order was given to: where the merchant wants that, its units go to that facility's location first. */
  async #moveToShipper(
    order: OrderInShopify,
  ): Promise<{ order: OrderInShopify; locationId: string } | { held: ShipmentState } | null> {
    const { facilityId, partId } = this.#shipment;
    if (this.#settings.otherFacility !== 'move' || !facilityId || !partId) return null;
    const { id: shopId } = this.#live.shop;
    const part = await inShop(shopId, (tx) => tx.part.findUniqueOrThrow({ where: { shopId_id: { shopId, id: partId } } }));
    const locationId = part.facilityId === facilityId ? null : await locationOfFacility(this.#live, facilityId);
    if (locationId === null) return null;
    const moved = await moveUnits(this.#live, this.#shipment, order, await this.#needs(), locationId, this.#tools);
    if (moved.outcome === 'withheld') return { held: await this.end('withheld', [moved.reason]) };
    if (moved.outcome === 'refused') {
      await noteMove(this.#context, 'fulfilment-move-refused', { location: locationId, vendorText: moved.vendorText });
      return null;
    }
    if (moved.units > 0) await noteMove(this.#context, 'fulfilment-moved', { location: locationId, units: moved.units });
    return { order: moved.order, locationId };
  }

  /** Null when the parcel's lot and serial numbers stand in the order's note, or needn't. */
  async #noteLots(): Promise<ShipmentState | null> {
    if (!this.#settings.lotNumbers) return null;
    const line = lotLine({ note: this.#shipment.note, tracking: trackingOf(this.#shipment) });
    if (line === null) return null;
    const withheld = await noteLots(this.#live, this.#shipment, this.#orderId, line, this.#tools);
    return withheld ? this.end('withheld', [withheld]) : null;
  }

  async #needs(first?: string): Promise<Need[]> {
    const { id: shopId } = this.#live.shop;
    const partId = this.#shipment.partId ?? '';
    return inShop(shopId, async (tx) => {
      const part = await tx.part.findUniqueOrThrow({ where: { shopId_id: { shopId, id: partId } } });
      const lines = new Map((await tx.partLine.findMany({ where: { shopId, partId } })).map((line) => [line.lineId, line]));
      const locations = await facilityLocations(tx, shopId, part);
      const { facilityId } = this.#shipment;
      const from = facilityId === null ? [] : await facilityLocations(tx, shopId, { ...part, facilityId });
      const all = await connectionLocations(tx, shopId, part.connectionId);
      return this.#missing().map(({ lineId, quantity }) => {
        const line = lines.get(lineId);
        // A line that several places ship: the one that shipped it first, then any.
        const shared = (line?.elsewhere ?? 0) > 0 ? [...from.filter((id) => id !== part.locationId), ...from, ...all] : [];
        const locationIds = [
          ...new Set([...(first ? [first] : []), ...shared, line?.locationId ?? part.locationId, ...locations]),
        ];
        return { lineId, quantity, sku: line?.sku ?? '', locationIds };
      });
    });
  }

  async #foreign(order: OrderInShopify): Promise<ForeignUnits> {
    const { id: shopId } = this.#live.shop;
    return inShop(shopId, async (tx) => foreignUnits(tx, order, shopId, await shipmentsOfOrder(tx, shopId, this.#orderId)));
  }

  /** Null when everything is fulfilled, else the state the pass ends in. */
  async #fulfilMissing(): Promise<ShipmentState | null> {
    const tracking = this.#tracking();
    for (let attempt = 1; ; attempt += 1) {
      let order = await this.#tools.shopify.read(this.#orderId);
      this.#order = order;
      const away = await this.#moveToShipper(order);
      if (away && 'held' in away) return away.held;
      order = away?.order ?? order;
      this.#order = order;
      const plan = planFulfilment(await this.#needs(away?.locationId), order, { tracking, ...(await this.#foreign(order)) });
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
    const tracking = this.#tracking();
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
