import { NeedsMerchantError, RejectedError } from '../../core/errors.ts';
import type { ChangeVerdict, OrdersPort, RemoteOrder, SalesOrder } from '../contract/index.ts';
import { numericId, type Account } from './account.ts';
import { amendableStates, tillSale } from './assumptions.ts';
import { isSameOrder, orderBody, ownerOf, remoteOrder, stateOf, unitsOf, type OrderRefs } from './convert-order.ts';
import { productsBySku, skusOf } from './product-lookup.ts';
import { shippingMethodId } from './reference-data.ts';
import { thirdPartyOf, thirdPartyPreview } from './third-parties.ts';
import * as wire from './wire.ts';

const path = '/sales/orders';

/** Goods handed over at the till are an order that is over at once. */
const doorOf = ({ handedOver }: SalesOrder): string => (handedOver ? tillSale.path : path);

export function ordersPort(account: Account): OrdersPort {
  const { client, context, settings, owner } = account;
  const { domain, timeZone: zone } = context.shop;

  const asRemote = async (order: wire.SalesOrder): Promise<RemoteOrder> => remoteOrder(order, await skusOf(account, order.items));

  async function findByNumber(reference: string): Promise<wire.SalesOrder | null> {
    const found = await client.list(path, 'sales_orders', wire.salesOrder, { order_num: reference });
    return found.find(({ order_num: number }) => number === reference) ?? null;
  }

  async function read(remoteId: string): Promise<wire.SalesOrder> {
    const order = await client.get(`${path}/${remoteId}`, wire.salesOrder);
    if (order) return order;
    throw new RejectedError('pulpo-record-gone', 'PULPO has no such order', { params: { path } });
  }

  /** The order with our number, if it is ours. Throws when the number is taken by another order. */
  async function existing(order: SalesOrder): Promise<RemoteOrder | null> {
    const found = await findByNumber(order.reference);
    if (!found) return null;
    if (isSameOrder(found, order, domain, await skusOf(account, found.items))) return asRemote(found);
    throw new RejectedError('pulpo-order-number-taken', `Another order has the number ${order.reference}`, {
      field: 'order_num',
      params: { reference: order.reference },
    });
  }

  async function productIdsOf(order: SalesOrder): Promise<OrderRefs['productIds']> {
    const products = await productsBySku(
      account,
      order.lines.map(({ sku }) => sku),
    );
    const unknown = [...new Set(order.lines.map(({ sku }) => sku))].filter((sku) => !products.has(sku));
    if (unknown.length > 0) {
      const skus = unknown.join(', ');
      throw new RejectedError('pulpo-product-unknown', `PULPO has no product with SKU ${skus}`, {
        field: 'sku',
        params: { sku: skus },
      });
    }
    return new Map([...products].map(([sku, { id }]) => [sku, Number(id)]));
  }

  async function bodyOf(order: SalesOrder, thirdParty: () => Promise<number | null>) {
    const warehouseId = numericId(order.facilityId);
    if (warehouseId === null) {
      throw new NeedsMerchantError('pulpo-warehouse-unknown', 'Not a warehouse of PULPO', {
        params: { warehouse: order.facilityId },
      });
    }
    const [productIds, shippingMethod] = await Promise.all([
      productIdsOf(order),
      shippingMethodId(account, order.shipping?.method ?? null),
    ]);
    // Last, so that a refused order leaves no customer behind.
    const thirdPartyId = await thirdParty();
    const refs: OrderRefs = { thirdPartyId, warehouseId, shippingMethodId: shippingMethod, productIds };
    return { ...orderBody(order, refs, { settings, domain, zone }), ...owner };
  }

  /** A refusal by state, told apart from a refusal of what was sent by looking again. */
  async function tooLate(remoteId: string, refused: unknown): Promise<ChangeVerdict | null> {
    const text =
      refused instanceof RejectedError ? refused.vendorText : refused instanceof NeedsMerchantError ? refused.message : null;
    if (text === null) return null;
    const order = await read(remoteId);
    return amendableStates.includes(order.state) ? null : { verdict: 'too-late', state: stateOf(order), text };
  }

  const theirs = (order: SalesOrder) => async () => Number(await thirdPartyOf(account, order));

  return {
    async preview(order) {
      const { id, made } = await thirdPartyPreview(account, order);
      const body = await bodyOf(order, () => Promise.resolve(id));
      return [...(made ? [{ call: 'POST /iam/third_parties', body: made }] : []), { call: `POST ${doorOf(order)}`, body }];
    },

    async create(order) {
      const before = await existing(order);
      if (before) return before;
      const body = await bodyOf(order, theirs(order));
      try {
        const made = await client.write('POST', doorOf(order), body, wire.salesOrder);
        return await asRemote(made);
      } catch (error) {
        if (!(error instanceof RejectedError) || error.field !== 'order_num') throw error;
        // The number is taken: by ourselves a moment ago, or by somebody else.
        const taken = await existing(order);
        if (taken) return taken;
        throw error;
      }
    },

    async find(reference) {
      const found = await findByNumber(reference);
      return found && ownerOf(found, domain) !== 'other' ? asRemote(found) : null;
    },

    async amend(remoteId, order) {
      const before = await read(remoteId);
      if (!amendableStates.includes(before.state)) {
        return {
          verdict: 'too-late',
          state: stateOf(before),
          text: `PULPO changes orders only while they are in queue; this one is in state ${before.state}.`,
        };
      }
      const body = await bodyOf(order, theirs(order));
      try {
        await client.write('PUT', `${path}/${remoteId}`, body, wire.salesOrder);
      } catch (error) {
        const verdict = await tooLate(remoteId, error);
        if (verdict) return verdict;
        throw error;
      }
      const after = await asRemote(await read(remoteId));
      if (unitsOf(after.lines) === unitsOf(order.lines)) return { verdict: 'accepted', order: after };
      throw new RejectedError('pulpo-change-not-kept', 'PULPO took the change, but shows other lines', {
        params: { reference: order.reference },
      });
    },

    async cancel(remoteId) {
      try {
        await client.write('POST', `${path}/${remoteId}/cancel`, undefined, wire.anything);
      } catch (error) {
        if (!(error instanceof RejectedError)) throw error;
        const order = await read(remoteId);
        if (order.state !== 'cancelled') return { verdict: 'too-late', state: stateOf(order), text: error.vendorText };
      }
      const after = await read(remoteId);
      if (after.state === 'cancelled') return { verdict: 'accepted', order: await asRemote(after) };
      return { verdict: 'too-late', state: stateOf(after), text: `PULPO keeps the order in state ${after.state}.` };
    },
  };
}
