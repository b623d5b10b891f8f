import { getNamedType, GraphQLError, isObjectType, type GraphQLOutputType } from 'graphql';
import { adminSchema, type Access } from '../core/admin-schema.ts';

/** A set of scopes with what they imply: whoever may write may read. */
export function impliedScopes(scopes: readonly string[]): ReadonlySet<string> {
  return new Set(scopes.flatMap((scope) => (scope.startsWith('write_') ? [scope, scope.replace(/^write_/, 'read_')] : [scope])));
}

const cache = new Map<string, readonly Access[]>();

/** The type of a connection's items; nothing is needed for other types beyond themselves. */
function itemType(returns: string): string {
  const type = returns.endsWith('Connection') ? adminSchema().schema.getType(returns) : undefined;
  return isObjectType(type) && type.getFields().nodes ? getNamedType(type.getFields().nodes?.type as GraphQLOutputType).name : '';
}

/** What a field needs: its own scopes and those of the type it answers with, item by item for a connection. */
function accessOf(parent: string, field: string, returns: string): readonly Access[] {
  const key = `${parent}.${field}`;
  let needed = cache.get(key);
  if (!needed) {
    const { access } = adminSchema();
    needed = [access.get(key), access.get(returns), access.get(itemType(returns))].filter(
      (item): item is Access => item !== undefined,
    );
    cache.set(key, needed);
  }
  return needed;
}

/** Throws ACCESS_DENIED (the field becomes null, as Shopify answers it) unless the token may read `parent.field`. */
export function requireScopes(scopes: ReadonlySet<string>, parent: string, field: string, returns: string): void {
  for (const { anyOf, requiredAccess } of accessOf(parent, field, returns)) {
    if (!anyOf.some((scope) => scopes.has(scope))) throw accessDenied(field, requiredAccess);
  }
}

/** Likewise for a type reached through an interface (`nodes`), whose field tells nothing. */
export function requireTypeScopes(scopes: ReadonlySet<string>, type: string, field: string): void {
  const needed = adminSchema().access.get(type);
  if (needed && !needed.anyOf.some((scope) => scopes.has(scope))) throw accessDenied(field, needed.requiredAccess);
}

/** Shopify's envelope for a missing scope (facts: shopify.md §1 "missing scope: code ACCESS_DENIED with requiredAccess"). */
export function accessDenied(field: string, requiredAccess: string): GraphQLError {
  return new GraphQLError(`Access denied for ${field} field. Required access: ${requiredAccess}`, {
    extensions: { code: 'ACCESS_DENIED', documentation: 'https://shopify.dev/api/usage/access-scopes', requiredAccess },
  });
}
