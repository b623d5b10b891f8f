import type { Change } from '../core/world.ts';
import { toMinor } from '../core/money.ts';
import { newId } from '../core/tables.ts';
import { addDocument, type Method, type Zone } from '../domain/documents.ts';
import { PER_DOLLAR } from './countries.ts';
import type { SeededLocations } from './locations.ts';

/** Delivery profiles with fixed and carrier-calculated methods, carrier services and sales channels. */
export function seedDelivery(change: Change, locations: SeededLocations): void {
  const { state, shop } = change;
  const id = () => newId(state, 'plain_ids');
  const fixed = (name: string, dollars: number, description: string | null = null, active = true): Method => ({
    id: id(),
    name,
    description,
    active,
    rate: { price: toMinor(Math.round(dollars * (PER_DOLLAR[shop.data.currency] ?? 1) * 100) / 100, shop.data.currency) },
  });
  const carrier = (name: string, carrierId: number, services: string[]): Method => ({
    id: id(),
    name,
    description: null,
    active: true,
    rate: { carrierId, services: services.map((service) => ({ name: service, active: true })), adapts: true },
  });
  const warehouses = [locations.main, locations.east];
  const ups = addDocument(state, shop.id, 'carrierService', {
    name: 'ups_shipping',
    formattedName: 'UPS (Discounted rates from Shopify Shipping)',
    active: true,
    callbackUrl: null,
    discovery: true,
    services: ['Ground', '2nd Day Air', 'Next Day Air'],
    locations: warehouses,
  });
  const dhl = addDocument(state, shop.id, 'carrierService', {
    name: 'dhl_express',
    formattedName: 'DHL Express',
    active: true,
    callbackUrl: null,
    discovery: true,
    services: ['Express Worldwide'],
    locations: [locations.main],
  });
  addDocument(state, shop.id, 'carrierService', {
    name: 'Parcel Planner',
    formattedName: 'Parcel Planner (rates provided by app)',
    active: true,
    callbackUrl: 'https://rates.parcel-planner.example/callback',
    discovery: true,
    services: ['Planner Economy', 'Planner Fast'],
    locations: warehouses,
  });

  const home = shop.data.address.countryCode ?? 'US';
  const zone = (name: string, countries: Zone['countries'], methods: Method[]): Zone => ({ id: id(), name, countries, methods });
  const country = (code: string, provinces: string[] = []) => ({ code, restOfWorld: false, provinces });
  const neighbours = ['CA', 'GB', 'DE', 'FR', 'NL'].filter((code) => code !== home);
  addDocument(state, shop.id, 'deliveryProfile', {
    name: 'General profile',
    default: true,
    version: 1,
    groups: [
      {
        id: id(),
        locations: warehouses,
        zones: [
          zone(
            'Domestic',
            [country(home, home === 'US' ? ['NY', 'NJ', 'MA', 'CA', 'TX'] : [])],
            [
              fixed('Standard', 4.9, '3 to 5 business days'),
              fixed('Express', 12.9, '1 to 2 business days'),
              fixed('Overnight', 29),
              fixed('Free Shipping', 0, 'Orders over 75'),
              carrier('UPS', ups, ['Ground', '2nd Day Air']),
              fixed('Saturday Delivery', 19, null, false),
            ],
          ),
          zone(
            'Neighbours',
            neighbours.map((code) => country(code)),
            [fixed('International Economy', 14.9), fixed('International Priority', 24.9)],
          ),
          zone(
            'Rest of world',
            [{ code: '', restOfWorld: true, provinces: [] }],
            [fixed('Worldwide', 34.9), carrier('DHL Express', dhl, ['Express Worldwide'])],
          ),
        ],
      },
    ],
  });
  addDocument(state, shop.id, 'deliveryProfile', {
    name: 'Oversized goods',
    default: false,
    version: 3,
    groups: [
      {
        id: id(),
        locations: [locations.main],
        zones: [
          zone(
            'Domestic',
            [country(home)],
            [fixed('Freight', 89, 'Delivered to the kerb'), fixed('White Glove', 149, 'Carried in and set up')],
          ),
        ],
      },
    ],
  });

  const apps: Record<string, { id: number; title: string; handle: string }> = {
    online_store: { id: 580_111, title: 'Online Store', handle: 'online_store' },
    pos: { id: 129_785, title: 'Point of Sale', handle: 'pos' },
    shop: { id: 3_890_849, title: 'Shop', handle: 'shop' },
    facebook: { id: 2_329_312, title: 'Facebook & Instagram', handle: 'facebook' },
    amazon: { id: 5_278_419, title: 'Amazon by CedCommerce', handle: 'amazon-sales-channel' },
  };
  for (const channel of shop.data.channels) {
    const app = apps[channel.handle];
    if (!app) continue;
    addDocument(state, shop.id, 'channel', {
      name: channel.name,
      handle: channel.handle,
      specificationHandle: null,
      accountName: channel.handle === 'amazon' ? 'crossdock-us' : null,
      app,
      publicationId: id(),
    });
  }
}
