import { GraphQLError } from 'graphql';
import { adminSchema } from '../core/admin-schema.ts';
import type { ProtectedField } from '../core/world.ts';

/**
 * Throws ACCESS_DENIED (the field becomes null, the rest of the answer stands) where Shopify hasn't approved the app for that kind of protected customer
 * data. Which fields those are is the schema's own data. Source: facts, shopify.md "Protected customer data".
 */
export function requireApproval(withheld: readonly ProtectedField[] | undefined, parent: string, field: string): void {
  if (!withheld?.length) return;
  const content = adminSchema().protectedContent.get(`${parent}.${field}`);
  if (!withheld.some((one) => one === content)) return;
  throw new GraphQLError(`This app is not approved to use the ${field} field.`, {
    extensions: { code: 'ACCESS_DENIED', documentation: 'https://shopify.dev/docs/apps/launch/protected-customer-data' },
  });
}
