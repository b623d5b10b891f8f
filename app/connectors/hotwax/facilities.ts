import { NeedsMerchantError } from '../../core/errors.ts';
import type { FacilitiesPort, Facility } from '../contract/index.ts';
import { firstOffered, type Account } from './account.ts';
import { facilityGroupEntity, thresholdType, virtualTypes } from './assumptions.ts';
import { createFacility } from './create-facility.ts';
import * as wire from './wire.ts';

/** Facilities by what they are for. */
export interface Places {
  /** Where people pick and ship. */
  real: wire.Facility[];
  /** Orders wait here to be brokered; null where the instance has no such facility. */
  queue: wire.Facility | null;
  /** Queue, parking places and the like. */
  virtual: wire.Facility[];
  /** They hold no stock, only thresholds. */
  thresholds: wire.Facility[];
}

/** Virtual facilities are told by their type's parent; types that are its children are many. */
const isVirtual = ({ parentTypeId, facilityTypeId }: wire.Facility) =>
  parentTypeId === 'VIRTUAL_FACILITY' || virtualTypes.includes(facilityTypeId ?? '');

const byId = { orderByField: 'facilityId' };

export async function findFacilities({ client, settings }: Account): Promise<Places> {
  const all = await firstOffered(
    () => client.list('/oms/facilities', wire.facility, byId),
    () => client.list('/admin/facilities', wire.facility, byId),
  );
  const queue = all.find(({ facilityId }) => facilityId === settings.queueFacilityId) ?? null;
  const virtual = all.filter((one) => isVirtual(one) || one === queue);
  const thresholds = all.filter((one) => one.facilityTypeId === thresholdType || one.parentTypeId === thresholdType);
  return { queue, virtual, thresholds, real: all.filter((one) => !virtual.includes(one) && !thresholds.includes(one)) };
}

/** Ids of the facilities that the product store sells from now; null where the instance doesn't tell. */
export async function facilitiesOfStore({ client, settings, context }: Account): Promise<Set<string> | null> {
  const path = `/admin/productStores/${encodeURIComponent(settings.productStoreId)}/facilities`;
  return firstOffered<Set<string> | null>(
    async () => {
      const links = await client.list(path, wire.storeFacility);
      return new Set(
        links.filter(({ thruDate }) => thruDate === null || thruDate > context.nowMs()).map((one) => one.facilityId),
      );
    },
    () => Promise.resolve(null),
  );
}

/** Throws unless the settings' group of facilities exists: for one it doesn't know HotWax answers a total of zero, and the shop would sell nothing. */
export async function assertGroup({ client, settings }: Account): Promise<void> {
  const { facilityGroupId } = settings;
  const asked = { selectedEntity: facilityGroupEntity, customParametersMap: { facilityGroupId } };
  const { entityValueList } = await client.write('POST', '/oms/entityData', asked, wire.facilityGroups);
  if (entityValueList.some((group) => group.facilityGroupId === facilityGroupId)) return;
  throw new NeedsMerchantError('hotwax-group-unknown', 'HotWax has no such facility group', {
    scope: 'connection',
    params: { group: facilityGroupId },
  });
}

export const isOpen = ({ closedDate }: wire.Facility, nowMs: number): boolean => closedDate === null || closedDate > nowMs;

const kindOf = ({ facilityTypeId }: wire.Facility): Facility['kind'] =>
  /STORE/.test(facilityTypeId ?? '') ? 'store' : 'warehouse';

/** HotWax's facilities, and the brokering queue as one of them. */
export function facilitiesPort(account: Account): FacilitiesPort {
  return {
    async list() {
      const { real, queue } = await findFacilities(account);
      const shown = (facility: wire.Facility, kind: Facility['kind']): Facility => ({
        id: facility.facilityId,
        name: facility.facilityName ?? facility.facilityId,
        kind,
        active: isOpen(facility, account.context.nowMs()),
        address: facility.postalCode ? { zip: facility.postalCode } : null,
        url: null,
      });
      return [...(queue ? [shown(queue, 'queue')] : []), ...real.map((one) => shown(one, kindOf(one)))];
    },
    create: (input) => createFacility(account, input),
  };
}
