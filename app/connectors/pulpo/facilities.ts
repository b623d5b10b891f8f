import type { Address, FacilitiesPort, Facility } from '../contract/index.ts';
import type { Account } from './account.ts';
import * as wire from './wire.ts';

function addressOf(warehouse: wire.Warehouse): Partial<Address> | null {
  const parts: Partial<Address> = {
    ...(warehouse.company_name ? { company: warehouse.company_name } : {}),
    ...(warehouse.line1 ? { address1: warehouse.line1 } : {}),
    ...(warehouse.line2 ? { address2: warehouse.line2 } : {}),
    ...(warehouse.zip_code ? { zip: warehouse.zip_code } : {}),
    ...(warehouse.city ? { city: warehouse.city } : {}),
    ...(warehouse.state ? { province: warehouse.state } : {}),
    ...(warehouse.country_code ? { countryCode: warehouse.country_code } : {}),
    ...(warehouse.phone ? { phone: warehouse.phone } : {}),
  };
  return Object.keys(parts).length > 0 ? parts : null;
}

/** Every warehouse, and those of them that are active and that the API user is assigned to: PULPO takes writes for these only. */
export async function warehousesOf({ client, me }: Account): Promise<{ all: wire.Warehouse[]; usable: wire.Warehouse[] }> {
  const { id: user } = await me();
  const [all, assigned] = await Promise.all([
    client.list('/warehouses/', 'warehouses', wire.warehouse),
    client.get(`/iam/users/${user}/warehouses`, wire.userWarehouses),
  ]);
  const mine = new Set(assigned?.warehouses.map(({ id }) => id));
  return { all, usable: all.filter(({ id, active }) => active && mine.has(id)) };
}

/** PULPO's warehouses. They are made in PULPO only. */
export function facilitiesPort({ client }: Account): FacilitiesPort {
  return {
    async list() {
      const found = await client.list('/warehouses/', 'warehouses', wire.warehouse);
      return found.map((warehouse): Facility => ({
        id: warehouse.id,
        name: warehouse.name,
        kind: 'warehouse',
        active: warehouse.active,
        address: addressOf(warehouse),
        url: null,
      }));
    },
  };
}
