import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { buildClientSchema, parse, type DocumentNode, type GraphQLSchema, type IntrospectionQuery } from 'graphql';

const root = path.resolve(import.meta.dirname, '../..');

interface Scopes {
  type: 'type' | 'field';
  typeName: string;
  fieldName?: string;
  requiredAccess: string;
  offlineScopes: string[];
}

export interface AdminSchema {
  schema: GraphQLSchema;
  /** Shopify's own list of what a type or field (`Type.field`) needs. */
  scopes: Map<string, string[]>;
  /** `Type.field` of everything that Shopify protects as customer data. */
  protectedFields: Set<string>;
}

/** "Any of `orders` or `shipping` access scopes" stands in the text only; the list beside it leaves those out. */
function shortNames(requiredAccess: string): string[] {
  const list = /Any of ((?:`\w+`(?:, | or )?)+) access scopes/.exec(requiredAccess)?.[1] ?? '';
  return [...list.matchAll(/`(\w+)`/g)].flatMap(([, name = '']) => [`read_${name}`, `write_${name}`]);
}

/** The vendored Admin schema of a version, or null when it isn't vendored. */
export function readAdminSchema(version: string): AdminSchema | null {
  const file = path.join(root, `vendor/shopify-admin-schema/admin_${version}.json.gz`);
  if (!existsSync(file)) return null;
  const { data, offline_scopes } = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as {
    data: IntrospectionQuery;
    offline_scopes: { items: Scopes[] };
  };
  const types = data.__schema.types as unknown as { name: string; fields?: { name: string; isProtected?: boolean }[] | null }[];
  return {
    schema: buildClientSchema(data),
    protectedFields: new Set(
      types.flatMap(({ name, fields }) => (fields ?? []).filter((one) => one.isProtected).map((one) => `${name}.${one.name}`)),
    ),
    scopes: new Map(
      offline_scopes.items.map(({ type, typeName, fieldName, offlineScopes, requiredAccess }) => [
        type === 'field' ? `${typeName}.${fieldName}` : typeName,
        [...offlineScopes, ...shortNames(requiredAccess)],
      ]),
    ),
  };
}

/** The version a quarter later: 2026-10 → 2027-01. */
export function nextVersion(version: string): string {
  const [year = 0, month = 0] = version.split('-').map(Number);
  return month === 10 ? `${year + 1}-01` : `${year}-${String(month + 3).padStart(2, '0')}`;
}

/** Every .graphql file of the product as one document: fragments are shared between files. */
export function readOperations(): { document: DocumentNode; files: string[] } {
  const files = globSync('app/shopify/operations/**/*.graphql', { cwd: root }).sort();
  const text = files.map((file) => readFileSync(path.join(root, file), 'utf8')).join('\n');
  return { document: parse(text), files };
}

/** Each file by itself, with the fragments of all; `# Needs write_products` as its first line announces optional scopes. */
export function readOperationFiles(): { file: string; announced: string[]; operations: DocumentNode }[] {
  const { document, files } = readOperations();
  const fragments = document.definitions.filter((node) => node.kind === 'FragmentDefinition');
  return files.map((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    const announced = /^# Needs ([\w, ]+)/.exec(text)?.[1] ?? '';
    const own = parse(text).definitions.filter((node) => node.kind === 'OperationDefinition');
    return {
      file,
      announced: announced.split(',').flatMap((scope) => scope.trim() || []),
      operations: { ...document, definitions: [...own, ...fragments] },
    };
  });
}

/** One operation with the fragments it uses, as it is sent. */
export function operationsOf(document: DocumentNode): { name: string; document: DocumentNode }[] {
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === 'FragmentDefinition' ? [[node.name.value, node] as const] : [])),
  );
  return document.definitions.flatMap((operation) => {
    if (operation.kind !== 'OperationDefinition') return [];
    const used = new Set<string>();
    const follow = (node: object): void => {
      for (const name of JSON.stringify(node).matchAll(/"kind":"FragmentSpread","name":\{"kind":"Name","value":"(\w+)"/g)) {
        const fragment = fragments.get(name[1] ?? '');
        if (!fragment || used.has(fragment.name.value)) continue;
        used.add(fragment.name.value);
        follow({ ...fragment, loc: undefined });
      }
    };
    follow(JSON.parse(JSON.stringify(operation, (key, value: unknown) => (key === 'loc' ? undefined : value))) as object);
    return [
      {
        name: operation.name?.value ?? '',
        document: {
          kind: document.kind,
          definitions: [operation, ...[...fragments.values()].filter((fragment) => used.has(fragment.name.value))],
        },
      },
    ];
  });
}
