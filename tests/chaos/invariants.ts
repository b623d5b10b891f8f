import type { BackOffice } from './back-offices.ts';
import {
  orderNameOf,
  trackingNumbersOf,
  unitsText,
  type Ledgers,
  type MerchantsView,
  type OrderInBackOffice,
  type OrderInShopify,
} from './ledgers.ts';

/** Something that must never be so, with both sides' records. */
export interface Violation {
  invariant: 'orders' | 'shipments' | 'refunds' | 'levels' | 'claims' | 'runs' | 'problems' | 'logs';
  /** The order's name, or the SKU and place. */
  subject: string;
  what: string;
  shopify: unknown;
  backOffice: unknown;
  app: unknown;
}

/** What the script itself did that the ledgers alone can't tell apart. */
export interface ScriptFacts {
  /** Orders that the rules leave out or keep back for good: never paid, nothing to ship. */
  neverSent: ReadonlySet<string>;
  /** Ids of refunds that the merchant made in Shopify, or that followed from cancelling there. */
  merchantsRefunds: ReadonlySet<string>;
  /** Orders that buyers or the merchant changed after they were placed: only these can have been changed too late. */
  changed: ReadonlySet<string>;
  /** SKUs the suite sells. The rest of the catalogue has its oddities (no SKU, a SKU twice), which are named with or without a storm. */
  goods: ReadonlySet<string>;
  /** wholeOrders: it decides itself which place sends what, places can't be compared. amends, cancels: it can be told of a change, of a cancellation. */
  can: Pick<BackOffice, 'wholeOrders' | 'amends' | 'cancels'>;
}

export interface Verdict {
  violations: Violation[];
  /** Orders that are not as wanted and named for a reason that stays: the back office had begun, and the change came too late. */
  namedForGood: { order: string; cause: string }[];
  counted: { orders: number; inBackOffice: number; leftOut: number; shipments: number; refunds: number; levels: number };
}

const shippable = ['SHIPPING', 'LOCAL', 'PICKUP_POINT'];
const overInShopify = ['CLOSED', 'CANCELLED'];
/**
 * The back office had begun with the order when the buyer or the merchant changed it, or can be told of no change at all: nothing can be done but
 * say so, and these say so.
 */
const tooLate: Record<string, (order: OrderInShopify, parts: OrderInBackOffice[], can: ScriptFacts['can']) => boolean> = {
  'amend-too-late': (_order, parts, { amends }) => parts.some(amends ? hasBegun : isLive),
  'cancel-too-late': (_order, parts, { cancels }) => parts.some(cancels ? hasBegun : isLive),
  // It left there after it was cancelled, or shortened, here.
  'nothing-left-to-fulfil': (_order, parts) => parts.some((part) => part.shipments.length > 0),
  'shipped-more-than-open': (_order, parts) => parts.some((part) => part.shipments.length > 0),
};

const hasBegun = (part: OrderInBackOffice) => part.shipments.length > 0 || !['open', 'held', 'cancelled'].includes(part.state);
const isLive = (part: OrderInBackOffice) => part.state !== 'cancelled';

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

/** Units still to leave the back office and taken off its stock, by place and SKU. */
function openUnits(part: OrderInBackOffice): Map<string, number> {
  const open = new Map<string, number>();
  if (!isLive(part) || part.state === 'shipped') return open;
  const add = (facility: string | null | undefined, sku: string, quantity: number) => {
    const key = `${facility ?? part.facility ?? ''}/${sku}`;
    open.set(key, (open.get(key) ?? 0) + quantity);
  };
  const counted = part.lines.every(({ fulfilled }) => fulfilled !== undefined);
  for (const { sku, quantity, fulfilled, facility, reserved = true } of part.lines)
    if (reserved) add(facility, sku, quantity - (fulfilled ?? 0));
  if (!counted) for (const { sku, quantity } of part.shipments.flatMap((one) => one.lines)) add(null, sku, -quantity);
  return open;
}

/**
 * Units taken off the back office's stock for orders of ours, by place and SKU as Shopify has them. One that takes orders whole may have taken them off the
 * shelf of another place than the one they were sold from: it is that place then that has fewer.
 */
function reservedUnits({ shopify, backOffice }: Ledgers, { wholeOrders }: ScriptFacts['can']): Map<string, number> {
  const reserved = new Map<string, number>();
  const add = (key: string, units: number) => reserved.set(key, (reserved.get(key) ?? 0) + units);
  if (!wholeOrders) {
    for (const part of backOffice.orders) for (const [key, units] of openUnits(part)) add(key, units);
    return reserved;
  }
  const parts = Map.groupBy(backOffice.orders, (part) => orderNameOf(part.reference));
  for (const order of shopify.orders) {
    const left = new Map<string, number>();
    for (const [key, units] of (parts.get(order.name) ?? []).flatMap((part) => [...openUnits(part)])) {
      const sku = key.slice(key.indexOf('/') + 1);
      left.set(sku, (left.get(sku) ?? 0) + units);
    }
    for (const { location, lines, status } of order.fulfilmentOrders) {
      if (overInShopify.includes(status)) continue;
      for (const { sku, remaining } of lines) {
        const units = Math.min(remaining, left.get(sku?.trim() ?? '') ?? 0);
        left.set(sku?.trim() ?? '', (left.get(sku?.trim() ?? '') ?? 0) - units);
        add(`${location}/${sku?.trim() ?? ''}`, units);
      }
    }
  }
  return reserved;
}

interface Sides {
  order: OrderInShopify;
  parts: OrderInBackOffice[];
  app: ReturnType<MerchantsView['orders']['get']>;
  causes: string[];
}

/** A reason that the app names and both ledgers bear out; undefined where it names none, or one that should be over. */
const goodReason = ({ order, parts, causes }: Sides, { changed, can }: ScriptFacts): string | undefined =>
  changed.has(order.name) ? causes.find((cause) => tooLate[cause]?.(order, parts, can) === true) : undefined;

interface Parcel {
  numbers: (string | null)[];
  lines: { sku: string | null; quantity: number }[];
}

/** Parcels with their units; one parcel from two places is two fulfilments with one label in Shopify, so labels are counted together. */
function parcelTexts(parcels: Parcel[]): string[] {
  const label = ({ numbers }: Parcel) => numbers.filter(Boolean).sort().join('+');
  return [...Map.groupBy(parcels, label)].map(([number, all]) => `${number}: ${unitsText(all.flatMap(({ lines }) => lines))}`);
}

const differ = (one: string[], other: string[]): boolean => one.sort().join('\n') !== other.sort().join('\n');

/**
 * Compares the two ledgers, order by order and level by level. The app's pages are only asked whether they name what is missing, and
 * whether they claim something that isn't there. Pure.
 */
export function checkInvariants({ shopify, backOffice }: Ledgers, view: MerchantsView, script: ScriptFacts): Verdict {
  const violations: Violation[] = [];
  const namedForGood: Verdict['namedForGood'] = [];
  const counted = { orders: shopify.orders.length, inBackOffice: 0, leftOut: 0, shipments: 0, refunds: 0, levels: 0 };
  const partsOf = Map.groupBy(backOffice.orders, (part) => orderNameOf(part.reference));
  const returnsOf = Map.groupBy(backOffice.returns, (one) => orderNameOf(one.reference ?? ''));
  const uncertain = new Set<string>();
  const placeOf = (place: string): string => (script.can.wholeOrders ? '' : place);

  for (const order of shopify.orders) {
    const parts = partsOf.get(order.name) ?? [];
    const causes = view.problems.filter(({ label }) => orderNameOf(label) === order.name).map(({ cause }) => cause);
    const sides: Sides = { order, parts, app: view.orders.get(order.name), causes };
    const reason = goodReason(sides, script);
    const fail = (invariant: Violation['invariant'], what: string) =>
      violations.push({
        invariant,
        subject: order.name,
        what,
        shopify: order,
        backOffice: parts,
        app: { row: sides.app, causes },
      });
    if (reason) {
      namedForGood.push({ order: order.name, cause: reason });
      for (const { sku } of order.lines) uncertain.add(sku?.trim() ?? '');
    }
    const references = parts.map((part) => part.reference);
    if (new Set(references).size < references.length) fail('orders', 'is in the back office twice under one reference');
    if (script.neverSent.has(order.name)) {
      if (parts.length > 0) fail('orders', 'is in the back office though the rules leave it out');
      else counted.leftOut += 1;
    } else {
      const wanted = wantedUnits(order, placeOf);
      const had = unitsHad(parts, placeOf);
      if (wanted === had) counted.inBackOffice += parts.some(isLive) ? 1 : 0;
      else if (!reason) fail('orders', `should be in the back office with "${wanted}" and is there with "${had}"`);
    }
    if (!sides.app) fail('claims', 'is not in the app’s list of orders');
    else if (['sent', 'partly-shipped', 'shipped'].includes(sides.app.state) && !parts.some(isLive))
      fail('claims', `is "${sides.app.state}" in the app and not in the back office`);

    const shipped = parcelTexts(
      parts.flatMap((part) => part.shipments.map(({ tracking, lines }) => ({ numbers: trackingNumbersOf(tracking), lines }))),
    );
    const fulfilled = parcelTexts(
      order.fulfilments
        .filter((one) => one.status === 'SUCCESS')
        .map(({ tracking, lines }) => ({ numbers: tracking.map(({ number }) => number), lines })),
    );
    counted.shipments += shipped.length;
    if (differ(shipped, fulfilled) && !reason)
      fail(
        'shipments',
        `left the back office as [${shipped.join('; ')}] and is fulfilled in Shopify as [${fulfilled.join('; ')}]`,
      );

    const refunded = order.refunds.filter(({ id }) => !script.merchantsRefunds.has(id)).map((one) => unitsText(one.lines));
    const returned = (returnsOf.get(order.name) ?? []).map((one) => unitsText(one.lines));
    counted.refunds += refunded.length;
    if (differ(refunded, returned))
      fail('refunds', `came back as [${returned.join('; ')}] and is refunded as [${refunded.join('; ')}]`);

    for (const cause of causes)
      if (!reason || (cause !== reason && !tooLate[cause]?.(order, parts, script.can)))
        fail('problems', `still has the problem "${cause}" after its cause is gone`);
  }
  const names = new Set(shopify.orders.map((order) => order.name));
  for (const part of backOffice.orders.filter((one) => !names.has(orderNameOf(one.reference))))
    violations.push({
      invariant: 'orders',
      subject: part.reference,
      what: 'is in the back office and was never placed in Shopify',
      shopify: null,
      backOffice: part,
      app: null,
    });
  const anothers = ({ subjectKind, label }: MerchantsView['problems'][number]) =>
    !names.has(orderNameOf(label)) && (subjectKind !== 'variant' || script.goods.has(label));
  for (const problem of view.problems.filter(anothers))
    violations.push({
      invariant: 'problems',
      subject: problem.label,
      what: `still has the problem "${problem.cause}" after its cause is gone`,
      shopify: null,
      backOffice: null,
      app: problem,
    });
  for (const run of view.busyRuns)
    violations.push({
      invariant: 'runs',
      subject: `${run.sync} run`,
      what: `is still ${run.state} though nothing is left to do`,
      shopify: null,
      backOffice: null,
      app: run,
    });
  const reserved = reservedUnits({ shopify, backOffice }, script.can);
  const late = { ...backOffice, orders: backOffice.orders.filter((part) => part.uncounted) };
  const uncounted = reservedUnits({ shopify, backOffice: late }, script.can);
  checkLevels({ shopify, backOffice }, { reserved, uncounted }, uncertain, violations, counted);
  return { violations, namedForGood, counted };
}

/** Every tracked level equals the rule: what can be sold there, less what is sold here and not reserved there yet, never below nothing. */
function checkLevels(
  { shopify, backOffice }: Ledgers,
  { reserved, uncounted }: Record<'reserved' | 'uncounted', ReadonlyMap<string, number>>,
  uncertain: ReadonlySet<string>,
  violations: Violation[],
  counted: Verdict['counted'],
) {
  const sellable = new Map(backOffice.stock.map((level) => [`${level.facility}/${level.sku}`, level.available]));
  const bySku = Map.groupBy(shopify.levels, (level) => `${level.location}/${level.sku?.trim() ?? ''}`);
  for (const [key, levels] of bySku) {
    const [level] = levels;
    const there = sellable.get(key);
    // A SKU that stands on two variants is never published: selling it twice would be the mistake.
    if (!level?.active || there === undefined || levels.length > 1) continue;
    counted.levels += 1;
    const inFlight = Math.max(0, level.committed - (reserved.get(key) ?? 0));
    const wanted = Math.max(0, there - inFlight);
    // Orders whose change came too late hold other units there than here: then the level may show less, never more.
    // Until it tells its stock again nobody can tell whether the units of an order that it told of late were in that count.
    const least = uncertain.has(level.sku?.trim() ?? '') ? 0 : wanted - (uncounted.get(key) ?? 0);
    const right = level.available <= wanted && level.available >= least;
    if (!right)
      violations.push({
        invariant: 'levels',
        subject: key,
        what: `shows ${level.available} and should show ${wanted}`,
        shopify: level,
        backOffice: { available: there, reserved: reserved.get(key) ?? 0 },
        app: null,
      });
  }
}
