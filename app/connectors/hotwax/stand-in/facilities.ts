import type { Context } from 'hono';
import { param, readBody, required, type Api } from './api.ts';
import { FACTS } from './facts.ts';
import { list, one } from './finding.ts';
import { create, remove, store, update } from './records.ts';
import { refuseMoqui } from './refusals.ts';
import type { World } from './world.ts';

/** Facilities with their types, places, identities and stores. Source: hotwax.md §3.3. */
export function facilities(api: Api, world: World): void {
  api.get('/oms/facilityTypes', (c) => list(world, c, 'FacilityType'));
  api.get('/oms/facilityGroups', (c) => list(world, c, 'FacilityGroup'));
  const own = (c: Context) => ({ facilityId: param(c, 'id') });
  for (const base of ['/oms/facilities', '/admin/facilities']) {
    api.get(base, (c) => list(world, c, 'FacilityAndType'));
    api.post(base, async (c) => {
      const body = await readBody(c);
      for (const field of ['facilityTypeId', 'facilityName']) required(body, field);
      return c.json(create(world, 'Facility', body));
    });
    api.get(`${base}/identifications`, (c) => list(world, c, 'FacilityIdentification'));
    api.get(`${base}/:id`, (c) => one(world, c, 'Facility', own(c)));
    api.put(`${base}/:id`, async (c) => c.json(update(world, 'Facility', { ...(await readBody(c)), ...own(c) })));
    api.delete(`${base}/:id`, (c) => {
      remove(world, 'Facility', own(c));
      return c.json({});
    });
    const nested: Record<string, [read: string, write: string]> = {
      locations: ['FacilityLocation', 'FacilityLocation'],
      identifications: ['FacilityIdentification', 'FacilityIdentification'],
      productStores: ['ProductStoreFacility', 'ProductStoreFacility'],
      groups: ['FacilityGroupMember', 'FacilityGroupMember'],
    };
    for (const [name, [read, write]] of Object.entries(nested)) {
      api.get(`${base}/:id/${name}`, (c) => list(world, c, read, own(c)));
      api.post(`${base}/:id/${name}`, async (c) => {
        const body = { ...(await readBody(c)), ...own(c) };
        if (write === 'FacilityLocation' && !('locationSeqId' in body))
          Object.assign(body, { locationSeqId: locationSeqId(body) });
        return c.json(store(world, write, body));
      });
    }
  }
}

/** The address of a shelf is its id: TL/TL/TL/LL/01 is `TLTLTLLL01`. Source: hotwax.md §3.3. */
function locationSeqId(body: Record<string, unknown>): string {
  const parts = ['areaId', 'aisleId', 'sectionId', 'levelId', 'positionId'].map((name) => body[name]);
  if (parts.some((part) => typeof part !== 'string' || part === ''))
    throw refuseMoqui(FACTS.missingKey, 400, 'Required field locationSeqId is missing');
  return parts.join('');
}
