import { TransientError } from '../../core/errors.ts';

interface ModelLine {
  id: string;
  sku: string;
  quantity: number;
  price: number;
}

interface ModelFulfilmentOrder {
  id: string;
  orderId: string;
  status: string;
  locationId: string;
  lines: { id: string; lineId: string; total: number; remaining: number }[];
}

interface ModelFulfilment {
  id: string;
  orderId: string;
  status: string;
  locationId: string;
  tracking: { number: string; company: string | null; url: string | null }[];
  lines: { lineId: string; quantity: number; foLineId: string }[];
  notified: boolean;
}

interface ModelRefund {
  id: string;
  orderId: string;
  note: string | null;
  amount: number;
  shipping: number;
  notified: boolean;
  lines: { lineId: string; quantity: number; restockType: string; locationId: string | null }[];
}

interface ModelReturn {
  id: string;
  name: string;
  orderId: string;
  status: string;
  lines: { id: string; fulfilledId: string; lineId: string; quantity: number; processed: number; note: string }[];
  /** For other goods. */
  exchange: boolean;
}

interface ProcessInput {
  returnId: string;
  note: string;
  notifyCustomer: boolean;
  returnLineItems: {
    id: string;
    quantity: number;
    dispositions?: {
      reverseFulfillmentOrderLineItemId: string;
      quantity: number;
      dispositionType: string;
      locationId?: string;
    }[];
  }[];
  refundShipping?: { fullRefund?: boolean };
  financialTransfer?: { issueRefund?: { orderTransactions: { transactionAmount: { amount: string } }[] } };
}

type Fault = 'lost-request' | 'lost-answer';
type Variables = Record<string, unknown>;

interface CreateInput {
  lineItemsByFulfillmentOrder: { fulfillmentOrderId: string; fulfillmentOrderLineItems: { id: string; quantity: number }[] }[];
  trackingInfo?: TrackingInput;
  notifyCustomer: boolean;
}

interface TrackingInput {
  number?: string;
  numbers?: string[];
  company?: string;
  url?: string;
  urls?: string[];
}

interface RefundInput {
  orderId: string;
  note?: string;
  notify?: boolean;
  shipping?: { fullRefund?: boolean };
  transactions?: { amount: string }[];
  refundLineItems: { lineItemId: string; quantity: number; restockType: string; locationId?: string }[];
}

/** The variables of all operations together; each has those it declares. */
interface Input {
  id: string;
  after?: string | null;
  fulfillment: CreateInput;
  fulfillmentId: string;
  trackingInfoInput: TrackingInput;
  orderId: string;
  lines: { id: string; lineItemId: string; quantity: number }[];
  newLocationId: string;
  note: string;
  query: string;
  returnInput: {
    orderId: string;
    returnLineItems: { fulfillmentLineItemId: string; quantity: number; returnReasonNote?: string }[];
  };
  refundShipping: boolean;
  input: RefundInput;
  key: string;
}

const money = (amount: number) => {
  const one = { amount: (amount / 100).toFixed(2), currencyCode: 'EUR' };
  return { shopMoney: one, presentmentMoney: one };
};
const noMore = { hasNextPage: false, endCursor: null };

/**
 * A small Shopify in memory that answers the operations of shipments and returns: fulfilment orders with remaining quantities, fulfilments, refunds. It keeps
 * Shopify's rules (one location a call, nothing beyond what remains, nothing on hold, an idempotency key answered once) and can lose a request or an answer.
 */
export class ShopifyModel {
  readonly shop = { id: 0, domain: 'model.myshopify.com' };
  readonly calls: string[] = [];
  fulfilmentOrders: ModelFulfilmentOrder[] = [];
  fulfilments: ModelFulfilment[] = [];
  refunds: ModelRefund[] = [];
  returns: ModelReturn[] = [];
  readonly orders = new Map<string, { name: string; lines: ModelLine[]; shipping: number; paid: boolean }>();
  /** What each cancelled order was cancelled with. */
  readonly cancellations = new Map<string, Variables>();
  refusesCancel = false;
  readonly notes = new Map<string, string>();
  /** Locations where an item isn't stocked: Shopify moves nothing there. */
  readonly notStockedAt = new Set<string>();
  readonly faults: { operation: string; kind: Fault }[] = [];
  readonly #keys = new Map<string, { input: string; answer: unknown }>();
  #next = 1;

  id(type: string): string {
    this.#next += 1;
    return `gid://shopify/${type}/${this.#next}`;
  }

  addOrder(orderId: string, name: string, lines: (ModelLine & { locationId: string })[]): void {
    this.orders.set(orderId, { name, lines, shipping: 500, paid: true });
    for (const locationId of new Set(lines.map((line) => line.locationId))) {
      this.addFulfilmentOrder(
        orderId,
        locationId,
        lines.filter((line) => line.locationId === locationId).map(({ id, quantity }) => ({ lineId: id, quantity })),
      );
    }
  }

  addFulfilmentOrder(orderId: string, locationId: string, lines: { lineId: string; quantity: number }[]): ModelFulfilmentOrder {
    const one: ModelFulfilmentOrder = {
      id: this.id('FulfillmentOrder'),
      orderId,
      status: 'OPEN',
      locationId,
      lines: lines.map(({ lineId, quantity }) => ({
        id: this.id('FulfillmentOrderLineItem'),
        lineId,
        total: quantity,
        remaining: quantity,
      })),
    };
    this.fulfilmentOrders.push(one);
    return one;
  }

  /** Every unit of the order left and is fulfilled, by whomever. */
  fulfilAll(orderId: string): void {
    for (const one of this.fulfilmentOrders.filter((each) => each.orderId === orderId)) {
      for (const line of one.lines) line.remaining = 0;
      one.status = 'CLOSED';
    }
  }

  /** As a merchant would: a new fulfilment order with a new id takes the place of what remains. */
  move(one: ModelFulfilmentOrder, locationId: string): ModelFulfilmentOrder {
    const moved = this.addFulfilmentOrder(
      one.orderId,
      locationId,
      one.lines.map(({ lineId, remaining }) => ({ lineId, quantity: remaining })),
    );
    for (const line of one.lines) line.remaining = 0;
    one.status = 'CLOSED';
    return moved;
  }

  /** Somebody fulfils in Shopify admin. */
  fulfilByHand(orderId: string, lines: { lineId: string; quantity: number }[], number = ''): ModelFulfilment {
    const taken = lines.map(({ lineId, quantity }) => {
      const line = this.fulfilmentOrders
        .filter((one) => one.orderId === orderId)
        .flatMap((one) => one.lines)
        .find((one) => one.lineId === lineId && one.remaining >= quantity);
      if (!line) throw new Error('nothing to fulfil by hand');
      line.remaining -= quantity;
      return { lineId, quantity, foLineId: line.id };
    });
    return this.#addFulfilment(orderId, 'by-hand', taken, number ? [{ number, company: null, url: null }] : [], false);
  }

  /** Shopify forgets idempotency keys after a day. */
  forgetKeys(): void {
    this.#keys.clear();
  }

  of(orderId: string): ModelFulfilment[] {
    return this.fulfilments.filter((one) => one.orderId === orderId && one.status !== 'CANCELLED');
  }

  /** Units of the order fulfilled, by line. */
  fulfilled(orderId: string): Record<string, number> {
    const units: Record<string, number> = {};
    for (const { lineId, quantity } of this.of(orderId).flatMap(({ lines }) => lines))
      units[lineId] = (units[lineId] ?? 0) + quantity;
    return units;
  }

  failNext(operation: string, kind: Fault): void {
    this.faults.push({ operation, kind });
  }

  async run(document: { toString(): string }, variables: Variables): Promise<never> {
    const [, kind, operation = ''] = /(query|mutation) (\w+)/.exec(document.toString()) ?? [];
    this.calls.push(operation);
    const at = this.faults.findIndex((fault) => fault.operation === operation);
    const [fault] = at < 0 ? [] : this.faults.splice(at, 1);
    const lost = () => new TransientError('shopify-no-answer', 'Shopify did not answer', { mayHaveLanded: kind === 'mutation' });
    if (fault?.kind === 'lost-request') throw lost();
    await Promise.resolve();
    const answer = this.#answer(operation, variables as unknown as Input);
    if (fault) throw lost();
    return structuredClone(answer) as never;
  }

  #addFulfilment(
    orderId: string,
    locationId: string,
    lines: ModelFulfilment['lines'],
    tracking: ModelFulfilment['tracking'],
    notified: boolean,
  ): ModelFulfilment {
    const made: ModelFulfilment = {
      id: this.id('Fulfillment'),
      orderId,
      status: 'SUCCESS',
      locationId,
      tracking,
      lines,
      notified,
    };
    this.fulfilments.push(made);
    for (const one of this.fulfilmentOrders)
      if (one.orderId === orderId && one.lines.every(({ remaining }) => remaining === 0)) one.status = 'CLOSED';
    return made;
  }

  #answer(operation: string, variables: Input): unknown {
    switch (operation) {
      case 'OrderFulfilments':
        return this.#readFulfilments(variables.id);
      case 'OrderFulfilmentOrders':
        return this.#readFulfilmentOrders(variables.id, variables.after ?? null);
      case 'FulfilmentCreate':
        return { fulfillmentCreate: this.#create(variables.fulfillment) };
      case 'FulfilmentTrackingUpdate': {
        const found = this.fulfilments.find(({ id }) => id === variables.fulfillmentId);
        if (found) found.tracking = readTracking(variables.trackingInfoInput);
        return {
          fulfillmentTrackingInfoUpdate: found
            ? { fulfillment: { id: found.id }, userErrors: [] }
            : refused('no such fulfilment'),
        };
      }
      case 'FulfilmentCancel':
        return { fulfillmentCancel: this.cancel(variables.id) };
      case 'FulfilmentOrderMove':
        return { fulfillmentOrderMove: this.#moveSome(variables.id, variables.newLocationId, variables.lines) };
      case 'OrderNote':
        return { order: this.orders.has(variables.id) ? { id: variables.id, note: this.notes.get(variables.id) ?? null } : null };
      case 'OrderNoteUpdate':
        this.notes.set(variables.id, variables.note);
        return { orderUpdate: { order: { id: variables.id }, userErrors: [] } };
      case 'OrderCancelState': {
        const fulfilled = this.of(variables.id).length > 0;
        const order = { id: variables.id, cancelledAt: this.cancellations.has(variables.id) ? '2026-11-21T00:00:00Z' : null };
        return { order: { ...order, displayFulfillmentStatus: fulfilled ? 'PARTIALLY_FULFILLED' : 'UNFULFILLED' } };
      }
      case 'OrderCancel': {
        const { orderId } = variables;
        if (this.refusesCancel)
          return { orderCancel: { job: null, orderCancelUserErrors: [{ field: null, message: 'has open returns' }] } };
        this.cancellations.set(orderId, variables as unknown as Variables);
        return { orderCancel: { job: { id: 'gid://shopify/Job/1', done: false }, orderCancelUserErrors: [] } };
      }
      case 'OrderPayments': {
        const id = 'gid://shopify/OrderTransaction/1';
        const paid = (this.orders.get(variables.id)?.lines ?? []).reduce((sum, line) => sum + line.price * line.quantity, 0);
        const given = this.refunds
          .filter((one) => one.orderId === variables.id)
          .map((one, n) => ({
            ...{
              id: `refund ${n}`,
              kind: 'REFUND',
              status: 'SUCCESS',
              gateway: 'bogus',
              amountSet: money(one.amount),
              parentTransaction: { id },
            },
          }));
        const sale = { id, kind: 'SALE', status: 'SUCCESS', gateway: 'bogus', amountSet: money(paid), parentTransaction: null };
        return {
          order: { id: variables.id, currencyCode: 'EUR', presentmentCurrencyCode: 'EUR', transactions: [sale, ...given] },
        };
      }
      case 'ReturnableLines':
        return this.#returnable(variables.orderId);
      case 'ReturnReasons':
        return {
          returnReasonDefinitions: {
            nodes: [{ id: 'gid://shopify/ReturnReasonDefinition/1', handle: 'unknown', deleted: false }],
          },
        };
      case 'ReturnCreate':
        return { returnCreate: { return: { id: this.openReturn(variables.returnInput) }, userErrors: [] } };
      case 'OrderExchanges':
      case 'ReturnsToAnnounce':
        return {
          order: {
            id: variables.id,
            returns: { nodes: this.returns.filter((one) => one.orderId === variables.id).map((one) => this.#returnNode(one)) },
          },
        };
      case 'ReturnDetail': {
        const found = this.returns.find(({ id }) => id === variables.id);
        return { return: found ? this.#returnNode(found) : null };
      }
      case 'ReturnProcess':
        return { returnProcess: this.#process(variables.input as unknown as ProcessInput) };
      case 'ReturnClose': {
        const found = this.returns.find(({ id }) => id === variables.id);
        if (found?.status !== 'OPEN') return { returnClose: refused('not open') };
        found.status = 'CLOSED';
        return { returnClose: { return: { id: found.id, status: 'CLOSED' }, userErrors: [] } };
      }
      case 'OrderByName':
        return { orders: { nodes: this.#byName(variables.query) } };
      case 'OrderRefunds':
        return this.#readRefunds(variables.id);
      case 'OrderLines':
        return this.#readLines(variables.id);
      case 'SuggestedRefund':
        return this.#suggest(variables.orderId, variables.lines, variables.refundShipping);
      case 'RefundCreate':
        return { refundCreate: this.#refund(variables.input, variables.key) };
      default:
        throw new Error(`The model does not answer ${operation}`);
    }
  }

  /** Somebody opens a return in Shopify; units of fulfilled lines. */
  openReturn(input: Input['returnInput']): string {
    const count = this.returns.filter((one) => one.orderId === input.orderId).length;
    const made: ModelReturn = {
      id: this.id('Return'),
      name: `${this.orders.get(input.orderId)?.name}-R${count + 1}`,
      orderId: input.orderId,
      status: 'OPEN',
      lines: input.returnLineItems.map((line) => ({
        id: this.id('ReturnLineItem'),
        fulfilledId: line.fulfillmentLineItemId,
        lineId: line.fulfillmentLineItemId.replace('fulfilled ', ''),
        quantity: line.quantity,
        processed: 0,
        note: line.returnReasonNote ?? '',
      })),
      exchange: false,
    };
    this.returns.push(made);
    return made.id;
  }

  #returnable(orderId: string) {
    const order = this.orders.get(orderId);
    const nodes = (order?.lines ?? []).flatMap((line) => {
      const open = this.fulfilmentOrders
        .filter((one) => one.orderId === orderId)
        .flatMap(({ lines }) => lines)
        .reduce((sum, one) => sum + (one.lineId === line.id ? one.remaining : 0), 0);
      const returned = this.returns
        .filter((one) => one.orderId === orderId)
        .flatMap(({ lines }) => lines)
        .reduce((sum, one) => sum + (one.lineId === line.id ? one.quantity : 0), 0);
      const quantity = line.quantity - open - returned;
      return quantity > 0 ? [{ quantity, fulfillmentLineItem: { id: `fulfilled ${line.id}`, lineItem: { id: line.id } } }] : [];
    });
    return { returnableFulfillments: { nodes: [{ id: 'r', returnableFulfillmentLineItems: { nodes } }] } };
  }

  #returnNode(one: ModelReturn) {
    const skuOf = (lineId: string) => this.orders.get(one.orderId)?.lines.find(({ id }) => id === lineId)?.sku ?? '';
    const line = (each: ModelReturn['lines'][number]) => ({
      ...{ id: each.id, quantity: each.quantity, processedQuantity: each.processed, returnReasonNote: each.note },
      returnReasonDefinition: { name: 'Unknown' },
      fulfillmentLineItem: { id: each.fulfilledId, lineItem: { id: each.lineId, sku: skuOf(each.lineId) } },
    });
    const reverse = one.lines.map((each) => ({ id: `reverse ${each.id}`, fulfillmentLineItem: { id: each.fulfilledId } }));
    return {
      ...{ id: one.id, name: one.name, status: one.status, returnLineItems: { nodes: one.lines.map(line) } },
      exchangeLineItems: { nodes: one.exchange ? [{ id: `exchange ${one.id}` }] : [] },
      reverseFulfillmentOrders: { nodes: [{ id: 'v', lineItems: { nodes: reverse } }] },
    };
  }

  #process(input: ProcessInput) {
    const found = this.returns.find(({ id }) => id === input.returnId);
    if (found?.status !== 'OPEN') return refused('not open');
    const lines: ModelRefund['lines'] = [];
    for (const asked of input.returnLineItems) {
      const line = found.lines.find(({ id }) => id === asked.id);
      if (!line || line.processed + asked.quantity > line.quantity) return refused('more than is left to process');
      line.processed += asked.quantity;
      for (const { quantity, dispositionType, locationId } of asked.dispositions ?? [])
        lines.push({ lineId: line.lineId, quantity, restockType: dispositionType, locationId: locationId ?? null });
    }
    const transactions = input.financialTransfer?.issueRefund?.orderTransactions ?? [];
    const made: ModelRefund = {
      id: this.id('Refund'),
      orderId: found.orderId,
      note: input.note,
      amount: transactions.reduce((sum, one) => sum + Math.round(Number(one.transactionAmount.amount) * 100), 0),
      shipping: input.refundShipping?.fullRefund ? (this.orders.get(found.orderId)?.shipping ?? 0) : 0,
      notified: input.notifyCustomer,
      lines,
    };
    this.refunds.push(made);
    const nodes = [{ id: made.id, note: made.note, totalRefundedSet: money(made.amount) }];
    return { return: { id: found.id, refunds: { nodes } }, userErrors: [] };
  }

  #byName(query: string) {
    return [...this.orders].flatMap(([id, { name }]) =>
      query.includes(name)
        ? [
            {
              ...{
                id,
                name,
                updatedAt: '2026-11-20T10:00:00Z',
                processedAt: '2026-11-01T10:00:00Z',
                cancelledAt: null,
                closedAt: null,
              },
              ...{ displayFinancialStatus: 'PAID', displayFulfillmentStatus: 'FULFILLED', currencyCode: 'EUR' },
              currentTotalPriceSet: money(1000),
              fulfillmentOrders: {
                nodes: this.fulfilmentOrders
                  .filter((one) => one.orderId === id)
                  .map((one) => ({ id: one.id, assignedLocation: { location: { id: one.locationId } } })),
              },
            },
          ]
        : [],
    );
  }

  #moveSome(id: string, locationId: string, lines: { id: string; quantity: number }[]) {
    const one = this.fulfilmentOrders.find((each) => each.id === id);
    if (one?.status !== 'OPEN') return refused('cannot be moved');
    if (this.notStockedAt.has(locationId)) return refused('does not stock the item');
    const moved: { lineId: string; quantity: number }[] = [];
    for (const { id: lineId, quantity } of lines) {
      const line = one.lines.find((each) => each.id === lineId);
      if (!line || line.remaining < quantity) return refused('more than remains');
      line.remaining -= quantity;
      line.total -= quantity;
      moved.push({ lineId: line.lineId, quantity });
    }
    one.lines = one.lines.filter(({ total }) => total > 0);
    if (one.lines.every(({ remaining }) => remaining === 0)) one.status = 'CLOSED';
    return { movedFulfillmentOrder: { id: this.addFulfilmentOrder(one.orderId, locationId, moved).id }, userErrors: [] };
  }

  cancel(id: string): unknown {
    const found = this.fulfilments.find((one) => one.id === id);
    if (!found || found.status === 'CANCELLED') return refused('cannot be cancelled');
    found.status = 'CANCELLED';
    for (const { foLineId, quantity } of found.lines) {
      const one = this.fulfilmentOrders.find(({ lines }) => lines.some((line) => line.id === foLineId));
      const line = one?.lines.find((candidate) => candidate.id === foLineId);
      if (!one || !line) continue;
      line.remaining += quantity;
      one.status = 'OPEN';
    }
    return { fulfillment: { id, status: 'CANCELLED' }, userErrors: [] };
  }

  #create(input: CreateInput) {
    const orders = input.lineItemsByFulfillmentOrder.map(({ fulfillmentOrderId }) =>
      this.fulfilmentOrders.find(({ id }) => id === fulfillmentOrderId),
    );
    const [first] = orders;
    if (!first || orders.some((one) => one?.locationId !== first.locationId || one.orderId !== first.orderId))
      return refused('fulfilment orders of several locations or orders');
    if (orders.some((one) => !['OPEN', 'IN_PROGRESS'].includes(one?.status ?? '')))
      return refused('fulfilment order is not open');
    const taken: ModelFulfilment['lines'] = [];
    for (const { fulfillmentOrderId, fulfillmentOrderLineItems } of input.lineItemsByFulfillmentOrder) {
      for (const { id, quantity } of fulfillmentOrderLineItems) {
        const line = this.fulfilmentOrders.find((one) => one.id === fulfillmentOrderId)?.lines.find((one) => one.id === id);
        if (!line || line.remaining < quantity) return refused('more than remains');
        taken.push({ lineId: line.lineId, quantity, foLineId: id });
      }
    }
    for (const { foLineId, quantity } of taken) {
      const line = this.fulfilmentOrders.flatMap(({ lines }) => lines).find(({ id }) => id === foLineId);
      if (line) line.remaining -= quantity;
    }
    const made = this.#addFulfilment(
      first.orderId,
      first.locationId,
      taken,
      readTracking(input.trackingInfo),
      input.notifyCustomer,
    );
    return { fulfillment: { id: made.id }, userErrors: [] };
  }

  #readFulfilments(orderId: string) {
    if (!this.orders.has(orderId)) return { order: null };
    const fulfillments = this.fulfilments
      .filter((one) => one.orderId === orderId)
      .map((one) => ({
        id: one.id,
        status: one.status,
        location: { id: one.locationId },
        trackingInfo: one.tracking,
        fulfillmentLineItems: {
          nodes: one.lines.map(({ lineId, quantity }) => ({ quantity, lineItem: { id: lineId } })),
          pageInfo: noMore,
        },
      }));
    return { order: { id: orderId, fulfillments } };
  }

  #readFulfilmentOrders(orderId: string, after: string | null) {
    const order = this.orders.get(orderId);
    if (!order) return { order: null };
    const all = this.fulfilmentOrders.filter((one) => one.orderId === orderId);
    const start = after === null ? 0 : Number(after);
    const nodes = all.slice(start, start + 2).map((one) => ({
      id: one.id,
      status: one.status,
      fulfillAt: null,
      assignedLocation: { location: { id: one.locationId } },
      fulfillmentHolds: one.status === 'ON_HOLD' ? [{ reason: 'AWAITING_PAYMENT' }] : [],
      lineItems: {
        nodes: one.lines.map(({ id, lineId, remaining }) => ({ id, remainingQuantity: remaining, lineItem: { id: lineId } })),
        pageInfo: noMore,
      },
    }));
    const hasNextPage = start + 2 < all.length;
    return {
      order: {
        id: orderId,
        name: order.name,
        fulfillmentOrders: { nodes, pageInfo: { hasNextPage, endCursor: String(start + 2) } },
      },
    };
  }

  #refundedUnits(orderId: string, lineId: string): number {
    return this.refunds
      .filter((one) => one.orderId === orderId)
      .flatMap(({ lines }) => lines)
      .reduce((sum, line) => sum + (line.lineId === lineId ? line.quantity : 0), 0);
  }

  #exchangedUnits(orderId: string, lineId: string): number {
    return this.returns
      .filter((one) => one.orderId === orderId && one.exchange)
      .flatMap(({ lines }) => lines)
      .reduce((sum, line) => sum + (line.lineId === lineId ? line.processed : 0), 0);
  }

  #readLines(orderId: string) {
    const order = this.orders.get(orderId);
    if (!order) return { order: null };
    const nodes = order.lines.map((line) => ({
      id: line.id,
      sku: line.sku,
      quantity: line.quantity,
      currentQuantity: line.quantity - this.#refundedUnits(orderId, line.id) - this.#exchangedUnits(orderId, line.id),
      unfulfilledQuantity: this.fulfilmentOrders
        .filter((one) => one.orderId === orderId)
        .flatMap(({ lines }) => lines)
        .reduce((sum, one) => sum + (one.lineId === line.id ? one.remaining : 0), 0),
    }));
    return { order: { id: orderId, lineItems: { nodes, pageInfo: noMore } } };
  }

  #readRefunds(orderId: string) {
    if (!this.orders.has(orderId)) return { order: null };
    const refunds = this.refunds
      .filter((one) => one.orderId === orderId)
      .map((one) => ({
        id: one.id,
        note: one.note,
        totalRefundedSet: money(one.amount),
        refundLineItems: {
          nodes: one.lines.map(({ lineId, quantity, restockType, locationId }) => ({
            quantity,
            restockType,
            lineItem: { id: lineId },
            location: locationId ? { id: locationId } : null,
          })),
          pageInfo: noMore,
        },
      }));
    const returnStatus = this.returns.some((one) => one.orderId === orderId) ? 'IN_PROGRESS' : 'NO_RETURN';
    return { order: { id: orderId, returnStatus, refunds } };
  }

  #suggest(orderId: string, lines: { lineItemId: string; quantity: number }[], refundShipping: boolean) {
    const order = this.orders.get(orderId);
    if (!order) return { order: null };
    const goods = lines.reduce(
      (sum, line) => sum + line.quantity * (order.lines.find(({ id }) => id === line.lineItemId)?.price ?? 0),
      0,
    );
    const amount = order.paid
      ? goods +
        (refundShipping
          ? order.shipping - this.refunds.filter((one) => one.orderId === orderId).reduce((sum, one) => sum + one.shipping, 0)
          : 0)
      : 0;
    const suggestedTransactions =
      amount > 0
        ? [
            {
              gateway: 'bogus',
              kind: 'SUGGESTED_REFUND',
              amountSet: money(amount),
              parentTransaction: { id: 'gid://shopify/OrderTransaction/1' },
            },
          ]
        : [];
    return {
      order: {
        id: orderId,
        presentmentCurrencyCode: 'EUR',
        suggestedRefund: {
          amountSet: money(amount),
          shipping: {
            amountSet: money(order.shipping),
            maximumRefundableSet: money(
              order.shipping - this.refunds.filter((one) => one.orderId === orderId).reduce((sum, one) => sum + one.shipping, 0),
            ),
          },
          suggestedTransactions,
        },
      },
    };
  }

  #refund(input: RefundInput, key: string) {
    const text = JSON.stringify(input);
    const known = this.#keys.get(key);
    if (known) return known.input === text ? known.answer : refused('key used for something else');
    for (const { lineItemId, quantity } of input.refundLineItems) {
      const line = this.orders.get(input.orderId)?.lines.find(({ id }) => id === lineItemId);
      if (!line || line.quantity - this.#refundedUnits(input.orderId, lineItemId) < quantity)
        return refused('more than refundable');
    }
    const amount = (input.transactions ?? []).reduce((sum, one) => sum + Math.round(Number(one.amount) * 100), 0);
    const made: ModelRefund = {
      id: this.id('Refund'),
      orderId: input.orderId,
      note: input.note ?? null,
      amount,
      shipping: input.shipping ? (this.orders.get(input.orderId)?.shipping ?? 0) : 0,
      notified: input.notify ?? false,
      lines: input.refundLineItems.map((line) => ({
        lineId: line.lineItemId,
        quantity: line.quantity,
        restockType: line.restockType,
        locationId: line.locationId ?? null,
      })),
    };
    this.refunds.push(made);
    const answer = {
      refund: { id: made.id, createdAt: '2026-11-21T00:00:00Z', totalRefundedSet: money(amount) },
      order: { id: input.orderId },
      userErrors: [],
    };
    this.#keys.set(key, { input: text, answer });
    return answer;
  }
}

function refused(message: string) {
  return { fulfillment: null, refund: null, userErrors: [{ field: null, message }] };
}

function readTracking(input: TrackingInput | undefined): ModelFulfilment['tracking'] {
  const numbers = input?.numbers ?? (input?.number ? [input.number] : []);
  return numbers.map((number, index) => ({
    number,
    company: input?.company ?? null,
    url: input?.urls?.[index] ?? input?.url ?? null,
  }));
}
