import { RejectedError } from '../../core/errors.ts';
import type { MirroredMapping } from '../contract/index.ts';
import type { Account } from './account.ts';
import { mappingTypes, noCarrier } from './assumptions.ts';
import { carrierNamed, carriersOf, methodId, splitMethod } from './reference-data.ts';
import * as wire from './wire.ts';

const path = '/oms/shopifyShops';
type TypeKind = keyof typeof mappingTypes;
const isTyped = (kind: MirroredMapping['kind']): kind is TypeKind => kind in mappingTypes;
const kindOf = (mappedTypeId: string | null) =>
  (Object.keys(mappingTypes) as TypeKind[]).find((kind) => mappingTypes[kind] === mappedTypeId);

/** The rows as they stand, retired ones too. */
async function rowsOf(account: Account, shopId: string) {
  const { client } = account;
  const query = { shopId };
  const mine = <Row extends { shopId: string }>(rows: Row[]) => rows.filter((row) => row.shopId === shopId);
  const [locations, methods, types, carriers] = await Promise.all([
    client.list(`${path}/locations`, wire.shopLocation, query),
    client.list(`${path}/carrierShipments`, wire.shopCarrierShipment, query),
    client.list(`${path}/typeMappings`, wire.shopTypeMapping, query),
    carriersOf(account),
  ]);
  return { locations: mine(locations), methods: mine(methods), types: mine(types), carriers };
}

type Rows = Awaited<ReturnType<typeof rowsOf>>;

/** A mapping without a value is retired. */
function shown({ locations, methods, types, carriers }: Rows): MirroredMapping[] {
  return [
    ...locations.flatMap(({ shopifyLocationId, facilityId }): MirroredMapping[] =>
      shopifyLocationId ? [{ kind: 'location', source: shopifyLocationId, target: facilityId, carrier: null }] : [],
    ),
    ...methods.flatMap(({ shopifyShippingMethod: source, shipmentMethodTypeId: method, carrierPartyId }): MirroredMapping[] => {
      const carrier = carrierPartyId === noCarrier ? null : carrierPartyId;
      if (!method) return [];
      const name = carrier && (carriers.get(carrier) ?? carrier);
      return [{ kind: 'shipping-method', source, target: methodId(method, carrier), carrier: name }];
    }),
    ...types.flatMap(({ mappedKey: source, mappedTypeId, mappedValue: target }): MirroredMapping[] => {
      const kind = kindOf(mappedTypeId);
      return kind && target ? [{ kind, source, target, carrier: null }] : [];
    }),
  ];
}

export async function mappingsOf(account: Account, shopId: string): Promise<MirroredMapping[]> {
  return shown(await rowsOf(account, shopId));
}

/** Method and carrier as HotWax keeps them; null retires. A carrier may be named as people know it. */
function parts({ target, carrier }: Pick<MirroredMapping, 'target' | 'carrier'>, { carriers }: Rows) {
  if (target === null) return null;
  const split = splitMethod(target, carrier);
  return { method: split.method, carrier: split.carrier && (carrierNamed(carriers, split.carrier) ?? split.carrier) };
}

/** Whether what HotWax shows is what was written. */
function stuck(wanted: MirroredMapping, rows: Rows): boolean {
  if (wanted.kind === 'shipping-method') {
    const row = rows.methods.find(({ shopifyShippingMethod }) => shopifyShippingMethod === wanted.source);
    const want = parts(wanted, rows);
    if (want === null) return !row?.shipmentMethodTypeId;
    return row?.shipmentMethodTypeId === want.method && (row.carrierPartyId ?? noCarrier) === (want.carrier ?? noCarrier);
  }
  const same = shown(rows).filter(({ kind, source }) => kind === wanted.kind && source === wanted.source);
  return wanted.target === null ? same.length === 0 : same.some(({ target }) => target === wanted.target);
}

/** Writes one mapping. Throws RejectedError with HotWax's words, or with what keeps it from being written. */
async function writeOne({ client }: Account, shopId: string, mapping: MirroredMapping, rows: Rows): Promise<void> {
  const post = (list: string, body: Record<string, string>) =>
    client.write('POST', `${path}/${list}`, { shopId, ...body }, wire.anything);
  const { kind, source, target } = mapping;
  if (kind === 'location') {
    // The key is shop and facility, so a location that moves leaves its old facility's row behind: that one is emptied first.
    for (const { facilityId } of rows.locations.filter((row) => row.shopifyLocationId === source && row.facilityId !== target))
      await post('locations', { facilityId, shopifyLocationId: '' });
    if (target !== null) await post('locations', { facilityId: target, shopifyLocationId: source });
    return;
  }
  if (kind === 'shipping-method') {
    const want = parts(mapping, rows);
    await post('carrierShipments', {
      shopifyShippingMethod: source,
      shipmentMethodTypeId: want?.method ?? '',
      carrierPartyId: want ? (want.carrier ?? noCarrier) : '',
    });
    return;
  }
  if (!isTyped(kind)) return;
  // The kind isn't part of HotWax's key: writing a payment method "Gift Card" would turn a product type of that name into one.
  const taken = rows.types.find((row) => row.mappedKey === source && row.mappedValue && row.mappedTypeId !== mappingTypes[kind]);
  if (taken && target === null) return;
  if (taken) {
    throw new RejectedError(
      'hotwax-mapping-key-taken',
      `HotWax keeps one mapping for “${source}”, and it is one of ${taken.mappedTypeId ?? '?'} (${taken.mappedValue ?? ''}).`,
      { params: { source } },
    );
  }
  const body = { mappedTypeId: mappingTypes[kind], mappedKey: source, mappedValue: target ?? '' };
  await post('typeMappings', body);
  const known = rows.types.find((row) => row.mappedKey === source);
  if (known) Object.assign(known, body);
  else rows.types.push({ shopId, ...body });
}

/** Writes mappings, retired ones first, and reads all back; answers those that didn't stick with HotWax's words. */
export async function writeMappings(
  account: Account,
  shopId: string,
  mappings: readonly MirroredMapping[],
): Promise<{ mapping: MirroredMapping; vendorText: string }[]> {
  const before = await rowsOf(account, shopId);
  const words = new Map<MirroredMapping, string>();
  const retired = mappings.filter(({ target }) => target === null);
  for (const mapping of [...retired, ...mappings.filter(({ target }) => target !== null)]) {
    if (stuck(mapping, before)) continue;
    try {
      await writeOne(account, shopId, mapping, before);
    } catch (error) {
      if (!(error instanceof RejectedError)) throw error;
      words.set(mapping, error.vendorText);
    }
  }
  const after = await rowsOf(account, shopId);
  return mappings.flatMap((mapping) =>
    stuck(mapping, after) && !words.has(mapping)
      ? []
      : [{ mapping, vendorText: words.get(mapping) ?? 'HotWax took it, but shows another value.' }],
  );
}
