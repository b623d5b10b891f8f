import {
  getDirectiveValues,
  getNamedType,
  getNullableType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isCompositeType,
  isLeafType,
  isListType,
  isObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

/**
 * Shopify's query cost as fitted on captured answers (facts: shopify.md §5): object 1; scalar, MoneyBag and PageInfo 0; `*Count`
 * at the root 10; mutation 10 + payload objects − 1; connection ⌊2 + max(1, 2·ln n)·child⌋.
 */
export interface CostInput {
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  variables: Readonly<Record<string, unknown>>;
}

type Value = unknown;
const NOT_ANSWERED = Symbol('cost before execution');
/** MoneyV2 too: with it the captured costs of product queries come out right. */
const FREE = new Set(['MoneyBag', 'MoneyV2', 'PageInfo']);

/** What a request costs before it runs: connections count with the page size asked for. */
export function requestedCost(input: CostInput): number {
  return rootCost(input, NOT_ANSWERED);
}

/** What it cost, seen from its answer: connections count with the nodes that came. */
export function actualCost(input: CostInput, data: unknown): number {
  return rootCost(input, data ?? null);
}

function rootCost(input: CostInput, data: Value): number {
  const { schema, operation } = input;
  const mutation = operation.operation === 'mutation';
  const root = mutation ? schema.getMutationType() : schema.getQueryType();
  if (!root) return 0;
  let sum = 0;
  for (const field of fieldsOf(input, operation.selectionSet, root)) {
    const value = valueOf(data, field.node);
    // the payload itself doesn't count, nor does the first object in it: tagsAdd costs 10, inventorySetQuantities with its changes 13
    if (mutation) sum += 10 + Math.max(0, value === null ? 0 : fieldCost(input, field, value) - 2);
    else if (field.node.name.value.endsWith('Count')) sum += 10;
    else sum += fieldCost(input, field, value);
  }
  return sum;
}

interface Selected {
  node: FieldNode;
  definition: GraphQLField<unknown, unknown>;
}

function fieldCost(input: CostInput, { node, definition }: Selected, value: Value): number {
  const type = getNamedType(definition.type);
  if (isLeafType(type) || !node.selectionSet || value === null || !isCompositeType(type)) return 0;
  if (type.name.endsWith('Connection')) return connectionCost(input, node, type, value);
  // lists of user errors cost nothing when measured, and a bag of money is as cheap as a number
  if (FREE.has(type.name) || type.name.endsWith('UserError')) return 0;
  if (isListType(getNullableType(definition.type))) {
    if (value === NOT_ANSWERED) return 1 + selectionCost(input, node.selectionSet, type, value);
    const items = Array.isArray(value) ? value.filter((item) => item !== null) : [];
    return items.length === 0 ? 0 : 1 + selectionCost(input, node.selectionSet, type, items[0]);
  }
  return 1 + selectionCost(input, node.selectionSet, type, value);
}

function connectionCost(input: CostInput, node: FieldNode, type: GraphQLCompositeType, value: Value): number {
  const size = pageSize(input, node);
  let child = 0;
  let count = size;
  const inner = node.selectionSet ? fieldsOf(input, node.selectionSet, type) : [];
  for (const field of inner) {
    const name = field.node.name.value;
    const items = valueOf(value, field.node);
    if (name === 'nodes') {
      count = Array.isArray(items) ? items.length : count;
      child += each(items, (item) => nodeCost(input, field, item));
    } else if (name === 'edges') {
      count = Array.isArray(items) ? items.length : count;
      const edgeType = getNamedType(field.definition.type);
      if (!isObjectType(edgeType) || !field.node.selectionSet) continue;
      for (const edge of fieldsOf(input, field.node.selectionSet, edgeType)) {
        if (edge.node.name.value === 'node') child += each(items, (item) => nodeCost(input, edge, valueOf(item, edge.node)));
      }
    }
  }
  if (value !== NOT_ANSWERED && count === 0) return 2;
  return Math.floor(2 + Math.max(1, 2 * Math.log(Math.max(1, count))) * child);
}

/** Cost of one item before execution, the mean of all items after it. */
function each(items: Value, cost: (item: Value) => number): number {
  if (items === NOT_ANSWERED) return cost(NOT_ANSWERED);
  if (!Array.isArray(items) || items.length === 0) return 0;
  return items.reduce<number>((sum, item) => sum + cost(item), 0) / items.length;
}

function nodeCost(input: CostInput, { node, definition }: Selected, value: Value): number {
  const type = getNamedType(definition.type);
  if (isLeafType(type) || !node.selectionSet || value === null || !isCompositeType(type)) return 0;
  return 1 + selectionCost(input, node.selectionSet, type, value);
}

function selectionCost(input: CostInput, selection: SelectionSetNode, type: GraphQLCompositeType, value: Value): number {
  return fieldsOf(input, selection, type).reduce((sum, field) => sum + fieldCost(input, field, valueOf(value, field.node)), 0);
}

/** A number as it stands in the document, or a variable's: what was given for it, else its default. */
function sizeOf(input: CostInput, value: ValueNode): number | undefined {
  if (value.kind === Kind.INT) return Number(value.value);
  if (value.kind !== Kind.VARIABLE) return undefined;
  const name = value.name.value;
  const given = input.variables[name];
  if (given !== undefined) return typeof given === 'number' ? given : undefined;
  const fallback = input.operation.variableDefinitions?.find(({ variable }) => variable.name.value === name)?.defaultValue;
  return fallback?.kind === Kind.INT ? Number(fallback.value) : undefined;
}

function pageSize(input: CostInput, node: FieldNode): number {
  for (const argument of node.arguments ?? []) {
    if (argument.name.value !== 'first' && argument.name.value !== 'last') continue;
    const value = sizeOf(input, argument.value);
    if (value !== undefined) return value;
  }
  return 1;
}

function valueOf(parent: Value, node: FieldNode): Value {
  if (parent === NOT_ANSWERED) return NOT_ANSWERED;
  if (typeof parent !== 'object' || parent === null) return null;
  return (parent as Record<string, Value>)[node.alias?.value ?? node.name.value] ?? null;
}

/** The fields of a selection with fragments laid open; those of a fragment on another type are kept (one of them will answer). */
function fieldsOf(input: CostInput, selection: SelectionSetNode, type: GraphQLCompositeType): Selected[] {
  return selection.selections.flatMap((node): Selected[] => {
    if (getDirectiveValues(GraphQLSkipDirective, node, input.variables)?.if === true) return [];
    if (getDirectiveValues(GraphQLIncludeDirective, node, input.variables)?.if === false) return [];
    if (node.kind === Kind.FIELD) {
      const definition = 'getFields' in type ? type.getFields()[node.name.value] : undefined;
      return definition ? [{ node, definition }] : [];
    }
    const body = node.kind === Kind.INLINE_FRAGMENT ? node : input.fragments[node.name.value];
    if (!body) return [];
    const on = body.typeCondition ? input.schema.getType(body.typeCondition.name.value) : type;
    return on && isCompositeType(on) ? fieldsOf(input, body.selectionSet, on) : [];
  });
}
