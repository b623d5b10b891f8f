import {
  createFacility,
  listFacilities,
  type Facility as StockroomFacility,
  type FacilityAddress,
} from '../../stockroom/facilities.ts';
import type { Address, FacilitiesPort, Facility } from '../contract/index.ts';
import { roomOf, type StockroomContext } from './room.ts';

const parts = ['company', 'address1', 'address2', 'city', 'zip', 'province', 'provinceCode', 'countryCode', 'phone'] as const;

/** Only the parts that are given: a facility's address has no person's name. */
function addressOf(address: Partial<Address> | null): FacilityAddress | null {
  if (!address) return null;
  return Object.fromEntries(parts.flatMap((part) => (address[part] ? [[part, address[part]]] : [])));
}

function asFacility({ id, name, active, address }: StockroomFacility): Facility {
  const given = Object.entries(address ?? {}).filter(([, value]) => value !== null);
  return {
    id,
    name,
    kind: 'warehouse',
    active,
    address: address ? (Object.fromEntries(given) as Partial<Address>) : null,
    url: '/app/stockroom/facilities',
  };
}

export function facilitiesPort(context: StockroomContext): FacilitiesPort {
  const room = roomOf(context);
  const ofStore = ({ storeId }: StockroomFacility) => !context.storeId || storeId === null || storeId === context.storeId;
  return {
    /** Those of the connection's store and those of none in particular. */
    async list() {
      return (await listFacilities(room)).filter(ofStore).map(asFacility);
    },
    async create({ name, address, storeId }) {
      return asFacility(
        await createFacility({ ...room, name, address: addressOf(address), storeId: storeId ?? context.storeId }),
      );
    },
  };
}
