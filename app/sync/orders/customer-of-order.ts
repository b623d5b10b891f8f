import { gid } from '../../core/gid.ts';
import type { SyncSettings } from '../../connections/sync-settings.ts';
import type { Customer, Reason } from '../../connectors/contract/index.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { CustomerMetafieldDocument } from '../../shopify/operations/generated/graphql.ts';
import { isHandedOver } from './decide-order.ts';
import type { ShopifyOrder } from './shopify-order.ts';

type Rules = Pick<
  SyncSettings<'orders'>,
  | 'customer'
  | 'customerMetafield'
  | 'customerIdType'
  | 'customerWithoutId'
  | 'fallbackCustomerId'
  | 'fallbackCustomerName'
  | 'fallbackCustomerEmail'
  | 'posCustomerId'
  | 'posCustomerName'
>;

/** What a customer's metafield says of their id in the back office: the id, or why the order can't go; both null where it needs none. */
export interface CustomerId {
  remoteId: string | null;
  missing: Reason | null;
}

const none: CustomerId = { remoteId: null, missing: null };

const typesFor: Record<Rules['customerIdType'], readonly string[]> = {
  integer: ['number_integer'],
  text: ['single_line_text_field', 'id'],
};

/** Judges the metafield's type and value. Pure. */
export function customerIdFrom(metafield: { type: string; value: string } | null, rules: Rules): CustomerId {
  const params = { metafield: rules.customerMetafield };
  const value = metafield?.value.trim() ?? '';
  if (!metafield || value === '')
    return rules.customerWithoutId === 'match' ? none : { remoteId: null, missing: { code: 'customer-id-missing', params } };
  if (!typesFor[rules.customerIdType].includes(metafield.type))
    return { remoteId: null, missing: { code: 'customer-id-type', params: { ...params, type: metafield.type } } };
  return { remoteId: value, missing: null };
}

const hasTillCustomer = ({ posCustomerId, posCustomerName }: Rules): boolean => posCustomerId !== '' || posCustomerName !== '';

/** Reads the id of an order's customer, where the merchant keeps it with the customer in Shopify. */
export async function readCustomerId(admin: ShopifyAdmin, order: ShopifyOrder, rules: Rules): Promise<CustomerId> {
  if (rules.customer !== 'metafield' || rules.customerMetafield === '' || !order.customer) return none;
  if (hasTillCustomer(rules) && order.fulfilmentOrders.every(isHandedOver)) return none;
  const [namespace = '', key = ''] = rules.customerMetafield.split('.');
  const variables = { id: order.customer.id, namespace, key };
  const { customer } = await admin.run(CustomerMetafieldDocument, variables, { priority: 'order' });
  return customerIdFrom(customer?.metafield ?? null, rules);
}

const named = (id: string, name: string, email: string): Customer => ({
  ...{ id: gid('Customer', '0'), name: name || id, email: email || null, phone: null, tags: [] },
  ...(id === '' ? {} : { remoteId: id }),
});

/**
 * Whom the back office is told as the customer: the order's own, or the one whom the merchant named for sales at the till, for all, or for orders without
 * one. Pure.
 */
export function customerOf(
  order: Pick<ShopifyOrder, 'customer'>,
  rules: Rules,
  { customerClass, remoteId, till = false }: { customerClass: string | null; remoteId: string | null; till?: boolean },
): Customer | null {
  if (till && hasTillCustomer(rules)) return named(rules.posCustomerId, rules.posCustomerName, '');
  const { fallbackCustomerId: id, fallbackCustomerName: name, fallbackCustomerEmail: email } = rules;
  if ((id === '' && name === '') || (rules.customer !== 'fixed' && order.customer))
    return (
      order.customer && {
        ...order.customer,
        ...(customerClass === null ? {} : { class: customerClass }),
        ...(remoteId === null ? {} : { remoteId }),
      }
    );
  return named(id, name, email);
}
