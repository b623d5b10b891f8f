import type { Pick } from './actions.ts';
import type { Ids } from './two-shops.ts';

type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  minimum?: number;
  default?: unknown;
};

interface Operation {
  parameters?: { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

/** One call that the open API describes. */
export interface ApiOperation {
  method: string;
  path: string;
  operation: Operation;
  resolve: (schema: Schema) => Schema;
}

/** Every call in an OpenAPI description, so that one made tomorrow is tried too. */
export function operationsOf(document: unknown): ApiOperation[] {
  const { paths, components } = document as {
    paths: Record<string, Record<string, Operation>>;
    components?: { schemas?: Record<string, Schema> };
  };
  const resolve = (schema: Schema): Schema => {
    const name = schema.$ref?.split('/').at(-1);
    return name ? resolve(components?.schemas?.[name] ?? {}) : schema;
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation, resolve })),
  );
}

/** Which ids fit a field, by its name; a name that says nothing gets any. */
const fitting: [RegExp, (keyof Ids)[]][] = [
  [/sku/i, ['sku']],
  [/facility/i, ['roomFacility', 'roomFacilityCode']],
  [/store/i, ['store']],
  [/shipment/i, ['roomShipment']],
  [/line/i, ['roomLine']],
  [/reference|order/i, ['roomOrderReference', 'roomOrder']],
  [/product/i, ['roomProduct', 'sku']],
  [/^id$|externalId/i, ['roomOrder', 'roomShipment', 'order', 'token', 'roomLine']],
];

function textFor(name: string, schema: Schema, seed: number, pick: Pick): string {
  if (schema.format === 'date-time') return new Date(1_790_000_000_000).toISOString();
  if (schema.format === 'uri') return 'https://example.com/';
  if (/currency/i.test(name)) return 'EUR';
  if (/countryCode/i.test(name)) return 'DE';
  const kinds = fitting.find(([pattern]) => pattern.test(name))?.[1];
  return kinds ? pick(kinds[seed % kinds.length] ?? 'order') : `sent ${seed}`;
}

/** A call with everything in it that its description asks for, its ids whose `pick` says. */
export function bodyOf(
  { path, operation, resolve }: ApiOperation,
  seeds: number[],
  pick: Pick,
): { path: string; query: URLSearchParams; json: unknown } {
  let turn = 0;
  const seed = (): number => seeds[turn++ % seeds.length] ?? 0;
  const valueOf = (name: string, given: Schema, depth: number): unknown => {
    const schema = resolve(given);
    if (schema.const !== undefined) return schema.const;
    if (schema.enum) return schema.enum[seed() % schema.enum.length];
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices) return valueOf(name, choices[0] ?? {}, depth);
    if (schema.allOf) return Object.assign({}, ...schema.allOf.map((one) => valueOf(name, one, depth))) as unknown;
    const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== 'null') : schema.type;
    switch (type) {
      case 'object': {
        const fields = Object.entries(schema.properties ?? {});
        const wanted = fields.filter(([field]) => schema.required?.includes(field) || (depth < 3 && seed() % 2 === 0));
        return Object.fromEntries(wanted.map(([field, inner]) => [field, valueOf(field, inner, depth + 1)]));
      }
      case 'array':
        return [valueOf(name, schema.items ?? {}, depth + 1)];
      case 'integer':
      case 'number':
        return Math.max(schema.minimum ?? 0, seed() % 4);
      case 'boolean':
        return seed() % 2 === 0;
      default:
        return textFor(name, schema, seed(), pick);
    }
  };
  const query = new URLSearchParams();
  let address = path;
  for (const { name, in: place, required, schema } of operation.parameters ?? []) {
    if (place === 'path') address = address.replace(`{${name}}`, encodeURIComponent(String(valueOf(name, schema, 0))));
    // A cursor is our own: random text is refused before anything is read.
    else if (place === 'query' && name !== 'after' && (required || seed() % 2 === 0))
      query.set(name, String(valueOf(name, schema, 0)));
  }
  const body = operation.requestBody?.content['application/json']?.schema;
  return { path: address, query, json: body ? valueOf('', body, 0) : undefined };
}
