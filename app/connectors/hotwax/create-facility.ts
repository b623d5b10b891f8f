import { RejectedError } from '../../core/errors.ts';
import type { Address, Facility } from '../contract/index.ts';
import type { Account } from './account.ts';
import { pickLocation } from './assumptions.ts';
import { postalBody } from './convert-address.ts';
import { facilityIdBeside, facilityIdOf } from './ids.ts';
import { saysItExists } from './refusal.ts';
import * as wire from './wire.ts';

interface NewFacility {
  name: string;
  address: Partial<Address> | null;
  storeId: string | null;
}

const path = '/oms/facilities';

/**
 * Makes a facility, its address and phone, a place to pick from and its link to the product store. The id follows from the name, so that a
 * second try after a lost answer goes on with what is there.
 */
export async function createFacility(account: Account, { name, address, storeId }: NewFacility): Promise<Facility> {
  const { client, settings, context } = account;

  async function make(): Promise<{ id: string; isNew: boolean }> {
    const all = await client.list(path, wire.facility, { orderByField: 'facilityId' });
    for (const id of [facilityIdOf(name), facilityIdBeside(name)]) {
      const there = all.find(({ facilityId }) => facilityId === id);
      if (there?.facilityName === name) return { id, isNew: false };
      if (there) continue;
      const body = {
        facilityId: id,
        facilityName: name,
        facilityTypeId: settings.facilityType,
        ownerPartyId: await account.company(),
        // Stock is written under the external id.
        externalId: id,
      };
      const { facilityId } = await client.write('POST', path, body, wire.facilityMade);
      return { id: facilityId, isNew: true };
    }
    throw new RejectedError('hotwax-facility-id-taken', `HotWax has other facilities with the ids of ${name}`, {
      params: { name },
    });
  }

  const { id, isNew } = await make();
  /** What a first try may have done already isn't done again. */
  async function add(to: string, body: Record<string, unknown>): Promise<void> {
    try {
      await client.write('POST', to, body, wire.anything);
    } catch (error) {
      if (isNew || !(error instanceof RejectedError) || !saysItExists(error)) throw error;
    }
  }

  if (address?.address1) {
    const body = { facilityId: id, contactMechPurposeTypeId: 'PRIMARY_LOCATION', toName: name, ...postalBody(address) };
    await add('/oms/facilityContactMechs/facilityAddress', body);
  }
  if (address?.phone) {
    const body = { facilityId: id, contactMechPurposeTypeId: 'PRIMARY_PHONE', contactNumber: address.phone };
    await add('/oms/facilityContactMechs/facilityPhone', body);
  }
  const own = `${path}/${encodeURIComponent(id)}`;
  await add(`${own}/locations`, { facilityId: id, ...pickLocation });
  await add(`${own}/productStores`, { productStoreId: storeId ?? settings.productStoreId, fromDate: context.nowMs() });
  return {
    id,
    name,
    kind: /STORE/.test(settings.facilityType) ? 'store' : 'warehouse',
    active: true,
    address,
    url: null,
  };
}
