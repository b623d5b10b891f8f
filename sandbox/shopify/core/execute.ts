import {
  execute,
  getNamedType,
  GraphQLError,
  Kind,
  parse,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLFieldResolver,
  type GraphQLTypeResolver,
  type OperationDefinitionNode,
} from 'graphql';
import { adminSchema } from './admin-schema.ts';
import { NotImplemented } from './not-implemented.ts';
import { isRef, loadRef } from './refs.ts';
import type { Registry } from './registry.ts';
import type { RequestContext } from './world.ts';
import { requireApproval } from '../access/protected-data.ts';
import { requireScopes } from '../access/scopes.ts';

export interface Prepared {
  document: DocumentNode;
  errors: readonly GraphQLError[];
  operations: readonly OperationDefinitionNode[];
  fragments: Readonly<Record<string, FragmentDefinitionNode>>;
}

const MAX_CACHED = 500;
const prepared = new Map<string, Prepared>();

/** Parses a document and validates it against the real schema; kept, because apps send the same few texts over and over. */
export function prepare(source: string): Prepared {
  const known = prepared.get(source);
  if (known) return known;
  let result: Prepared;
  try {
    const document = parse(source);
    result = {
      document,
      errors: validate(adminSchema().schema, document),
      operations: document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION),
      fragments: Object.fromEntries(
        document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
      ),
    };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    result = { document: { kind: Kind.DOCUMENT, definitions: [] }, errors: [error], operations: [], fragments: {} };
  }
  if (prepared.size >= MAX_CACHED) prepared.delete(prepared.keys().next().value ?? '');
  prepared.set(source, result);
  return result;
}

/** Runs one operation of a prepared document against the stand-in's own resolvers. */
export function run(
  registry: Registry,
  ctx: RequestContext,
  document: DocumentNode,
  operationName: string | undefined,
  variables: Record<string, unknown>,
): ExecutionResult | Promise<ExecutionResult> {
  const result = execute({
    schema: adminSchema().schema,
    document,
    operationName,
    variableValues: variables,
    contextValue: ctx,
    rootValue: {},
    fieldResolver: fieldResolver(registry),
    typeResolver,
  });
  return result as ExecutionResult | Promise<ExecutionResult>;
}

const typeResolver: GraphQLTypeResolver<unknown, RequestContext> = (value, _ctx, info) => {
  const name = (value as { __typename?: string } | null)?.__typename;
  if (!name) throw new Error(`A ${info.returnType.toString()} at ${info.fieldName} does not say its __typename.`);
  return name;
};

const resolvers = new WeakMap<Registry, GraphQLFieldResolver<unknown, RequestContext>>();

/**
 * Scopes first, then the registered resolver, then a plain property of the source. Anything else throws: a field or an argument
 * that nobody implemented never looks like an answer.
 */
function fieldResolver(registry: Registry): GraphQLFieldResolver<unknown, RequestContext> {
  const known = resolvers.get(registry);
  if (known) return known;
  const resolver: GraphQLFieldResolver<unknown, RequestContext> = (source, args: Record<string, unknown>, ctx, info) => {
    const type = info.parentType.name;
    const field = info.fieldName;
    requireScopes(ctx.scopes, type, field, getNamedType(info.returnType).name);
    requireApproval(ctx.shop.data.withheld, type, field);
    const fail = (error: unknown): never => {
      if (!(error instanceof GraphQLError)) ctx.notImplemented ??= error instanceof Error ? error : new Error(String(error));
      throw error;
    };
    try {
      const found = registry.find(type, field);
      const given = info.fieldNodes[0]?.arguments ?? [];
      for (const argument of given) {
        const name = argument.name.value;
        if (args[name] === undefined || args[name] === null || found?.args.includes(name)) continue;
        throw new NotImplemented(`the argument ${name} of ${type}.${field}`);
      }
      const value = found ? found.resolve(source, args, ctx, info) : ownProperty(source, type, field);
      if (value instanceof Promise) return value.then((settled: unknown) => deref(ctx, settled), fail);
      return deref(ctx, value);
    } catch (error) {
      return fail(error);
    }
  };
  resolvers.set(registry, resolver);
  return resolver;
}

function ownProperty(source: unknown, type: string, field: string): unknown {
  if (typeof source === 'object' && source !== null) {
    if (Object.hasOwn(source, field)) return (source as Record<string, unknown>)[field];
    // a refused mutation has nothing but its errors
    if ('__refused' in source) return null;
  }
  throw new NotImplemented(`${type}.${field}`);
}

function deref(ctx: RequestContext, value: unknown): unknown {
  if (isRef(value)) return loadRef(ctx, value);
  if (Array.isArray(value) && value.some(isRef)) return value.map((item: unknown) => (isRef(item) ? loadRef(ctx, item) : item));
  return value;
}
