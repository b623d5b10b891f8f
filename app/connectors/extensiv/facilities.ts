import type { FacilitiesPort, Facility } from '../contract/index.ts';
import type { Account } from './account.ts';
import { warehousesOf } from './warehouses.ts';

/** Id of the one facility that stands for all warehouses together. */
export const allWarehouses = 'all';

const facility = (id: string, name: string): Facility => ({
  id,
  name,
  kind: 'warehouse',
  active: true,
  address: null,
  url: null,
});

/** IM's warehouses, or all of them as one. They come from the WMS and are made there only. */
export function facilitiesPort(account: Account): FacilitiesPort {
  return {
    async list() {
      const warehouses = await warehousesOf(account);
      if (account.settings.stockFrom === 'combined') return [facility(allWarehouses, [...warehouses.values()].join(' + '))];
      return [...warehouses].map(([pk, name]) => facility(pk, name));
    },
  };
}
