import { NeedsMerchantError } from '../../core/errors.ts';
import { gid, legacyIdOf } from '../../core/gid.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { linkLocation } from '../../connections/location-links.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { MappingKind, MirroredMapping } from '../../connectors/contract/index.ts';
import { changeMappings } from '../../mappings/change-mappings.ts';
import { loadMappings } from '../../mappings/mapping-store.ts';
import type { Actor } from '../../people/actor.ts';

const kindOf: Partial<Record<MirroredMapping['kind'], MappingKind>> = {
  'shipping-method': 'shipping',
  'payment-method': 'payment',
  channel: 'channel',
  'product-type': 'product-type',
};

/** A mapping that people made in the back office and that stands here otherwise, or not at all. */
export interface MirroredChoice {
  kind: MirroredMapping['kind'];
  source: string;
  /** The source as people know it: a location's name. */
  label: string;
  there: string;
  /** What stands here; null for none. */
  here: string | null;
}

const shown = (...words: (string | null | undefined)[]): string => words.filter(Boolean).join(' · ');

interface Ours {
  here: Map<string, string>;
  labels: Map<string, string>;
}

async function ours(tx: Tx, live: LiveConnection): Promise<Ours> {
  const shopId = live.shop.id;
  const { rules } = await loadMappings(tx, shopId, live.id);
  const here = new Map<string, string>();
  const note = (kind: string, source: string, text: string) => here.set(`${kind} ${source}`, text);
  for (const { match, source, target } of rules.shipping)
    if (match === 'exact') note('shipping-method', source, shown(target.carrier, target.method));
  for (const { match, source, target } of rules.payment) if (match === 'exact') note('payment-method', source, target.method);
  for (const { match, source, target } of rules.channel) if (match === 'exact') note('channel', source, target.value);
  for (const { match, source, target } of rules['product-type'])
    if (match === 'exact' && target.value) note('product-type', source, target.value);
  const locations = await tx.location.findMany({ where: { shopId, serviceName: null } });
  const links = await tx.locationLink.findMany({ where: { shopId } });
  for (const { locationId, connectionId, facilityId } of links)
    note('location', legacyIdOf(locationId), connectionId === live.id ? facilityId : '');
  return { here, labels: new Map(locations.map(({ id, name }) => [legacyIdOf(id), name])) };
}

async function readChoices(live: LiveConnection): Promise<(MirroredChoice & { mapping: MirroredMapping })[]> {
  const { mirror } = live.connector;
  if (!mirror) throw new NeedsMerchantError('mirror-not-offered', `${live.definition.label} keeps no mappings`);
  const found = await mirror.read();
  const { here, labels } = await inShop(live.shop.id, (tx) => ours(tx, live));
  return found.flatMap((mapping) => {
    const { kind, source, target, carrier } = mapping;
    if (target === null) return [];
    // A location that the shop doesn't have (any more) can't be mapped.
    if (kind === 'location' && !labels.has(source)) return [];
    const there = kind === 'shipping-method' ? shown(carrier, target) : target;
    const own = here.get(`${kind} ${source}`) ?? null;
    if (own === there) return [];
    return [{ kind, source, label: labels.get(source) ?? source, there, here: own, mapping }];
  });
}

/** What of the back office's own mappings could be taken over, of these kinds. */
export async function previewMirrored(
  live: LiveConnection,
  kinds: readonly MirroredMapping['kind'][],
): Promise<MirroredChoice[]> {
  const found = await readChoices(live);
  return found.filter(({ kind }) => kinds.includes(kind)).map(({ mapping: _mapping, ...choice }) => choice);
}

/** Takes over what somebody chose of the preview, read again at that moment. All or none. Returns how many. */
export async function importMirrored(
  live: LiveConnection,
  actor: Actor,
  chosen: readonly Pick<MirroredChoice, 'kind' | 'source'>[],
): Promise<number> {
  const found = (await readChoices(live)).filter((one) =>
    chosen.some(({ kind, source }) => kind === one.kind && source === one.source),
  );
  const shopId = live.shop.id;
  await inShop(shopId, async (tx) => {
    for (const { mapping } of found) {
      const { kind: theirs, source, target, carrier } = mapping;
      const kind = kindOf[theirs];
      if (theirs === 'location' && target)
        await linkLocation(tx, shopId, actor, {
          ...{ locationId: gid('Location', source), connectionId: live.id, facilityId: target, share: true },
        });
      if (!kind) continue;
      const held = kind === 'product-type' ? (await loadMappings(tx, shopId, live.id)).rules[kind] : [];
      const before = held.find((rule) => rule.match === 'exact' && rule.source === source)?.target;
      const answers: Partial<Record<MappingKind, unknown>> = {
        shipping: { carrier, method: target },
        payment: { method: target },
        channel: { value: target },
        // Whether it is shipped stands here only.
        'product-type': { ...before, value: target },
      };
      await changeMappings(tx, shopId, actor, { connectionId: live.id, kind, save: [{ source, target: answers[kind] }] });
    }
  });
  return found.length;
}
