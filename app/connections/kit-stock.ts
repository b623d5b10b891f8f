import type { Connector, StockLevel, StockPage, StockPort } from '../connectors/contract/index.ts';
import { kitKey, type KitComponent, type Kits } from '../mappings/kit-text.ts';

type Levels = Map<string, Map<string, number>>;

function note(levels: Levels, { facilityId, sku, available }: StockLevel): void {
  const at = levels.get(facilityId) ?? new Map<string, number>();
  levels.set(facilityId, at.set(kitKey(sku), available));
}

/** What a facility can make of a kit; null where it hasn't said how much it has of a component. Pure. */
function kitsPossible(components: readonly KitComponent[], at: ReadonlyMap<string, number>): number | null {
  let most = Infinity;
  for (const { sku, quantity } of components) {
    const available = at.get(kitKey(sku));
    if (available === undefined) return null;
    most = Math.min(most, Math.floor(Math.max(0, available) / quantity));
  }
  return Number.isFinite(most) ? most : null;
}

function levelsOfKits(kits: Kits, skuOf: ReadonlyMap<string, string>, levels: Levels, wanted: ReadonlySet<string>): StockLevel[] {
  return [...levels].flatMap(([facilityId, at]) =>
    [...kits].flatMap(([key, components]) => {
      const available = wanted.has(key) ? kitsPossible(components, at) : null;
      return available === null ? [] : [{ facilityId, sku: skuOf.get(key) ?? key, remoteProductId: null, available }];
    }),
  );
}

/**
 * Stock of kits: what the least of their components allows, worked out facility by facility behind the back office's own numbers. What it says of a
 * kit's own code doesn't count: it is never on a shelf.
 */
export function withKitStock(
  connector: Connector,
  get: () => Promise<{ kits: Kits; skuOf: ReadonlyMap<string, string> }>,
): Connector {
  const { stock } = connector;
  if (!stock) return connector;
  const pull = stock.pull.bind(stock);
  async function* pulled(request: Parameters<StockPort['pull']>[0]): AsyncGenerator<StockPage> {
    const { kits, skuOf } = await get();
    if (kits.size === 0) return yield* pull(request);
    const asked = request.skus && new Set(request.skus.map(kitKey));
    const concerned = (skus: ReadonlySet<string>) =>
      new Set(
        [...kits].filter(([key, list]) => skus.has(key) || list.some(({ sku }) => skus.has(kitKey(sku)))).map(([key]) => key),
      );
    const parts = new Set([...kits.values()].flatMap((list) => list.map(({ sku }) => kitKey(sku))));
    const componentsOf = (some: ReadonlySet<string>) =>
      [...kits].filter(([key]) => some.has(key)).flatMap(([, list]) => list.map(({ sku }) => sku));
    const levels: Levels = new Map();
    const seen = new Set<string>();
    let asOf = Infinity;
    const take = (page: StockPage): StockPage => {
      asOf = Math.min(asOf, page.asOf);
      const own = page.levels.filter(({ sku }) => !kits.has(kitKey(sku)));
      for (const level of own) {
        if (!parts.has(kitKey(level.sku))) continue;
        note(levels, level);
        seen.add(kitKey(level.sku));
      }
      return { ...page, levels: own };
    };
    const wanted = asked ? concerned(asked) : null;
    const skus = request.skus && wanted ? [...new Set([...request.skus, ...componentsOf(wanted)])] : undefined;
    for await (const page of pull({ ...request, ...(skus ? { skus } : {}) })) yield take(page);
    const changed = wanted ?? concerned(seen);
    // Where only changes were asked for, the other components of a kit are asked for by name. They are told, too: a kit's number must not be newer
    // than theirs, or what was reserved for it in between would count as gone from both.
    const missing = request.since === null ? [] : componentsOf(changed).filter((sku) => !skus?.includes(sku));
    if (missing.length > 0)
      for await (const page of pull({ ...request, since: null, skus: [...new Set(missing)] })) yield take(page);
    const made = levelsOfKits(kits, skuOf, levels, request.since === null && !asked ? new Set(kits.keys()) : changed);
    if (made.length > 0) yield { levels: made, asOf };
  }
  return { ...connector, stock: { ...stock, pull: pulled } };
}
