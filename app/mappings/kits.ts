import { inShop, type Tx } from '../db/scope.ts';
import { kitKey, parseComponents, type Kits } from './kit-text.ts';
import { loadRules } from './mapping-store.ts';

export interface KnownKits {
  kits: Kits;
  /** Key → the kit's SKU as it was entered. */
  skuOf: ReadonlyMap<string, string>;
}

/** A connection's kits. A kit within a kit is not taken apart: what it is made of is packed as it is. */
async function loadKits(tx: Tx, shopId: number, connectionId: string): Promise<KnownKits> {
  const rules = await loadRules(tx, shopId, connectionId, 'kit');
  return {
    kits: new Map(rules.map(({ source, target }) => [kitKey(source), parseComponents(target.value) ?? []])),
    skuOf: new Map(rules.map(({ source }) => [kitKey(source), source])),
  };
}

const KEPT = 200;
const known = new Map<string, { version: number; kits: Promise<KnownKits> }>();

/** The kits in force at a version of a connection's mappings; read once for each version. */
export function kitsAt(shopId: number, connectionId: string, version: number): Promise<KnownKits> {
  const key = `${shopId} ${connectionId}`;
  const had = known.get(key);
  if (had?.version === version) return had.kits;
  const kits = inShop(shopId, (tx) => loadKits(tx, shopId, connectionId));
  known.set(key, { version, kits });
  kits.catch(() => known.delete(key));
  const oldest = known.size > KEPT ? known.keys().next().value : undefined;
  if (oldest !== undefined) known.delete(oldest);
  return kits;
}
