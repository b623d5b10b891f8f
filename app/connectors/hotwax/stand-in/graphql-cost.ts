import {
  getNamedType,
  isCompositeType,
  isListType,
  getNullableType,
  Kind,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { getArgumentValues } from 'graphql';
import { rowsAsked, isList, type ListArguments } from './graphql-lists.ts';
import { refuseQuery } from './graphql-refusal.ts';
import { schema } from './graphql-schema.ts';
import { limitsOf, settingOf, setSetting } from './limits.ts';
import type { World } from './world.ts';

const DEEPEST = 6;
const DEAREST = 1_000;
/** Rows that a nested list is taken to have. */
const NESTED_ROWS = 5;
const FREE = ['cursor', 'pageInfo'];

/**
 * What a query would cost at most: one credit an object and one a value, times the rows a list is asked for. So 100 inventory levels with
 * four fields cost 500, as documented; the rest of the rule is a guess. Source: hotwax.md §3.10. Refuses what is too deep or too dear.
 */
export function requestedCost(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): number {
  const fragments = new Map(
    document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [])),
  );
  const depthOf = (set: SelectionSetNode): number =>
    Math.max(
      ...set.selections.map((selection) => {
        if (selection.kind === Kind.FIELD) return 1 + (selection.selectionSet ? depthOf(selection.selectionSet) : 0);
        const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        return inner ? depthOf(inner.selectionSet) : 0;
      }),
    );
  const depth = depthOf(operation.selectionSet);
  if (depth > DEEPEST) throw refuseQuery('DEPTH_EXCEEDED', `The query is ${depth} deep, ${DEEPEST} is the most`);
  const costOf = (set: SelectionSetNode, type: GraphQLCompositeType, rows: number): number => {
    let cost = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        if (fragment) cost += costOf(fragment.selectionSet, type, rows);
        continue;
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        cost += costOf(selection.selectionSet, type, rows);
        continue;
      }
      const name = selection.name.value;
      const field = (type as GraphQLObjectType).getFields()[name];
      if (!field || FREE.includes(name)) continue;
      const inner = getNamedType(field.type);
      if (!selection.selectionSet || !isCompositeType(inner)) {
        cost += 1;
        continue;
      }
      if (type.name === 'Query' && isList(name)) {
        const asked = rowsAsked(name, getArgumentValues(field, selection, variables) as ListArguments);
        cost += costOf(selection.selectionSet, inner, asked);
      } else if (name === 'edges') cost += rows * costOf(selection.selectionSet, inner, 1);
      else if (name === 'nodes') cost += rows * (1 + costOf(selection.selectionSet, inner, 1));
      else {
        const many = isListType(getNullableType(field.type)) ? NESTED_ROWS : 1;
        cost += many * (1 + costOf(selection.selectionSet, inner, 1));
      }
    }
    return cost;
  };
  const cost = costOf(operation.selectionSet, schema.getQueryType() as GraphQLObjectType, 1);
  if (cost > DEAREST) throw refuseQuery('COST_EXCEEDED', `The query would cost ${cost}, ${DEAREST} is the most`);
  return cost;
}

/** What an answer cost: one credit an object and one a value. */
export function actualCost(value: unknown, name = ''): number {
  if (FREE.includes(name) || value === null || value === undefined) return 0;
  if (Array.isArray(value)) return (value as unknown[]).reduce<number>((sum, one) => sum + actualCost(one, name), 0);
  if (typeof value !== 'object') return 1;
  const wrapper = name === '' || name === 'edges' || 'edges' in value || 'nodes' in value;
  return Object.entries(value).reduce((sum, [key, one]) => sum + actualCost(one, key), wrapper ? 0 : 1);
}

/** The bucket of credits as it is now. */
export function creditsOf(world: World): number {
  const { graphqlCredits, graphqlRestore } = limitsOf(world);
  const [left = graphqlCredits, at = 0] = settingOf(world, 'graphql.bucket')?.split(' ').map(Number) ?? [];
  return Math.min(graphqlCredits, left + ((world.now() - at) / 1_000) * graphqlRestore);
}

export function takeCredits(world: World, cost: number): void {
  setSetting(world, 'graphql.bucket', `${creditsOf(world) - cost} ${world.now()}`);
}
