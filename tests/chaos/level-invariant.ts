import { isLive, orderNameOf, overInShopify, type Ledgers, type OrderInBackOffice } from './ledgers.ts';
import type { ScriptFacts, Violation } from './violation.ts';

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

/** Units that may be missing from a level, by place and SKU or (who takes orders whole) by SKU: those of orders whose change came too late, here and there. */
function unitsInDoubt({ shopify, backOffice }: Ledgers, late: ReadonlySet<string>, { wholeOrders }: ScriptFacts['can']) {
  const doubt = new Map<string, number>();
  const add = (place: string, sku: string, units: number) => {
    const key = wholeOrders ? sku : `${place}/${sku}`;
    doubt.set(key, (doubt.get(key) ?? 0) + units);
  };
  for (const { location, status, lines } of shopify.orders
    .filter(({ name }) => late.has(name))
    .flatMap((order) => order.fulfilmentOrders))
    if (!overInShopify.includes(status)) for (const { sku, remaining } of lines) add(location, sku?.trim() ?? '', remaining);
  for (const part of backOffice.orders.filter(({ reference }) => late.has(orderNameOf(reference))))
    for (const [key, units] of openUnits(part))
      add(key.slice(0, key.indexOf('/')), key.slice(key.indexOf('/') + 1), Math.max(0, units));
  return (key: string): number => doubt.get(wholeOrders ? key.slice(key.indexOf('/') + 1) : key) ?? 0;
}

/**
 * Every tracked level equals the rule: what can be sold there, less what is sold here and not reserved there yet, never below nothing. Every one of the suite's
 * goods has a level at each of its places. `late`: orders whose change came too late. Returns how many levels were compared.
 */
export function checkLevels(
  ledgers: Ledgers,
  { late, script }: { late: ReadonlySet<string>; script: ScriptFacts },
  violations: Violation[],
): number {
  const { shopify, backOffice } = ledgers;
  const reserved = reservedUnits(ledgers, script.can);
  const toldLate = { ...backOffice, orders: backOffice.orders.filter((part) => part.uncounted) };
  const uncounted = reservedUnits({ shopify, backOffice: toldLate }, script.can);
  const inDoubt = unitsInDoubt(ledgers, late, script.can);
  const sellable = new Map(backOffice.stock.map((level) => [`${level.facility}/${level.sku}`, level.available]));
  const compared = new Set<string>();
  const fail = (key: string, what: string, level: unknown) =>
    violations.push({
      ...{ invariant: 'levels', subject: key, what, shopify: level ?? null, app: null },
      backOffice: { available: sellable.get(key) ?? null, reserved: reserved.get(key) ?? 0 },
    });
  for (const [key, levels] of Map.groupBy(shopify.levels, (level) => `${level.location}/${level.sku?.trim() ?? ''}`)) {
    const [level] = levels;
    const there = sellable.get(key);
    // A SKU that stands on two variants is never published: selling it twice would be the mistake.
    if (!level?.active || there === undefined || levels.length > 1) continue;
    compared.add(key);
    const inFlight = Math.max(0, level.committed - (reserved.get(key) ?? 0));
    const wanted = Math.max(0, there - inFlight);
    // Orders whose change came too late hold other units there than here: then the level may show so many less, never more.
    // Until it tells its stock again nobody can tell whether the units of an order that it told of late were in that count.
    const least = wanted - inDoubt(key) - (uncounted.get(key) ?? 0);
    if (level.available > wanted || level.available < least)
      fail(key, `shows ${level.available} and should show ${wanted}`, level);
  }
  for (const key of script.places.flatMap((place) => [...script.goods].map((sku) => `${place}/${sku}`)))
    if (!compared.has(key))
      fail(
        key,
        'is not stocked on both sides any more',
        shopify.levels.find(({ location, sku }) => `${location}/${sku}` === key),
      );
  return compared.size;
}
