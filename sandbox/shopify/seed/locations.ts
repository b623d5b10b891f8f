import type { Change } from '../core/world.ts';
import { addLocation } from '../domain/locations.ts';

export interface SeededLocations {
  main: number;
  east: number;
  store: number;
  depot: number;
}

/** Four locations: two warehouses, a shop with a till, and a depot that was given up. */
export function seedLocations(change: Change): SeededLocations {
  const { country, countryCode } = change.shop.data.address;
  const at = (address1: string, city: string, zip: string) => ({
    address1,
    city,
    zip,
    country,
    countryCode,
    provinceCode: change.shop.data.address.provinceCode ?? null,
    province: change.shop.data.address.province ?? null,
    phone: change.shop.data.address.phone ?? null,
  });
  const main = addLocation(change, { name: 'Main Warehouse', address: at('500 Industrial Way', 'Newark', '07114') });
  const east = addLocation(change, { name: 'East Warehouse', address: at('17 Harbor Road', 'Boston', '02210') });
  const store = addLocation(change, {
    name: 'Downtown Store',
    address: { ...change.shop.data.address, company: null },
    online: false,
    pos: true,
    pickup: { pickupTime: 'TWO_HOURS', instructions: 'Bring your order number and an ID.' },
  });
  const depot = addLocation(change, {
    name: 'Old Depot',
    address: at('3 Canal Street', 'Albany', '12207'),
    active: false,
    online: false,
  });
  return { main: main.id, east: east.id, store: store.id, depot: depot.id };
}
