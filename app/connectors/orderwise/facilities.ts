import type { FacilitiesPort, Facility } from '../contract/index.ts';
import type { Account } from './account.ts';

export const warehouse = (id: string, name: string): Facility => ({
  ...{ id, name, kind: 'warehouse', active: true },
  ...{ address: null, url: null },
});

/** OrderWise's stock locations. They are made in OrderWise only. */
export function facilitiesPort({ lists }: Account): FacilitiesPort {
  return { list: async () => (await lists.all('stockLocation')).map(({ id, name }) => warehouse(id, name)) };
}
