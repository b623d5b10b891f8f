import { rowBy, rowsBy } from './finding.ts';
import { isList, page, type ListArguments } from './graphql-lists.ts';
import type { SqlValue } from '../../../../sandbox/kit/state.ts';
import type { Fields, World } from './world.ts';

/** Dates are ISO 8601 here, decimals text. Source: hotwax.md §3.10. */
const TIMES = ['orderDate', 'statusDatetime', 'entryDate', 'returnDate', 'estimatedShipDate', 'changeDatetime'];
const DECIMALS = [
  'grandTotal',
  'quantity',
  'unitPrice',
  'amount',
  'maxAmount',
  'returnQuantity',
  'availableToPromise',
  'quantityOnHand',
];

function plain(row: Fields): Fields {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (value === null || value === undefined) return [name, null];
      if (TIMES.includes(name)) return [name, new Date(Number(value)).toISOString()];
      return [name, DECIMALS.includes(name) ? String(value as number) : value];
    }),
  );
}

/** Resolvers for the roots: a record by its key, a list by its arguments. */
export function rootsOf(world: World): Record<string, (given: Record<string, unknown>) => unknown> {
  const show: Record<string, (row: Fields) => Fields> = {
    orders: (row) => order(world, row),
    returns: (row) => ({
      ...plain(row),
      returnItems: () => rowsBy(world, 'ReturnItem', { returnId: row['returnId'] as string }).map(plain),
    }),
  };
  const one = (entity: string, list: string) => (key: Record<string, unknown>) => {
    const row = rowBy(world, entity, key as Record<string, SqlValue>);
    return row ? (show[list] ?? plain)(row) : null;
  };
  const roots: Record<string, (given: Record<string, unknown>) => unknown> = {
    order: (key) => (key['orderId'] || key['externalId'] ? one('OrderHeader', 'orders')(key) : null),
    orderByIdentification: ({ identificationTypeId, idValue }) => {
      const [found] = rowsBy(world, 'OrderIdentification', {
        orderIdentificationTypeId: identificationTypeId as string,
        idValue: idValue as string,
      });
      return found ? one('OrderHeader', 'orders')({ orderId: found['orderId'] }) : null;
    },
    shipment: one('Shipment', 'shipments'),
    return: one('ReturnHeader', 'returns'),
    facility: one('Facility', 'facilities'),
    product: one('Product', 'products'),
    party: one('PartyNameDetail', 'parties'),
  };
  for (const name of ['orders', 'shipments', 'returns', 'inventoryLevels', 'products', 'facilities', 'parties'])
    if (isList(name)) roots[name] = (given: ListArguments) => page(world, name, given, show[name] ?? plain);
  return roots;
}

function order(world: World, row: Fields): Fields {
  const orderId = String(row['orderId']);
  const items = (group?: string) =>
    rowsBy(world, 'OrderItem', { orderId, ...(group ? { shipGroupSeqId: group } : {}) }).map(plain);
  const rows = (entity: string) => () => rowsBy(world, entity, { orderId }).map(plain);
  return {
    ...plain(row),
    currencyUomId: row['currencyUom'],
    orderItemCount: () => items().length,
    billToCustomer: () => {
      const [role] = rowsBy(world, 'OrderRole', { orderId, roleTypeId: 'BILL_TO_CUSTOMER' });
      return role ? rowBy(world, 'PartyNameDetail', { partyId: role['partyId'] as string }) : null;
    },
    orderItems: () => items(),
    identifications: rows('OrderIdentification'),
    statuses: rows('OrderStatus'),
    adjustments: rows('OrderAdjustment'),
    paymentPreferences: rows('OrderPaymentPreference'),
    shipGroups: () => rowsBy(world, 'OrderItemShipGroup', { orderId }).map((group) => shipGroup(world, group, items)),
  };
}

function shipGroup(world: World, group: Fields, items: (seq: string) => Fields[]): Fields {
  const seq = String(group['shipGroupSeqId']);
  return {
    ...plain(group),
    orderItems: () => items(seq),
    shipFromAddress: () => {
      const [link] = rowsBy(world, 'FacilityContactMechPurpose', {
        facilityId: (group['facilityId'] ?? '') as string,
        contactMechPurposeTypeId: 'PRIMARY_LOCATION',
      });
      return link ? rowBy(world, 'PostalAddress', { contactMechId: link['contactMechId'] as string }) : null;
    },
    shippingMethod: () =>
      rowBy(world, 'ShipmentMethodType', { shipmentMethodTypeId: (group['shipmentMethodTypeId'] ?? '') as string }) ?? null,
    facilityChangeHistory: () =>
      rowsBy(world, 'OrderFacilityChange', { orderId: String(group['orderId']), shipGroupSeqId: seq }).map(plain),
  };
}
