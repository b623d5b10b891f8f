import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { buildClientSchema, getNamedType, isObjectType, type GraphQLSchema, type IntrospectionQuery } from 'graphql';

/** The API version whose schema is vendored; the only one the stand-in can answer. */
export const API_VERSION = '2026-10';

const FILE = new URL(`../../../vendor/shopify-admin-schema/admin_${API_VERSION}.json.gz`, import.meta.url);

export interface Access {
  /** Shopify's own words, e.g. "`read_orders` access scope." */
  requiredAccess: string;
  /** Any one of these is enough. */
  anyOf: readonly string[];
}

export interface AdminSchema {
  schema: GraphQLSchema;
  /** By `Type` and by `Type.field`; only those that need a scope. */
  access: ReadonlyMap<string, Access>;
  /** Mutations that need `@idempotent(key:)`, read off the schema's own descriptions. */
  idempotent: ReadonlySet<string>;
  /** By `Type.field`: the kind of protected customer data that it is, as the schema itself says. */
  protectedContent: ReadonlyMap<string, string>;
  /** The list of user errors of each mutation's payload type: field name and whether its error type has a `code`. */
  errorFields: ReadonlyMap<string, { field: string; hasCode: boolean }>;
}

/** What Shopify's own schema says of a field beside the standard introspection. */
interface Protectable {
  name: string;
  isProtected?: boolean;
  protectedContent?: string | null;
}

interface Vendored {
  data: IntrospectionQuery;
  offline_scopes: {
    items: ({ requiredAccess: string; offlineScopes: string[]; typeName: string } & (
      { type: 'type' } | { type: 'field'; fieldName: string }
    ))[];
  };
}

let loaded: AdminSchema | undefined;

/** The real Admin schema 2026-10 with its scope data (facts: shopify.md §1). Read once a process: it takes ~150 MB and ~100 ms. */
export function adminSchema(): AdminSchema {
  loaded ??= load();
  return loaded;
}

function load(): AdminSchema {
  const vendored = JSON.parse(gunzipSync(readFileSync(FILE)).toString('utf8')) as Vendored;
  const schema = buildClientSchema(vendored.data);
  const access = new Map<string, Access>();
  for (const item of vendored.offline_scopes.items) {
    const anyOf = [...new Set([...item.offlineScopes, ...namedFamilies(item.requiredAccess)])];
    if (anyOf.length === 0) continue;
    access.set(item.type === 'field' ? `${item.typeName}.${item.fieldName}` : item.typeName, {
      requiredAccess: item.requiredAccess,
      anyOf,
    });
  }
  const protectedContent = new Map<string, string>();
  for (const type of vendored.data.__schema.types as unknown as { name: string; fields: Protectable[] | null }[])
    for (const { name, isProtected, protectedContent: content } of type.fields ?? [])
      if (isProtected) protectedContent.set(`${type.name}.${name}`, content ?? '');
  const idempotent = new Set<string>();
  const errorFields = new Map<string, { field: string; hasCode: boolean }>();
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    if (/idempotency key is required/i.test(field.description ?? '')) idempotent.add(field.name);
    const payload = getNamedType(field.type);
    if (!isObjectType(payload)) continue;
    for (const candidate of Object.values(payload.getFields())) {
      const type = getNamedType(candidate.type);
      if (!/userErrors$/i.test(candidate.name) || candidate.deprecationReason || !isObjectType(type)) continue;
      errorFields.set(payload.name, { field: candidate.name, hasCode: 'code' in type.getFields() });
    }
  }
  return { schema, access, idempotent, protectedContent, errorFields };
}

/** "Any of `orders` or `shipping` access scopes": families, which `offlineScopes` leaves out. */
function namedFamilies(text: string): string[] {
  const sentence = /Any of ((?:`\w+`(?:, | or )?)+) access scopes/.exec(text)?.[1];
  return [...(sentence ?? '').matchAll(/`(\w+)`/g)].flatMap((match) => [`read_${match[1]}`, `write_${match[1]}`]);
}
