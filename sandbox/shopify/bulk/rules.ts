import {
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type GraphQLNamedType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { adminSchema } from '../core/admin-schema.ts';
import { prepare } from '../core/execute.ts';

const MAX_CONNECTIONS = 5;
const MAX_DEPTH = 2;

export interface Checked {
  source: string;
  operation: OperationDefinitionNode | undefined;
  /** Why it may not run in bulk; empty when it may. */
  problems: string[];
}

/** The rules of a bulk query (facts: shopify.md §1 "bulk: at least one connection, ≤5 connections, depth ≤2 …"). */
export function checkBulkQuery(source: string): Checked {
  const { operation, problems } = operationOf(source, 'query');
  if (!operation || problems.length > 0) return { source, operation, problems };
  const root = adminSchema().schema.getQueryType();
  if (!root) return { source, operation, problems };
  const found = walk(source, operation.selectionSet, root, { depth: 0, inList: false, top: true });
  if (found.connections === 0) found.problems.push('Bulk queries must contain at least one connection.');
  if (found.connections > MAX_CONNECTIONS)
    found.problems.push(`Bulk queries cannot contain more than ${MAX_CONNECTIONS} connections.`);
  return { source, operation, problems: [...new Set(found.problems)] };
}

/** The rules of a bulk mutation: one mutation, at most one connection in its answer. */
export function checkBulkMutation(source: string): Checked {
  const { operation, problems } = operationOf(source, 'mutation');
  if (!operation || problems.length > 0) return { source, operation, problems };
  if (operation.selectionSet.selections.length !== 1)
    return { source, operation, problems: ['Bulk mutations must contain exactly one mutation.'] };
  const root = adminSchema().schema.getMutationType();
  if (!root) return { source, operation, problems };
  const found = walk(source, operation.selectionSet, root, { depth: -1, inList: false, top: false });
  return { source, operation, problems: found.connections > 1 ? ['Bulk mutations cannot contain more than 1 connection.'] : [] };
}

function operationOf(
  source: string,
  kind: 'query' | 'mutation',
): { operation: OperationDefinitionNode | undefined; problems: string[] } {
  const { errors, operations } = prepare(source);
  if (errors.length > 0)
    return { operation: undefined, problems: errors.map((error) => `Invalid bulk ${kind}: ${error.message}`) };
  const [operation] = operations;
  if (operations.length !== 1 || operation?.operation !== kind)
    return { operation: undefined, problems: [`The document must contain exactly one ${kind}.`] };
  return { operation, problems: [] };
}

interface Place {
  depth: number;
  inList: boolean;
  top: boolean;
}

function walk(
  source: string,
  selection: SelectionSetNode,
  type: GraphQLNamedType,
  place: Place,
): { connections: number; problems: string[] } {
  const { fragments } = prepare(source);
  const total = { connections: 0, problems: [] as string[] };
  const add = (part: ReturnType<typeof walk>) => {
    total.connections += part.connections;
    total.problems.push(...part.problems);
  };
  if (!isObjectType(type) && !isInterfaceType(type)) {
    for (const node of selection.selections)
      if (node.kind === Kind.INLINE_FRAGMENT && node.typeCondition)
        add(walk(source, node.selectionSet, typeNamed(node.typeCondition.name.value), place));
    return total;
  }
  for (const node of selection.selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      add(walk(source, node.selectionSet, node.typeCondition ? typeNamed(node.typeCondition.name.value) : type, place));
      continue;
    }
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments[node.name.value];
      if (fragment) add(walk(source, fragment.selectionSet, typeNamed(fragment.typeCondition.name.value), place));
      continue;
    }
    const name = node.name.value;
    if (place.top && (name === 'node' || name === 'nodes'))
      total.problems.push(`The top-level field '${name}' cannot be used in a bulk query.`);
    const definition = type.getFields()[name];
    if (!definition || !node.selectionSet) continue;
    const inner = getNamedType(definition.type);
    if (!inner.name.endsWith('Connection')) {
      add(
        walk(source, node.selectionSet, inner, {
          depth: place.depth,
          // the edges of a connection are a list of their own kind
          inList: place.inList || (isListType(getNullableType(definition.type)) && !type.name.endsWith('Connection')),
          top: false,
        }),
      );
      continue;
    }
    total.connections += 1;
    if (place.inList)
      total.problems.push(`Queries that contain a connection field within a list field are not currently supported ('${name}').`);
    if (place.depth > MAX_DEPTH) total.problems.push(`Bulk queries cannot nest connections more than ${MAX_DEPTH} levels deep.`);
    const parentTakesId =
      place.top ||
      selection.selections.some((sibling) => sibling.kind === Kind.FIELD && sibling.name.value === 'id' && !sibling.alias);
    if (!parentTakesId && place.depth > 0)
      total.problems.push(
        `The parent 'node' field for a nested connection must select the 'id' field without an alias and must be of 'ID' return type. Connection fields without 'id': ${name}.`,
      );
    if (node.selectionSet.selections.some((child) => child.kind === Kind.FIELD && child.name.value === 'nodes'))
      total.problems.push(`Bulk queries use edges { node }: 'nodes' in '${name}' is not supported.`);
    add(walk(source, node.selectionSet, inner, { depth: place.depth + 1, inList: false, top: false }));
  }
  return total;
}

function typeNamed(name: string): GraphQLNamedType {
  const type = adminSchema().schema.getType(name);
  if (!type) throw new Error(`The schema has no type ${name}.`);
  return type;
}
