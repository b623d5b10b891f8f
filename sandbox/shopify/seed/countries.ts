import type { Address } from '../core/world.ts';

export interface Country {
  code: string;
  name: string;
  currency: string;
  timezone: string;
  metric: boolean;
  taxRate: number;
  taxTitle: string;
  taxesIncluded: boolean;
  /** An address that could be there. */
  address: Address;
}

/** The countries that shops and buyers of the sandbox live in. */
export const COUNTRIES: readonly Country[] = [
  {
    code: 'US',
    name: 'United States',
    currency: 'USD',
    timezone: 'America/New_York',
    metric: false,
    taxRate: 0.08875,
    taxTitle: 'New York State Tax',
    taxesIncluded: false,
    address: {
      address1: '148 Lafayette Street',
      city: 'New York',
      province: 'New York',
      provinceCode: 'NY',
      zip: '10013',
      phone: '+12125550148',
    },
  },
  {
    code: 'CA',
    name: 'Canada',
    currency: 'CAD',
    timezone: 'America/Toronto',
    metric: true,
    taxRate: 0.13,
    taxTitle: 'HST',
    taxesIncluded: false,
    address: {
      address1: '150 Elgin Street',
      city: 'Ottawa',
      province: 'Ontario',
      provinceCode: 'ON',
      zip: 'K2P 1L4',
      phone: '+16135550150',
    },
  },
  {
    code: 'GB',
    name: 'United Kingdom',
    currency: 'GBP',
    timezone: 'Europe/London',
    metric: true,
    taxRate: 0.2,
    taxTitle: 'VAT',
    taxesIncluded: true,
    address: {
      address1: '32 Redcross Way',
      address2: 'Unit 4',
      city: 'London',
      province: 'England',
      provinceCode: 'ENG',
      zip: 'SE1 9HR',
      phone: '+442075550132',
    },
  },
  {
    code: 'DE',
    name: 'Germany',
    currency: 'EUR',
    timezone: 'Europe/Berlin',
    metric: true,
    taxRate: 0.19,
    taxTitle: 'MwSt',
    taxesIncluded: true,
    address: { address1: 'Königstraße 26', city: 'Stuttgart', zip: '70173', phone: '+497115550126' },
  },
  {
    code: 'FR',
    name: 'France',
    currency: 'EUR',
    timezone: 'Europe/Paris',
    metric: true,
    taxRate: 0.2,
    taxTitle: 'TVA',
    taxesIncluded: true,
    address: { address1: '12 rue de l’Abbé Groult', city: 'Paris', zip: '75015', phone: '+33155550112' },
  },
  {
    code: 'ES',
    name: 'Spain',
    currency: 'EUR',
    timezone: 'Europe/Madrid',
    metric: true,
    taxRate: 0.21,
    taxTitle: 'IVA',
    taxesIncluded: true,
    address: {
      address1: 'Calle de Alcalá 45',
      city: 'Madrid',
      province: 'Madrid',
      provinceCode: 'M',
      zip: '28014',
      phone: '+34915550145',
    },
  },
  {
    code: 'NL',
    name: 'Netherlands',
    currency: 'EUR',
    timezone: 'Europe/Amsterdam',
    metric: true,
    taxRate: 0.21,
    taxTitle: 'btw',
    taxesIncluded: true,
    address: { address1: 'Keizersgracht 313', city: 'Amsterdam', zip: '1016 EE', phone: '+31205550131' },
  },
  {
    code: 'JP',
    name: 'Japan',
    currency: 'JPY',
    timezone: 'Asia/Tokyo',
    metric: true,
    taxRate: 0.1,
    taxTitle: '消費税',
    taxesIncluded: true,
    address: {
      address1: '六本木 6-10-1',
      city: '港区',
      province: 'Tōkyō',
      provinceCode: 'JP-13',
      zip: '106-6108',
      phone: '+81355550161',
    },
  },
  {
    code: 'AU',
    name: 'Australia',
    currency: 'AUD',
    timezone: 'Australia/Sydney',
    metric: true,
    taxRate: 0.1,
    taxTitle: 'GST',
    taxesIncluded: true,
    address: {
      address1: '88 Crown Street',
      city: 'Sydney',
      province: 'New South Wales',
      provinceCode: 'NSW',
      zip: '2010',
      phone: '+61255550188',
    },
  },
];

/** A country by its code; throws naming the ones the sandbox knows. */
export function countryOf(code: string): Country {
  const found = COUNTRIES.find((country) => country.code === code.toUpperCase());
  if (!found)
    throw new Error(`The sandbox knows no country "${code}". It knows: ${COUNTRIES.map((country) => country.code).join(', ')}.`);
  return found;
}

/** Units of a currency for one US dollar, fixed: the sandbox's own market. */
export const PER_DOLLAR: Record<string, number> = { USD: 1, EUR: 0.92, GBP: 0.79, CAD: 1.37, JPY: 151, AUD: 1.52 };
