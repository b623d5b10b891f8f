import { RejectedError, TransientError } from '../../core/errors.ts';
import type { ChangeVerdict, OrdersPort, RemoteOrder, SalesOrder } from '../contract/index.ts';
import type { Account } from './account.ts';
import { amendOrder } from './amend-order.ts';
import { closedItemStates } from './assumptions.ts';
import { openContacts } from './contacts.ts';
import { orderBody, type OrderRefs } from './convert-order.ts';
import { isOurs, remoteOrder, stateOf } from './order-state.ts';
import { partyOf, previewPeople } from './customers.ts';
import { orderIdOf, tailOf } from './ids.ts';
import { orderDetail, ordersWhere } from './order-read.ts';
import { productsBySku, skusOf } from './product-lookup.ts';
import { paymentTypesOf, shippingOf } from './reference-data.ts';
import type { OrderDetail, OrderRow } from './wire.ts';
import * as wire from './wire.ts';

const path = '/oms/orders';
const pathOf = (orderId: string) => `${path}/${encodeURIComponent(orderId)}`;

export function ordersPort(account: Account): OrdersPort {
  const { client, context, settings } = account;
  const { domain } = context.shop;

  async function asRemote(detail: OrderDetail, reference: string): Promise<RemoteOrder> {
    const products = detail.shipGroups.flatMap((group) => group.items.map(({ productId }) => productId));
    return remoteOrder(detail, reference, await skusOf(account, products));
  }

  async function read(remoteId: string): Promise<OrderDetail> {
    const detail = await orderDetail(account, remoteId);
    if (detail) return detail;
    throw new RejectedError('hotwax-record-gone', 'HotWax has no such order', { params: { path } });
  }

  /** Approved by an update: HotWax reserves and indexes on changes of state, not on creation. */
  async function approve(orderId: string, status: string | null, order: SalesOrder): Promise<void> {
    const mayBe = order.handedOver || (settings.approval === 'at-once' && !order.parked);
    if (!mayBe || status !== 'ORDER_CREATED') return;
    await client.write('PUT', pathOf(orderId), { orderId, statusId: 'ORDER_APPROVED' }, wire.anything);
  }

  /** Throws for a sale at the till that HotWax took and left open: nobody there has anything to do with it. */
  async function recorded(orderId: string, reference: string): Promise<RemoteOrder> {
    const sale = await asRemote(await read(orderId), reference);
    if (sale.state === 'shipped') return sale;
    throw new RejectedError('hotwax-till-sale-open', `HotWax took the sale ${reference} and didn't complete it`, {
      params: { reference, order: orderId },
    });
  }

  /** The order as it was taken, if it was. Throws when HotWax has the same Shopify order from somebody else. */
  async function existing(order: SalesOrder): Promise<OrderRow | null> {
    const rows = await ordersWhere(account, { externalId: tailOf(order.shopifyOrderId) });
    const mine = rows.find((row) => row.orderName === order.reference && isOurs(row, domain));
    if (mine) return mine;
    const foreign = rows.find((row) => !isOurs(row, domain) && row.statusId !== 'ORDER_CANCELLED');
    if (!foreign) return null;
    throw new RejectedError('hotwax-order-from-elsewhere', `HotWax took ${order.reference} from another integration`, {
      field: 'externalId',
      params: { reference: order.reference, order: foreign.orderId },
    });
  }

  async function answerFor(row: OrderRow, order: SalesOrder): Promise<RemoteOrder> {
    await approve(row.orderId, row.statusId, order);
    if (order.handedOver) return recorded(row.orderId, order.reference);
    return asRemote(await read(row.orderId), row.orderName ?? '');
  }

  async function productIdsOf(order: SalesOrder): Promise<OrderRefs['productIds']> {
    const products = await productsBySku(
      account,
      order.lines.map(({ sku }) => sku),
    );
    const unknown = [...new Set(order.lines.map(({ sku }) => sku))].filter((sku) => !products.has(sku));
    if (unknown.length > 0) {
      const sku = unknown.join(', ');
      throw new RejectedError('hotwax-product-unknown', `HotWax has no product ${sku}`, { field: 'sku', params: { sku } });
    }
    return new Map([...products].map(([sku, { productId }]) => [sku, productId]));
  }

  async function bodyFor(order: SalesOrder, people: () => Promise<Pick<OrderRefs, 'customerPartyId' | 'contacts'>>) {
    const [productIds, shipping, paymentTypes, companyPartyId] = await Promise.all([
      productIdsOf(order),
      shippingOf(account, order.shipping),
      paymentTypesOf(account, order.payments),
      account.company(),
    ]);
    // Last, so that a refused order leaves no customer behind.
    const { customerPartyId, contacts } = await people();
    return orderBody(
      order,
      { companyPartyId, customerPartyId, productIds, paymentTypes, contacts, ...shipping },
      { settings, domain },
    );
  }

  /** Sends an order that HotWax doesn't have, after its customer and addresses. */
  async function send(order: SalesOrder): Promise<RemoteOrder> {
    const contacts = openContacts(account, order);
    let body, orderId: string;
    try {
      body = await bodyFor(order, async () => {
        const customerPartyId = await partyOf(account, order);
        return { customerPartyId, contacts: await contacts.make(customerPartyId) };
      });
      ({ orderId } = await client.write('POST', path, body, wire.orderMade));
    } catch (error) {
      await contacts.keep();
      throw error;
    }
    await contacts.forget();
    await approve(orderId, 'ORDER_CREATED', order);
    if (order.handedOver) return recorded(orderId, order.reference);
    return {
      remoteId: orderId,
      remoteNumber: null,
      reference: order.reference,
      state: 'open',
      lines: order.lines.map(({ lineId, sku, quantity }) => ({ lineId, sku, quantity })),
      total: order.total.amount,
      facilityId: body.shipGroups.length === 1 ? order.facilityId : null,
      url: null,
    };
  }

  return {
    async preview(order) {
      const people = await previewPeople(account, order);
      const body = await bodyFor(order, () => Promise.resolve(people.refs));
      return [...people.calls, { call: `POST ${path}`, body }];
    },

    async create(order) {
      const before = await existing(order);
      if (before) {
        await openContacts(account, order).forget();
        return answerFor(before, order);
      }
      try {
        return await send(order);
      } catch (error) {
        // Our id is taken: by ourselves a moment ago. HotWax says so as a refusal or as a fault of its own.
        const doubtful =
          (error instanceof RejectedError && error.code !== 'hotwax-till-sale-open') ||
          (error instanceof TransientError && error.code === 'server-error');
        const taken = doubtful ? await existing(order) : null;
        if (taken) return answerFor(taken, order);
        throw error;
      }
    },

    async find(reference) {
      const detail = await orderDetail(account, orderIdOf(domain, reference));
      if (detail) return asRemote(detail, reference);
      // Where HotWax gave an id of its own, the order carries our mark.
      const marked = (await ordersWhere(account, { orderName: reference })).find((row) => isOurs(row, domain));
      return marked ? asRemote(await read(marked.orderId), reference) : null;
    },

    amend: (remoteId, order) => amendOrder(account, remoteId, order, { read, asRemote }),

    async cancel(remoteId): Promise<ChangeVerdict> {
      const before = await read(remoteId);
      const verdict = async (detail: OrderDetail, text: string): Promise<ChangeVerdict> =>
        stateOf(detail) === 'cancelled'
          ? { verdict: 'accepted', order: await asRemote(detail, detail.orderName ?? '') }
          : { verdict: 'too-late', state: stateOf(detail), text };
      const open = before.shipGroups.flatMap(({ shipGroupSeqId, items }) =>
        items
          .filter(({ itemStatusId }) => !closedItemStates.includes(itemStatusId ?? ''))
          .map(({ orderItemSeqId }) => ({ orderItemSeqId, shipGroupSeqId, reason: 'OTHER', comment: 'Cancelled in Shopify' })),
      );
      const left = 'HotWax has shipped it already.';
      if (open.length === 0) return verdict(before, left);
      try {
        await client.write('POST', `${pathOf(remoteId)}/items/cancel`, { items: open }, wire.anything);
      } catch (error) {
        if (!(error instanceof RejectedError)) throw error;
        return verdict(await read(remoteId), error.vendorText);
      }
      const after = await read(remoteId);
      return verdict(
        after,
        stateOf(after) === 'partly-shipped' ? 'HotWax has shipped a part of it; the rest was cancelled.' : left,
      );
    },
  };
}
