import { listFacilities, refreshFacilities } from '../../connections/facilities.ts';
import { listLocations } from '../../connections/locations.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { offeredMappingKinds, type MappingKind, type ReferenceValue } from '../../connectors/contract/index.ts';
import { inShop } from '../../db/scope.ts';
import { referenceListOf } from '../../mappings/reference-lists.ts';
import { listMappingRows } from '../../mappings/mapping-store.ts';
import { suggestMappings } from '../../mappings/suggest.ts';

/** In the order of setting up. */
export const suggestedKinds = ['product-type', 'shipping', 'payment', 'channel'] as const satisfies readonly MappingKind[];
export type SuggestedKind = (typeof suggestedKinds)[number];

/** What one location could be mapped to. Without a facility one is made of it. */
export interface LocationSuggestion {
  /** Names this very suggestion: another one for the same location has another key. */
  key: string;
  locationId: string;
  name: string;
  facility: { id: string; name: string } | null;
}

export interface MappingSuggestion {
  key: string;
  kind: SuggestedKind;
  source: string;
  label: string;
  target: Record<string, string>;
  /** The target's method or value, as the back office's list names it. */
  shown: string;
}

export interface SetupSuggestions {
  locations: LocationSuggestion[];
  mappings: MappingSuggestion[];
  /** A queue of the back office that no location stands for: where somebody may want orders to wait until the back office chooses a facility. */
  queue: string | null;
  /** What nothing can be suggested for, to be answered by hand. */
  open: { kind: SuggestedKind | 'location'; label: string }[];
}

async function suggestLocations(live: LiveConnection): Promise<Omit<SetupSuggestions, 'mappings'>> {
  const shopId = live.shop.id;
  const known = await inShop(shopId, (tx) => tx.facility.count({ where: { shopId, connectionId: live.id } }));
  // Before anybody has asked for them there seem to be none: each would be made a second time.
  if (known === 0) await refreshFacilities(live);
  const { rows, facilities } = await inShop(shopId, async (tx) => ({
    rows: await listLocations(tx, shopId),
    facilities: await listFacilities(tx, shopId, live.id),
  }));
  const used = new Set(rows.flatMap(({ link }) => (link?.connectionId === live.id ? [link.facilityId] : [])));
  const free = facilities.filter(({ id, active, listed, kind }) => active && listed && kind !== 'queue' && !used.has(id));
  const open = rows.filter(({ link, state, serviceName }) => !link && state === 'active' && !serviceName);
  const queue = facilities.find(({ id, active, listed, kind }) => active && listed && kind === 'queue' && !used.has(id));
  const found: Omit<SetupSuggestions, 'mappings'> = {
    locations: [],
    queue: open.length > 0 ? (queue?.name ?? null) : null,
    open: [],
  };
  for (const { id, name, suggestions } of open) {
    const named = suggestions.find(({ connectionId }) => connectionId === live.id);
    // The only place on either side is the same place.
    const only = open.length === 1 && free.length === 1 ? free[0] : undefined;
    const facility = named ? { id: named.facilityId, name: named.facilityName } : only ? { id: only.id, name: only.name } : null;
    if (!facility && !live.definition.capabilities.createsFacilities) found.open.push({ kind: 'location', label: name });
    else found.locations.push({ key: `location ${id} ${facility?.id ?? 'new'}`, locationId: id, name, facility });
  }
  return found;
}

async function suggestKind(live: LiveConnection, kind: SuggestedKind): Promise<Pick<SetupSuggestions, 'mappings' | 'open'>> {
  const shopId = live.shop.id;
  const list = referenceListOf[kind];
  const port = live.connector.referenceData;
  const offered: readonly ReferenceValue[] | 'none' | null =
    list && port?.kinds.includes(list) ? await port.list(list).catch(() => null) : 'none';
  const { rows, suggestions } = await inShop(shopId, async (tx) => ({
    rows: await listMappingRows(tx, shopId, live.id, kind),
    suggestions: await suggestMappings(tx, shopId, { connectionId: live.id, kind, offered }),
  }));
  const labelOf = new Map(rows.map(({ value, label }) => [value, label || value]));
  const shownOf = (target: Record<string, string>) => {
    const id = target['method'] ?? target['value'] ?? '';
    const found = Array.isArray(offered) ? (offered as ReferenceValue[]).find((one) => one.id === id)?.label : undefined;
    return [target['carrier'], found ?? id].filter(Boolean).join(' · ');
  };
  const mappings = suggestions.map(({ value, target }) => ({
    ...{ key: `${kind} ${value} ${JSON.stringify(target)}`, kind, source: value },
    ...{ label: labelOf.get(value) ?? value, target, shown: shownOf(target) },
  }));
  const answered = new Set(mappings.map(({ source }) => source));
  const open = rows.filter(({ value, mapping }) => mapping === null && value !== '' && !answered.has(value));
  return { mappings, open: open.map(({ value, label }) => ({ kind, label: label || value })) };
}

/** All that can be suggested for a connection, for one page. Nothing is saved and nothing counts as mapped without a yes. */
export async function readSuggestions(live: LiveConnection): Promise<SetupSuggestions> {
  const offered = offeredMappingKinds(live.definition.capabilities);
  const places = await suggestLocations(live);
  const all: SetupSuggestions = { ...places, mappings: [] };
  for (const kind of suggestedKinds.filter((one) => offered.includes(one))) {
    const { mappings, open } = await suggestKind(live, kind);
    all.mappings.push(...mappings);
    all.open.push(...open);
  }
  return all;
}
