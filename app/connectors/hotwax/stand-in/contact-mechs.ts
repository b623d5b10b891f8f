import { onlyKnown, param, readBody, required, type Api } from './api.ts';
import { rowsBy } from './finding.ts';
import { FACTS } from './facts.ts';
import { create, update } from './records.ts';
import { notFound, refuseMoqui } from './refusals.ts';
import { withoutNulls } from './values.ts';
import type { Fields, World } from './world.ts';

const ADDRESS = [
  'toName',
  'attnName',
  'address1',
  'address2',
  'directions',
  'city',
  'postalCode',
  'stateProvinceGeoId',
  'countryGeoId',
];
const PHONE = ['countryCode', 'areaCode', 'contactNumber'];
const KINDS = {
  address: { type: 'POSTAL_ADDRESS', entity: 'PostalAddress', fields: ADDRESS, needs: ['address1', 'city'] },
  phone: { type: 'TELECOM_NUMBER', entity: 'TelecomNumber', fields: PHONE, needs: ['contactNumber'] },
  email: { type: 'EMAIL_ADDRESS', entity: null, fields: ['infoString'], needs: ['infoString'] },
} as const;
type Kind = keyof typeof KINDS;

/** Addresses, phones and e-mail addresses of facilities and customers. Source: hotwax.md §3.3, §3.6. */
export function contactMechs(api: Api, world: World): void {
  const ofFacility: Record<string, Kind> = { facilityAddress: 'address', facilityPhone: 'phone', facilityEmail: 'email' };
  for (const [path, kind] of Object.entries(ofFacility)) {
    api.post(`/oms/facilityContactMechs/${path}`, async (c) => {
      const body = await readBody(c);
      return c.json(makeContactMech(world, kind, body, 'Facility', { facilityId: required(body, 'facilityId') }));
    });
    api.put(`/oms/facilityContactMechs/${path}`, async (c) =>
      c.json(changeContactMech(world, kind, await readBody(c), ['facilityId'])),
    );
  }
  api.get('/oms/facilityContactMechs', (c) => {
    const facilityId = c.req.query('facilityId');
    if (!facilityId) throw refuseMoqui(FACTS.missingKey, 400, 'Required field facilityId is missing');
    const rows = rowsBy(world, 'FacilityContactMechPurpose', { facilityId });
    return c.json({ facilityContactMechs: rows.map((row) => described(world, row)) });
  });

  const ofCustomer: Record<string, Kind> = { postalAddresses: 'address', telecomNumbers: 'phone', emails: 'email' };
  for (const [path, kind] of Object.entries(ofCustomer)) {
    api.post(`/oms/customers/:id/${path}`, async (c) => {
      const partyId = param(c, 'id');
      if (rowsBy(world, 'Party', { partyId }).length === 0) throw notFound('Party', partyId);
      return c.json(makeContactMech(world, kind, await readBody(c), 'Party', { partyId }));
    });
    api.put(`/oms/customers/:id/${path}`, async (c) => c.json(changeContactMech(world, kind, await readBody(c), [])));
  }
}

function makeContactMech(world: World, kind: Kind, body: Fields, owner: 'Facility' | 'Party', key: Fields): Fields {
  const { type, entity, fields, needs } = KINDS[kind];
  onlyKnown(body, [...fields, ...Object.keys(key), 'contactMechPurposeTypeId'], `a ${kind} of a ${owner}`);
  for (const field of needs) required(body, field);
  const purpose = required(body, 'contactMechPurposeTypeId');
  return world.state.transaction(() => {
    const infoString = kind === 'email' ? { infoString: body['infoString'] } : {};
    const { contactMechId } = create(world, 'ContactMech', { contactMechTypeId: type, ...infoString });
    if (entity) create(world, entity, { ...picked(body, fields), contactMechId });
    const link = owner === 'Facility' ? 'FacilityContactMechPurpose' : 'PartyContactMechPurpose';
    create(world, link, { ...key, contactMechId, contactMechPurposeTypeId: purpose });
    return { contactMechId };
  });
}

/** OFBiz never changes an address in use: HotWax's customer calls do, by contactMechId. [C order-manager] */
function changeContactMech(world: World, kind: Kind, body: Fields, owner: readonly string[]): Fields {
  const { entity, fields } = KINDS[kind];
  onlyKnown(body, [...fields, ...owner, 'contactMechId', 'contactMechPurposeTypeId'], `a ${kind}`);
  const contactMechId = required(body, 'contactMechId');
  update(world, entity ?? 'ContactMech', { ...picked(body, fields), contactMechId });
  return { contactMechId };
}

const picked = (body: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(names.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])));

/** A purpose with the address, number or text that it points to. */
function described(world: World, row: Fields): Fields {
  const key = { contactMechId: String(row['contactMechId']) };
  const [mech] = rowsBy(world, 'ContactMech', key);
  const [address] = rowsBy(world, 'PostalAddress', key);
  const [phone] = rowsBy(world, 'TelecomNumber', key);
  return withoutNulls({ ...mech, ...address, ...phone, ...row });
}
