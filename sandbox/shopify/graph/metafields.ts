import { createHash } from 'node:crypto';
import type { GraphQLResolveInfo } from 'graphql';
import { gid, parseGid } from '../core/gid.ts';
import { dateTime } from '../core/moment.ts';
import { onlyKnown } from '../core/not-implemented.ts';
import { page } from '../core/paging.ts';
import { byShop, canLoad, defineLoader, loadRef, ref } from '../core/refs.ts';
import { PAGING, type Args, type Registry } from '../core/registry.ts';
import { Refused } from '../core/user-error.ts';
import type { Change, RequestContext } from '../core/world.ts';
import { APP_ID } from './shop.ts';
import { defineMutation } from './mutation.ts';

interface MetafieldRow {
  id: number;
  owner: string;
  namespace: string;
  key: string;
  type: string;
  value: string;
  created_at: number;
  updated_at: number;
}

const MAX_SET = 25;
/** `$app` and `$app:x` are the app's own namespaces. */
const namespaceOf = (given: unknown): string => {
  const name = given === undefined || given === null || given === '' ? '$app' : String(given);
  return name === '$app' ? `app--${APP_ID}` : name.replace(/^\$app:/, `app--${APP_ID}--`);
};
const digest = (value: string): string => createHash('sha256').update(value).digest('hex');

export const metafieldArguments = [...PAGING, 'namespace', 'keys'] as const;

export function metafieldOf(ctx: RequestContext, owner: string, args: Args) {
  const row = ctx.world.state.get<MetafieldRow>(
    'SELECT * FROM metafields WHERE owner = ? AND namespace = ? AND key = ?',
    owner,
    namespaceOf(args.namespace),
    String(args.key),
  );
  return row ? { __typename: 'Metafield', ...row } : null;
}

export function metafieldsOf(ctx: RequestContext, info: GraphQLResolveInfo, owner: string, args: Args) {
  // `namespace.key`, or keys of the namespace that is given beside them
  const keys = (args.keys as string[] | null | undefined)?.map((key) => {
    const at = args.namespace ? -1 : key.lastIndexOf('.');
    return `${at < 0 ? namespaceOf(args.namespace) : namespaceOf(key.slice(0, at))}.${key.slice(at + 1)}`;
  });
  return page(ctx, info, args, {
    select: 'SELECT m.* FROM metafields m',
    where: [
      { sql: 'm.owner = ?', params: [owner] },
      ...(args.namespace ? [{ sql: 'm.namespace = ?', params: [namespaceOf(args.namespace)] }] : []),
      ...(keys ? [{ sql: `m.namespace || '.' || m.key IN (${keys.map(() => '?').join(', ')})`, params: keys }] : []),
    ],
    id: 'm.id',
    toNode: (row) => ({ __typename: 'Metafield', ...row }),
  });
}

/** The owner whose metafield of a unique definition has this value (orderByIdentifier). */
export function ownerByCustomId(
  ctx: RequestContext,
  ownerType: string,
  customId: { namespace?: string | null; key: string; value: string },
): number | undefined {
  const namespace = namespaceOf(customId.namespace);
  const definition = ctx.world.state.get(
    'SELECT 1 FROM metafield_definitions WHERE shop_id = ? AND owner_type = ? AND namespace = ? AND key = ?',
    ctx.shop.id,
    ownerType,
    namespace,
    customId.key,
  );
  if (!definition) throw new Refused(`Metafield definition of type 'id' is required when using custom ids.`);
  const row = ctx.world.state.get<MetafieldRow>(
    'SELECT * FROM metafields WHERE shop_id = ? AND namespace = ? AND key = ? AND value = ?',
    ctx.shop.id,
    namespace,
    customId.key,
    customId.value,
  );
  return row ? parseGid(row.owner)?.id : undefined;
}

export interface MetafieldInput {
  namespace?: string;
  key: string;
  type?: string;
  value: string;
  compareDigest?: string | null;
}

/** What Shopify checks of a value by its type; types that aren't here take any text. */
const fits: Record<string, RegExp> = {
  number_integer: /^-?\d+$/,
  number_decimal: /^-?\d+(\.\d+)?$/,
  boolean: /^(true|false)$/,
  single_line_text_field: /^[^\r\n]*$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  url: /^(https?|mailto|sms|tel):/,
};

/** Sets one metafield of an owner, checked as Shopify checks it; answers its id. */
export function setMetafield(change: Change, owner: string, input: MetafieldInput, field: string[]): number {
  const namespace = namespaceOf(input.namespace);
  const definition = change.state.get<{ data: string }>(
    'SELECT * FROM metafield_definitions WHERE shop_id = ? AND namespace = ? AND key = ?',
    change.shop.id,
    namespace,
    input.key,
  );
  const defined = definition ? (JSON.parse(definition.data) as { type: string }).type : undefined;
  const type = input.type ?? defined;
  if (!type) throw new Refused(`Type can't be blank`, { field: [...field, 'type'], code: 'BLANK' });
  if (defined !== undefined && defined !== type)
    throw new Refused(`Type '${type}' must be consistent with the definition's type: '${defined}'.`, {
      field: [...field, 'type'],
      code: 'INVALID_TYPE',
    });
  if (input.value === '') throw new Refused(`Value can't be blank.`, { field: [...field, 'value'], code: 'BLANK' });
  if (fits[type]?.test(input.value) === false)
    throw new Refused(`Value must be a ${type}.`, { field: [...field, 'value'], code: 'INVALID_VALUE' });
  const found = change.state.get<MetafieldRow>(
    'SELECT * FROM metafields WHERE owner = ? AND namespace = ? AND key = ?',
    owner,
    namespace,
    input.key,
  );
  if (Object.hasOwn(input, 'compareDigest') && (input.compareDigest ?? null) !== (found ? digest(found.value) : null)) {
    throw new Refused('The resource has been updated since it was loaded. Try again with an updated `compareDigest` value.', {
      field,
      code: 'STALE_OBJECT',
    });
  }
  const taken =
    type === 'id' &&
    change.state.get(
      'SELECT 1 FROM metafields WHERE shop_id = ? AND namespace = ? AND key = ? AND value = ? AND owner <> ?',
      change.shop.id,
      namespace,
      input.key,
      input.value,
      owner,
    );
  if (taken)
    throw new Refused('Value has already been assigned to another metafield.', { field: [...field, 'value'], code: 'TAKEN' });
  const row = change.state.get<{ id: number }>(
    `INSERT INTO metafields (shop_id, owner, namespace, key, type, value, created_at, updated_at) VALUES (?,?,?,?,?,?,?,?)
     ON CONFLICT (owner, namespace, key) DO UPDATE SET type = excluded.type, value = excluded.value, updated_at = excluded.updated_at RETURNING id`,
    change.shop.id,
    owner,
    namespace,
    input.key,
    type,
    input.value,
    change.at,
    change.at,
  );
  return row?.id ?? 0;
}

/** Metafields and their definitions. */
export function metafieldFields(registry: Registry): void {
  defineLoader('Metafield', byShop('metafields'));
  defineLoader('MetafieldDefinition', byShop('metafield_definitions'));

  registry.type<MetafieldRow>('Metafield', {
    id: (row) => gid('Metafield', row.id),
    namespace: (row) => row.namespace,
    key: (row) => row.key,
    type: (row) => row.type,
    value: (row) => row.value,
    jsonValue: (row) =>
      row.type === 'json' || row.type.startsWith('number') || row.type === 'boolean'
        ? (JSON.parse(row.value) as unknown)
        : row.value,
    compareDigest: (row) => digest(row.value),
    ownerType: (row) => parseGid(row.owner)?.type.toUpperCase(),
    createdAt: (row) => dateTime(row.created_at),
    updatedAt: (row) => dateTime(row.updated_at),
  });
  registry.type<{ id: number; namespace: string; key: string; owner_type: string; data: string }>('MetafieldDefinition', {
    id: (row) => gid('MetafieldDefinition', row.id),
    namespace: (row) => row.namespace,
    key: (row) => row.key,
    ownerType: (row) => row.owner_type,
    name: (row) => (JSON.parse(row.data) as { name: string }).name,
  });

  defineMutation(registry, 'metafieldsSet', ['metafields'], (change, args, ctx) => {
    const inputs = args.metafields as (MetafieldInput & { ownerId: string })[];
    if (inputs.length > MAX_SET)
      throw new Refused(`Exceeded the maximum metafields input limit of ${MAX_SET}.`, {
        field: ['metafields'],
        code: 'LESS_THAN_OR_EQUAL_TO',
      });
    const ids = inputs.map((input, index) => {
      const field = ['metafields', String(index)];
      const owner = parseGid(input.ownerId);
      if (!owner || !canLoad(owner.type) || !loadRef(ctx, ref(owner.type, owner.id)))
        throw new Refused('Owner does not exist.', { field: [...field, 'ownerId'], code: 'INVALID' });
      const id = setMetafield(change, gid(owner.type, owner.id), input, field);
      if (owner.type === 'Order') change.orderTouched(owner.id);
      if (owner.type === 'Product') change.productTouched(owner.id);
      return id;
    });
    return { metafields: ids.map((id) => ref('Metafield', id)) };
  });

  defineMutation(registry, 'metafieldsDelete', ['metafields'], (change, args) => {
    const inputs = args.metafields as { ownerId: string; namespace?: string; key: string }[];
    for (const input of inputs)
      change.state.run(
        'DELETE FROM metafields WHERE owner = ? AND namespace = ? AND key = ?',
        input.ownerId,
        namespaceOf(input.namespace),
        input.key,
      );
    return {
      deletedMetafields: inputs.map((input) => ({
        ownerId: input.ownerId,
        namespace: namespaceOf(input.namespace),
        key: input.key,
      })),
    };
  });

  defineMutation(registry, 'metafieldDefinitionCreate', ['definition'], (change, args) => {
    const input = args.definition as Record<string, unknown> & {
      key: string;
      namespace?: string;
      name: string;
      type: string;
      ownerType: string;
    };
    onlyKnown(
      input,
      [
        'key',
        'namespace',
        'name',
        'type',
        'ownerType',
        'description',
        'access',
        'capabilities',
        'pin',
        'useAsCollectionCondition',
      ],
      'MetafieldDefinitionInput',
    );
    const namespace = namespaceOf(input.namespace);
    if (
      change.state.get(
        'SELECT 1 FROM metafield_definitions WHERE shop_id = ? AND owner_type = ? AND namespace = ? AND key = ?',
        change.shop.id,
        input.ownerType,
        namespace,
        input.key,
      )
    ) {
      throw new Refused('Key is in use on this namespace for this owner type.', { field: ['definition', 'key'], code: 'TAKEN' });
    }
    const { lastId } = change.state.run(
      'INSERT INTO metafield_definitions (shop_id, owner_type, namespace, key, data) VALUES (?,?,?,?,?)',
      change.shop.id,
      input.ownerType,
      namespace,
      input.key,
      JSON.stringify({ name: input.name, type: input.type, capabilities: input.capabilities ?? {} }),
    );
    return { createdDefinition: ref('MetafieldDefinition', lastId) };
  });
}
