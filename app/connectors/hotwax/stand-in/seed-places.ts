/** Source: hotwax.md §2.3, §3.3; the carriers are a guess. */
export const CARRIERS: [id: string, name: string, methods: string[]][] = [
  ['_NA_', 'Not Applicable', ['STANDARD', 'STOREPICKUP', 'NO_SHIPPING', 'POS_COMPLETED', 'SHIP_TO_STORE']],
  ['DHL', 'DHL', ['STANDARD', 'NEXT_DAY']],
  ['FEDEX', 'FedEx', ['STANDARD', 'SECOND_DAY', 'THIRD_DAY', 'NEXT_DAY']],
  ['UPS', 'UPS', ['STANDARD', 'SECOND_DAY', 'THIRD_DAY', 'NEXT_DAY']],
  ['USPS', 'USPS', ['STANDARD']],
];

/** The same names as the demo shop's locations in Shopify; the depot is closed there and not linked to the store here. */
export const FACILITIES = [
  {
    facilityId: 'MAIN_WH',
    facilityName: 'Main Warehouse',
    facilityTypeId: 'WAREHOUSE',
    externalId: 'WH-01',
    linked: true,
    address: ['500 Industrial Way', 'Newark', '07114', 'NJ'],
  },
  {
    facilityId: 'EAST_WH',
    facilityName: 'East Warehouse',
    facilityTypeId: 'WAREHOUSE',
    externalId: 'WH-02',
    linked: true,
    address: ['17 Harbor Road', 'Boston', '02210', 'MA'],
  },
  {
    facilityId: 'DOWNTOWN',
    facilityName: 'Downtown Store',
    facilityTypeId: 'RETAIL_STORE',
    externalId: 'ST-01',
    linked: true,
    address: ['148 Lafayette Street', 'New York', '10013', 'NY'],
  },
  {
    facilityId: 'OLD_DEPOT',
    facilityName: 'Old Depot',
    facilityTypeId: 'WAREHOUSE',
    externalId: 'WH-09',
    linked: false,
    address: ['3 Canal Street', 'Albany', '12207', 'NY'],
  },
] as const;

/** Facilities without goods. Source: hotwax.md §1.4, §1.5, §2.3. */
export const VIRTUAL: [id: string, name: string, type: string][] = [
  ['_NA_', 'Brokering Queue', 'NA'],
  ['PRE_ORDER_PARKING', 'Pre-order Parking', 'PRE_ORDER'],
  ['BACKORDER_PARKING', 'Backorder Parking', 'BACKORDER'],
  ['GENERAL_OPS_PARKING', 'General Ops Parking', 'GENERAL_OPERATIONS'],
  ['RELEASED_ORD_PARKING', 'Released Orders', 'RELEASED_ORD'],
  ['ONLINE_THRESHOLD', 'Online threshold', 'CONFIGURATION'],
];
