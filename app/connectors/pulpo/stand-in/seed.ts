import type { World } from './world.ts';

/** The API user a merchant types into the connection form; usernames look like `tenant_user`. Source: pulpo.md §2.1. */
export const CREDENTIALS = { username: 'crossdock_api', password: 'pulpo-sandbox' };

/** The same names as the demo shop's locations in Shopify: PULPO maps by name. Source: pulpo.md §1.1. */
const WAREHOUSES = [
  {
    name: 'Main Warehouse',
    assigned: true,
    address: { line1: '500 Industrial Way', city: 'Newark', zip_code: '07114', state: 'NJ', country_code: 'US' },
  },
  {
    name: 'East Warehouse',
    assigned: true,
    address: { line1: '17 Harbor Road', city: 'Boston', zip_code: '02210', state: 'MA', country_code: 'US' },
  },
  {
    name: 'Downtown Store',
    assigned: true,
    address: { line1: '148 Lafayette Street', city: 'New York', zip_code: '10013', state: 'NY', country_code: 'US' },
  },
  {
    name: 'Old Depot',
    assigned: false,
    address: { line1: '3 Canal Street', city: 'Albany', zip_code: '12207', state: 'NY', country_code: 'US' },
  },
];

const SHIPPING_METHODS = [
  { name: 'DHL Paket', service: 'paket', carrier: 'DHL', label: 1 },
  { name: 'DHL Express', service: 'express', carrier: 'DHL', label: 1 },
  { name: 'UPS Standard', service: 'standard', carrier: 'UPS', label: 1 },
  { name: 'DPD Classic', service: 'classic', carrier: 'DPD', label: 1 },
  { name: 'GLS Service Point', service: 'service_point', carrier: 'GLS', label: 1 },
  { name: 'Pickup', service: 'pickup', carrier: null, label: 0 },
];

/** alpha-2, alpha-3, ISO 3166 number, name */
const COUNTRIES = [
  ['AT', 'AUT', '040', 'Austria'],
  ['AU', 'AUS', '036', 'Australia'],
  ['BE', 'BEL', '056', 'Belgium'],
  ['CA', 'CAN', '124', 'Canada'],
  ['CH', 'CHE', '756', 'Switzerland'],
  ['CZ', 'CZE', '203', 'Czechia'],
  ['DE', 'DEU', '276', 'Germany'],
  ['DK', 'DNK', '208', 'Denmark'],
  ['ES', 'ESP', '724', 'Spain'],
  ['FI', 'FIN', '246', 'Finland'],
  ['FR', 'FRA', '250', 'France'],
  ['GB', 'GBR', '826', 'United Kingdom'],
  ['IE', 'IRL', '372', 'Ireland'],
  ['IT', 'ITA', '380', 'Italy'],
  ['JP', 'JPN', '392', 'Japan'],
  ['LU', 'LUX', '442', 'Luxembourg'],
  ['MX', 'MEX', '484', 'Mexico'],
  ['NL', 'NLD', '528', 'Netherlands'],
  ['NO', 'NOR', '578', 'Norway'],
  ['NZ', 'NZL', '554', 'New Zealand'],
  ['PL', 'POL', '616', 'Poland'],
  ['PT', 'PRT', '620', 'Portugal'],
  ['SE', 'SWE', '752', 'Sweden'],
  ['US', 'USA', '840', 'United States'],
] as const;

/** Fills an empty state; a state that has a user is left alone. */
export function seed(world: World): void {
  if (world.state.get('SELECT 1 FROM users')) return;
  world.state.transaction(() => {
    const now = world.now();
    const user = addUser(world, CREDENTIALS);
    for (const { name, assigned, address } of WAREHOUSES) {
      const id = addWarehouse(world, name, address);
      if (assigned) assign(world, user, id);
    }
    for (const { name, service, carrier, label } of SHIPPING_METHODS)
      world.state.run(
        'INSERT INTO shipping_methods (name, service, carrier, fetch_label, inserted_at, updated_at) VALUES (?,?,?,?,?,?)',
        name,
        service,
        carrier,
        label,
        now,
        now,
      );
    for (const country of COUNTRIES)
      world.state.run('INSERT INTO countries (alpha_2, alpha_3, country_code, country_name) VALUES (?,?,?,?)', ...country);
  });
}

export function addUser(world: World, { username, password }: { username: string; password: string }): number {
  const now = world.now();
  return world.state.run(
    'INSERT INTO users (username, password, inserted_at, updated_at) VALUES (?,?,?,?)',
    username,
    password,
    now,
    now,
  ).lastId;
}

export function assign(world: World, userId: number, warehouseId: number): void {
  world.state.run(
    'INSERT INTO user_warehouses (user_id, warehouse_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
    userId,
    warehouseId,
  );
}

/** A warehouse with one place for each way goods lie about in it. */
export function addWarehouse(world: World, name: string, address: Record<string, unknown>): number {
  const now = world.now();
  const data = JSON.stringify({ line2: null, company_name: null, email: null, phone: null, fax: null, ...address });
  const { lastId } = world.state.run(
    'INSERT INTO warehouses (name, site, data, inserted_at, updated_at) VALUES (?,?,?,?,?)',
    name,
    name.toUpperCase().replace(/\W+/g, '-'),
    data,
    now,
    now,
  );
  for (const type of ['storage', 'reception', 'return', 'packing'])
    world.state.run(
      'INSERT INTO locations (warehouse_id, code, type) VALUES (?,?,?)',
      lastId,
      `${lastId}-${type.toUpperCase()}-01`,
      type,
    );
  return lastId;
}
