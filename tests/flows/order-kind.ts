import { expect } from 'vitest';
import type { FlowShop, InStockroom, Lookout, OrderView } from './flow-shop.ts';

/** What is done to one order after it was placed, by buyer, merchant or warehouse. */
export interface Stage {
  shop: FlowShop;
  name: string;
  look: Lookout;
  /** An action on the order in Shopify: cancel, edit, refund, pay, fulfilment-orders/1/move … */
  inShopify: (action: string, body?: unknown) => Promise<void>;
  /** The warehouse picks or ships one part; default the first. */
  pick: (reference?: string) => Promise<void>;
  ship: (body?: { lines?: { sku: string; quantity: number }[]; tracking?: string }, reference?: string) => Promise<void>;
  until: (holds: (view: OrderView) => void) => Promise<OrderView>;
}

/** One row of docs/orders.md, and its proof. */
export interface OrderKind {
  group: string;
  /** Kind of order or event. */
  kind: string;
  verdict: string;
  backOffice: string;
  shopify: string;
  /** Body of the control API's order request. */
  order: Record<string, unknown>;
  /** Before the order is placed. Rows that have it, or `alone`, are played one after the other. */
  before?: (shop: FlowShop) => Promise<void>;
  alone?: boolean;
  play?: (stage: Stage) => Promise<void>;
  after?: (shop: FlowShop) => Promise<void>;
  /** How the app shows it at the end, and both ledgers. Each throws as long as it isn't so. */
  app: (view: OrderView) => void;
  backOfficeHas: (view: OrderView) => void;
  shopifyHas: (view: OrderView) => void;
}

// Goods of the demo catalogue that only these rows use.
export const goods = {
  pan: 'KI07-01',
  knife: 'KI07-02',
  board: 'KI07-03',
  cellar: 'KI07-04',
  apron: 'KI07-05',
  kettle: 'KI07-06',
  blanket: 'HO08-01',
};
/** Two pieces in each warehouse and no more. */
export const scarce = 'HO08-02';
export const mainWarehouse = 'Main Warehouse';
export const eastWarehouse = 'East Warehouse';
export const unmappedMethod = 'Drone to the balcony';
export const service = 'Third Party Logistics';
export const popUp = 'Pop-up Store';

export const live = (view: OrderView): InStockroom[] => view.parts.filter((part) => part.state !== 'cancelled');
/** What a part still orders, as `sku×units`. */
const wanted = (part: InStockroom) =>
  part.lines.flatMap((line) => (line.quantity > line.cancelled ? [`${line.sku}×${line.quantity - line.cancelled}`] : [])).sort();

/** The parts that live, by facility, with what they order. */
export function partsAre(view: OrderView, ...parts: [facility: string, ...lines: string[]][]): void {
  const found = live(view).map((part) => [part.facility.name, ...wanted(part)]);
  expect(found.sort()).toEqual(parts.map(([facility, ...lines]) => [facility, ...lines.sort()]).sort());
}

export const onePart =
  (...lines: string[]) =>
  (view: OrderView) =>
    partsAre(view, [mainWarehouse, ...lines]);
export const noPart = (view: OrderView) => expect(view.parts).toEqual([]);

/** The one part, which goes by the order's own name. */
export function thePart(view: OrderView): InStockroom {
  const part = live(view)[0];
  if (!part) throw new Error('Nothing arrived in Stockroom');
  return part;
}

export const appSays = (state: string, reason?: string) => (view: OrderView) => {
  expect(view.app?.state).toBe(state);
  if (reason !== undefined) expect(view.app?.problem ?? view.app?.reason?.code).toBe(reason);
};
export const sent = (view: OrderView) => {
  expect(view.app?.state).toBe('sent');
  expect(view.app?.problem).toBeNull();
};
export const skipped = (reason: string) => appSays('skipped', reason);
export const held = (reason: string) => appSays('held', reason);

export const fulfilments = (view: OrderView) => view.shopify.fulfilments.filter((one) => one.status === 'SUCCESS');
/** Nothing but the order itself: no fulfilment, refund or hold of ours. */
export const untouched = (view: OrderView) => {
  expect(fulfilments(view)).toEqual([]);
  expect(view.shopify.refunds).toEqual([]);
  expect(view.shopify.cancelledAt).toBeNull();
};
export const fulfilled =
  (...shipments: [tracking: string, ...lines: string[]][]) =>
  (view: OrderView) => {
    const found = fulfilments(view).map((one) => [
      one.tracking[0]?.number ?? '',
      ...one.lines.map(({ sku, quantity }) => `${sku?.trim()}×${quantity}`).sort(),
    ]);
    expect(found.sort()).toEqual(shipments.map(([tracking, ...lines]) => [tracking, ...lines.sort()]).sort());
  };

/** Minor units of decimal text in a currency with cents. */
export const cents = (amount: string) => Math.round(Number(amount) * 100);
/** All parts together come to what Shopify says the order costs. */
export const costsTheSame = (view: OrderView) => {
  expect(live(view).reduce((sum, part) => sum + part.total, 0)).toBe(cents(view.shopify.currentTotal));
};
