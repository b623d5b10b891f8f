import { GraphQLError } from 'graphql';
import type { ProtectedField } from '../core/world.ts';

/** Which approval a field needs, as far as the app reads it. Which fields exactly Shopify counts isn't published field by field: a guess. */
const needed: Record<string, ProtectedField> = {
  'Order.shippingAddress': 'address',
  'Order.billingAddress': 'address',
  'FulfillmentOrder.destination': 'address',
  'Order.email': 'email',
  'Order.phone': 'phone',
  'Customer.displayName': 'name',
  'Customer.defaultEmailAddress': 'email',
  'Customer.defaultPhoneNumber': 'phone',
  'MailingAddress.name': 'name',
  'MailingAddress.firstName': 'name',
  'MailingAddress.lastName': 'name',
  'MailingAddress.phone': 'phone',
};

/** Throws ACCESS_DENIED (the field becomes null, the rest of the answer stands) where Shopify hasn't approved the app for it. Source: facts, shopify.md "Protected customer data". */
export function requireApproval(withheld: readonly ProtectedField[] | undefined, parent: string, field: string): void {
  const approval = withheld?.length ? needed[`${parent}.${field}`] : undefined;
  if (!approval || !withheld?.includes(approval)) return;
  throw new GraphQLError(`This app is not approved to use the ${field} field. Required approval: ${approval}.`, {
    extensions: { code: 'ACCESS_DENIED', documentation: 'https://shopify.dev/docs/apps/launch/protected-customer-data' },
  });
}
