import {
  isLive,
  orderNameOf,
  overInShopify,
  trackingNumbersOf,
  unitsText,
  type Ledgers,
  type MerchantsView,
  type OrderInBackOffice,
  type OrderInShopify,
  type ReturnInBackOffice,
} from './ledgers.ts';
import { checkLevels } from './level-invariant.ts';
import { brokenAllTheSame, excusesAddress, excusesParcel, goodReasons } from './too-late.ts';
import { merchantsNote, type ScriptFacts, type Violation } from './violation.ts';

export interface Verdict {
  violations: Violation[];
  /** Orders that are not as wanted and named for a reason that stays: the back office had begun, and the change came too late. */
  namedForGood: { order: string; cause: string }[];
  counted: { orders: number; inBackOffice: number; leftOut: number; shipments: number; refunds: number; levels: number };
}

const shippable = ['SHIPPING', 'LOCAL', 'PICKUP_POINT'];

/** Units that left or are still to leave, by place: what the back office should have been told. */
function wantedUnits(order: OrderInShopify, placeOf: (place: string) => string): string {
  const left = order.fulfilments
    .filter((one) => one.status === 'SUCCESS')
    .flatMap((one) => one.lines.map((line) => ({ place: one.location, ...line })));
  const open = order.fulfilmentOrders
    .filter((one) => shippable.includes(one.delivery) && !overInShopify.includes(one.status))
    .flatMap((one) => one.lines.map(({ sku, remaining }) => ({ place: one.location, sku, quantity: remaining })));
  return unitsText(
    [...left, ...open].map(({ place, sku, quantity }) => ({ sku: sku ? `${placeOf(place)}/${sku.trim()}` : null, quantity })),
  );
}

const unitsHad = (parts: OrderInBackOffice[], placeOf: (place: string) => string): string =>
  unitsText(
    parts
      .filter(isLive)
      .flatMap((part) => part.lines.map(({ sku, quantity }) => ({ sku: `${placeOf(part.facility ?? '')}/${sku}`, quantity }))),
  );

/** One order on both sides, and what the app says of it. */
interface Sides {
  order: OrderInShopify;
  parts: OrderInBackOffice[];
  returns: ReturnInBackOffice[];
  app: ReturnType<MerchantsView['orders']['get']>;
  causes: string[];
  /** Units that are wanted, and that are there: `place/SKU×units`. */
  wanted: string;
  had: string;
  /** Parcels that left there, and those that are fulfilled here, each with its units. */
  shipped: string[];
  fulfilled: string[];
  /** Good reasons for it not to be as wanted. */
  reasons: string[];
}

type Fail = (invariant: Violation['invariant'], what: string) => void;

/** What Shopify has is what people asked for there: neither of the two sides is believed when both agree on something else. */
function checkAsked({ order }: Sides, script: ScriptFacts, fail: Fail): void {
  const back = order.refunds.filter(({ note }) => note !== merchantsNote).flatMap(({ lines }) => lines);
  const current = order.lines.map(({ sku, currentQuantity }) => ({ sku, quantity: currentQuantity }));
  const [has, asked] = [unitsText([...current, ...back]), script.wanted.get(order.name) ?? ''];
  if (has !== asked) fail('orders', `is of "${has}" in Shopify, and "${asked}" was asked for`);
  if (order.cancelledAt !== null && !script.cancelled.has(order.name)) fail('orders', 'is cancelled, and nobody cancelled it');
}

function checkOrder(
  { order, parts, wanted, had, reasons }: Sides,
  script: ScriptFacts,
  fail: Fail,
): 'there' | 'left out' | 'neither' {
  const references = parts.map((part) => part.reference);
  if (new Set(references).size < references.length) fail('orders', 'is in the back office twice under one reference');
  if (parts.some(({ state }) => state === 'held')) fail('orders', 'is kept back in the back office, and nobody asked for that');
  for (const what of reasons.length > 0 ? brokenAllTheSame(order, parts, script) : []) fail('orders', what);
  for (const { step, because } of script.givenUp.filter((one) => one.order === order.name))
    if (!script.changed.has(order.name))
      fail('orders', `could never be ${step.does === 'ship' ? 'shipped' : `acted on (${step.does})`}: ${because}`);
  if (script.neverSent.has(order.name)) {
    if (parts.length > 0) fail('orders', 'is in the back office though the rules leave it out');
    return parts.length > 0 ? 'neither' : 'left out';
  }
  if (wanted === had) return parts.some(isLive) ? 'there' : 'neither';
  if (reasons.length === 0) fail('orders', `should be in the back office with "${wanted}" and is there with "${had}"`);
  return 'neither';
}

/** Nobody changed what it costs: what its parts come to there is what the buyer paid. */
function checkMoney({ order, parts }: Sides, { neverSent, repriced, can }: ScriptFacts, fail: Fail): void {
  const totals = parts.filter(isLive).map(({ total }) => total ?? null);
  if (neverSent.has(order.name) || repriced.has(order.name) || totals.length === 0 || totals.includes(null)) return;
  const minor = totals.reduce<number>((sum, total) => sum + Math.round(Number(total) * (can.minorUnits ? 1 : 100)), 0);
  if (minor !== Math.round(Number(order.total) * 100))
    fail('orders', `comes to ${order.total} in Shopify and to ${(minor / 100).toFixed(2)} in the back office`);
}

/** It goes, or went, where it was sent last. Of what had left before it was taken up again after a restore nobody knows what it was told. */
function checkAddress({ order, parts, reasons }: Sides, { streets, restored }: ScriptFacts, fail: Fail): void {
  if (restored && parts.every(({ state }) => state === 'shipped')) return;
  const street = streets.get(order.name);
  if (street === undefined || reasons.some((reason) => excusesAddress.includes(reason))) return;
  for (const { reference, address } of parts.filter(isLive))
    if (address && address !== street)
      fail('orders', `goes to "${street}" in Shopify, and ${reference} to "${address}" in the back office`);
}

interface Parcel {
  label: string;
  lines: { sku: string | null; quantity: number }[];
}

/** Parcels with their units; one parcel from two places is two fulfilments with one label in Shopify, so labels are counted together. */
function parcelTexts(parcels: Parcel[]): string[] {
  return [...Map.groupBy(parcels, ({ label }) => label)].map(
    ([label, all]) => `${label}: ${unitsText(all.flatMap(({ lines }) => lines))}`,
  );
}

const labelOf = (numbers: (string | null)[], carriers: (string | null | undefined)[]): string =>
  `${numbers.filter(Boolean).sort().join('+')} by ${[...new Set(carriers.filter(Boolean))].join('+')}`;

const differ = (one: string[], other: string[]): boolean => one.sort().join('\n') !== other.sort().join('\n');

const shippedFrom = (parts: OrderInBackOffice[]): string[] =>
  parcelTexts(
    parts.flatMap((part) =>
      part.shipments.map(({ tracking, carrier, lines }) => ({ label: labelOf(trackingNumbersOf(tracking), [carrier]), lines })),
    ),
  );

const madeFor = (order: OrderInShopify) => order.fulfilments.filter((one) => one.status === 'SUCCESS');
const numbersOf = ({ tracking }: OrderInShopify['fulfilments'][number]) => tracking.map(({ number }) => number);

const fulfilledIn = (order: OrderInShopify): string[] =>
  parcelTexts(
    madeFor(order).map((one) => ({
      label: labelOf(
        numbersOf(one),
        one.tracking.map(({ company }) => company),
      ),
      lines: one.lines,
    })),
  );

/** Each parcel of the back office is one fulfilment in Shopify, or one for each place, with its units, number and carrier. Returns how many there are. */
function checkShipments({ order, parts, shipped, fulfilled, reasons }: Sides, { parcels, can }: ScriptFacts, fail: Fail): number {
  const made = madeFor(order);
  // Nobody cancels fulfilments here, and each that was made in between mailed a buyer.
  for (const { status } of order.fulfilments) if (status !== 'SUCCESS') fail('shipments', `has a fulfilment that is ${status}`);
  const excused = excusesParcel(reasons);
  if (differ(shipped, fulfilled) && !excused)
    fail('shipments', `left the back office as [${shipped.join('; ')}] and is fulfilled in Shopify as [${fulfilled.join('; ')}]`);
  for (const [label, all] of Map.groupBy(made, (one) => numbersOf(one).join('+')))
    if (!can.wholeOrders && new Set(all.map(({ location }) => location)).size < all.length)
      fail('shipments', `has its parcel "${label}" in ${all.length} fulfilments`);
  for (const { tracking, lines } of parcels.filter((one) => one.order === order.name)) {
    if (!excused && !made.some((one) => numbersOf(one).includes(tracking)))
      fail('shipments', `left with "${tracking}", which no fulfilment has`);
    const there = parts.flatMap(({ shipments }) => shipments).filter((one) => trackingNumbersOf(one.tracking).includes(tracking));
    const [packed, has] = [lines && unitsText(lines), unitsText(there.flatMap((one) => one.lines))];
    if (packed !== undefined && packed !== has)
      fail('shipments', `left with "${packed}" under "${tracking}", and the back office has "${has}" there`);
  }
  return shipped.length;
}

const unitsOf = (lines: readonly { quantity: number }[]): number => lines.reduce((sum, { quantity }) => sum + quantity, 0);

/** What remains of an order after a return costs at least this: its shipping and the units that were kept, with a cent for each line that is shared out. */
const keptValue = ({ shippingTotal, lines }: OrderInShopify): number =>
  lines.reduce(
    (sum, { net, quantity, currentQuantity }) => sum + (Number(net) * currentQuantity) / Math.max(1, quantity) - 0.01,
    Number(shippingTotal),
  );

/** Each return is refunded once with its units and what they cost; every other refund is the merchant's. Returns how many the app made. */
function checkRefunds({ order, returns }: Sides, { changed, repriced, returned: told }: ScriptFacts, fail: Fail): number {
  // In brackets: a refund of no units is one all the same.
  const text = (lines: Parcel['lines']) => `[${unitsText(lines)}]`;
  const made = order.refunds.filter(({ note }) => note !== merchantsNote);
  const refunded = made.map(({ lines }) => text(lines));
  const returned = returns.map(({ lines }) => text(lines));
  if (differ(refunded, returned))
    fail('refunds', `came back as ${returned.join('; ') || 'nothing'} and is refunded as ${refunded.join('; ') || 'nothing'}`);
  const { sure, unsure } = told.get(order.name) ?? { sure: 0, unsure: 0 };
  const came = unitsOf(returns.flatMap(({ lines }) => lines));
  if (came < sure || came > sure + unsure) fail('refunds', `had ${sure} units come back, and the back office has ${came}`);
  if (made.length > 0 && !repriced.has(order.name) && Number(order.currentTotal) < keptValue(order))
    fail('refunds', `is worth ${order.currentTotal} after the refund, and what was kept cost ${keptValue(order).toFixed(2)}`);
  if (made.some(({ amount }) => Number(amount) <= 0)) fail('refunds', 'has a refund of no money');
  if (made.length > 0 && !changed.has(order.name) && Math.abs(Number(order.outstanding)) > 0.01)
    fail('refunds', `is refunded, and ${order.outstanding} is outstanding`);
  return made.length;
}

/** What the app says of the order is so in the back office, and names no problem that is over. */
function checkClaims({ parts, app, causes, reasons }: Sides, script: ScriptFacts, fail: Fail): void {
  if (!app) return fail('claims', 'is not in the app’s list of orders');
  const there = parts.filter(isLive);
  const claimsThere = ['sent', 'partly-shipped', 'shipped'].includes(app.state);
  if (claimsThere && there.length === 0) fail('claims', `is "${app.state}" in the app and not in the back office`);
  if (!claimsThere && there.length > 0 && causes.length === 0)
    fail('claims', `is "${app.state}" in the app and in the back office all the same`);
  const open = unitsOf(there.flatMap((part) => part.lines));
  const left = unitsOf(there.flatMap((part) => part.shipments.flatMap(({ lines }) => lines)));
  if (app.state === 'shipped' && reasons.length === 0 && left < open)
    fail('claims', `is "shipped" in the app, and ${left} of ${open} units have left`);
  for (const cause of causes)
    if (!reasons.includes(cause)) fail('problems', `still has the problem "${cause}" after its cause is gone`);
  if (script.neverSent.has(app.name) && app.reason === null) fail('claims', 'was not sent, and the app names no rule');
}

/** What the app says of all orders together is what the ledgers say. */
function checkStatement(view: MerchantsView, counted: Verdict['counted'], late: number): string[] {
  const { order, shipment, level } = view.statement;
  return [
    ...(order?.total === counted.orders ? [] : [`accounts for ${order?.total ?? 'no'} orders of ${counted.orders}`]),
    ...Object.entries({ order, shipment, level }).flatMap(([kind, sum]) => [
      ...(sum === undefined || sum.gap > 0 ? [`has ${sum?.gap ?? 'no'} differences of kind ${kind}`] : []),
      ...(sum !== undefined && sum.found > sum.gap
        ? [`had to repair ${sum.found - sum.gap} of kind ${kind} once all was quiet`]
        : []),
    ]),
    ...((order?.failed ?? 0) > late ? [`calls ${order?.failed} orders failed, and ${late} have a reason to be`] : []),
  ];
}

/**
 * Compares the two ledgers, order by order and level by level. The app's pages are only asked whether they name what is missing, and
 * whether they claim something that isn't there. Pure.
 */
export function checkInvariants(ledgers: Ledgers, view: MerchantsView, script: ScriptFacts): Verdict {
  const { shopify, backOffice } = ledgers;
  const violations: Violation[] = [];
  const namedForGood: Verdict['namedForGood'] = [];
  const counted = { orders: shopify.orders.length, inBackOffice: 0, leftOut: 0, shipments: 0, refunds: 0, levels: 0 };
  const partsOf = Map.groupBy(backOffice.orders, (part) => orderNameOf(part.reference));
  const returnsOf = Map.groupBy(backOffice.returns, (one) => orderNameOf(one.reference ?? ''));
  const causesOf = Map.groupBy(view.problems, ({ label }) => orderNameOf(label));
  const late = new Set<string>();
  const placeOf = (place: string): string => (script.can.wholeOrders ? '' : place);
  const found = (violation: Partial<Violation> & Pick<Violation, 'invariant' | 'subject' | 'what'>) =>
    violations.push({ shopify: null, backOffice: null, app: null, ...violation });

  for (const order of shopify.orders) {
    const parts = partsOf.get(order.name) ?? [];
    const causes = (causesOf.get(order.name) ?? []).map(({ cause }) => cause);
    const [wanted, had] = [wantedUnits(order, placeOf), unitsHad(parts, placeOf)];
    const [shipped, fulfilled] = [shippedFrom(parts), fulfilledIn(order)];
    const street = script.streets.get(order.name);
    const asWanted = wanted === had && parts.filter(isLive).every(({ address }) => address === street);
    const reasons = goodReasons({ order, parts, causes, asWanted, fulfilled: !differ(shipped, fulfilled) }, script);
    const sides: Sides = {
      ...{ order, parts, causes, wanted, had, shipped, fulfilled, reasons },
      returns: returnsOf.get(order.name) ?? [],
      app: view.orders.get(order.name),
    };
    const fail: Fail = (invariant, what) =>
      found({ invariant, subject: order.name, what, shopify: order, backOffice: parts, app: { row: sides.app, causes } });
    if (reasons[0] !== undefined) {
      namedForGood.push({ order: order.name, cause: reasons[0] });
      late.add(order.name);
    }
    checkAsked(sides, script, fail);
    const where = checkOrder(sides, script, fail);
    counted.inBackOffice += where === 'there' ? 1 : 0;
    counted.leftOut += where === 'left out' ? 1 : 0;
    checkMoney(sides, script, fail);
    checkAddress(sides, script, fail);
    counted.shipments += checkShipments(sides, script, fail);
    counted.refunds += checkRefunds(sides, script, fail);
    checkClaims(sides, script, fail);
  }
  const names = new Set(shopify.orders.map((order) => order.name));
  for (const part of backOffice.orders.filter((one) => !names.has(orderNameOf(one.reference))))
    found({
      invariant: 'orders',
      subject: part.reference,
      what: 'is in the back office and was never placed in Shopify',
      backOffice: part,
    });
  const anothers = ({ subjectKind, label }: MerchantsView['problems'][number]) =>
    !names.has(orderNameOf(label)) && (subjectKind !== 'variant' || script.goods.has(label));
  for (const problem of view.problems.filter(anothers))
    found({
      ...{ invariant: 'problems', subject: problem.label, app: problem },
      what: `still has the problem "${problem.cause}" after its cause is gone`,
    });
  for (const run of view.busyRuns)
    found({
      invariant: 'runs',
      subject: `${run.sync} run`,
      what: `is still ${run.state} though nothing is left to do`,
      app: run,
    });
  if (view.waiting > 0) found({ invariant: 'runs', subject: 'inbox', what: `still holds news of ${view.waiting} orders` });
  for (const [sku, units] of script.scarce) {
    const sold = unitsOf(
      shopify.orders
        .filter(({ cancelledAt }) => cancelledAt === null)
        .flatMap(({ lines }) => lines.filter((line) => line.sku === sku).map((line) => ({ quantity: line.currentQuantity }))),
    );
    if (sold > units) found({ invariant: 'levels', subject: sku, what: `was sold ${sold} times, and there were ${units}` });
  }
  counted.levels = checkLevels(ledgers, { late, script }, violations);
  for (const what of checkStatement(view, counted, namedForGood.length))
    found({ invariant: 'claims', subject: 'statement', what, app: view.statement });
  return { violations, namedForGood, counted };
}
