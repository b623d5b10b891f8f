import { createFacilityFromLocation } from '../../connections/facilities.ts';
import { linkLocation } from '../../connections/location-links.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { inShop } from '../../db/scope.ts';
import type { Actor } from '../../people/actor.ts';
import { askForMirror } from '../mirror/ask-for-mirror.ts';
import { retryProblems } from '../problems/retry-problems.ts';
import { applyMappings } from '../settings/apply-mappings.ts';
import { performWrite } from '../writes/perform-write.ts';
import { readSuggestions, suggestedKinds } from './suggestions.ts';

/**
 * Takes over the suggestions whose keys somebody saw and said yes to. They are worked out anew: what changed meanwhile has another key and is left for
 * another look. Returns how many were taken over.
 */
export async function acceptSuggestions(live: LiveConnection, actor: Actor, keys: readonly string[]): Promise<number> {
  const shopId = live.shop.id;
  const seen = new Set(keys);
  const { locations, mappings } = await readSuggestions(live);
  const places = locations.filter(({ key }) => seen.has(key));
  for (const { locationId, facility } of places) {
    if (facility)
      await inShop(shopId, (tx) =>
        linkLocation(tx, shopId, actor, { locationId, connectionId: live.id, facilityId: facility.id, share: false }),
      );
    else await createFacilityFromLocation(live, locationId, actor, performWrite);
  }
  if (places.length > 0) {
    await inShop(shopId, (tx) => askForMirror(tx, shopId, live.id));
    await retryProblems({ shopId, cause: 'location-unmapped', by: actor.userId ?? actor.userName });
  }
  const wanted = mappings.filter(({ key }) => seen.has(key));
  for (const kind of suggestedKinds) {
    const save = wanted
      .filter((one) => one.kind === kind)
      .map(({ source, target }) => ({ match: 'exact' as const, source, target }));
    if (save.length > 0) await applyMappings(shopId, actor, { connectionId: live.id, kind, save });
  }
  return places.length + wanted.length;
}
