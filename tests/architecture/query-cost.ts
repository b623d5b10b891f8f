import {
  getNamedType,
  isCompositeType,
  isLeafType,
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

/**
 * What Shopify asks for an operation, by the model fitted on captured answers: object 1; scalar, MoneyBag, PageInfo and user errors 0; a `…Count` at the root 10; mutation 10 +
 * payload objects − 1; connection ⌊2 + max(1, 2·ln n) · child⌋. Page sizes come from the document's defaults unless given.
 */
export function queryCost(schema: GraphQLSchema, document: DocumentNode, variables: Record<string, unknown> = {}): number {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('There is no operation');
  const fragments = new Map<string, FragmentDefinitionNode>(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
  );
  const defaults = Object.fromEntries(
    (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
      defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)]] : [],
    ),
  );
  const sizes: Record<string, unknown> = { ...defaults, ...variables };

  const numberOf = (value: ValueNode | undefined): number => {
    if (value?.kind === Kind.INT) return Number(value.value);
    if (value?.kind === Kind.VARIABLE) return Number(sizes[value.name.value]);
    return NaN;
  };

  const selection = (set: SelectionSetNode, type: GraphQLCompositeType, root = false): number => {
    let sum = 0;
    for (const node of set.selections) {
      if (node.kind === Kind.INLINE_FRAGMENT || node.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
        const narrowed = fragment?.typeCondition ? schema.getType(fragment.typeCondition.name.value) : type;
        if (fragment && isCompositeType(narrowed)) sum += selection(fragment.selectionSet, narrowed);
        continue;
      }
      const name = node.name.value;
      if (name === '__typename' || !('getFields' in type)) continue;
      const field = type.getFields()[name];
      if (!field) throw new Error(`${type.name} has no ${name}`);
      const named = getNamedType(field.type);
      if (root && name.endsWith('Count')) {
        sum += 10;
        continue;
      }
      if (isLeafType(named) || !node.selectionSet || !isCompositeType(named)) continue;
      if (['MoneyBag', 'PageInfo'].includes(named.name) || named.name.endsWith('UserError')) continue;
      if (named.name.endsWith('Connection')) {
        const size = (node.arguments ?? []).find((argument) => ['first', 'last'].includes(argument.name.value));
        const n = numberOf(size?.value);
        if (!(n > 0)) throw new Error(`${type.name}.${name} has no page size`);
        const child = node.selectionSet.selections.reduce((total, part) => {
          if (part.kind !== Kind.FIELD || !('getFields' in named)) return total;
          const partType = getNamedType(named.getFields()[part.name.value]?.type);
          if (part.name.value !== 'nodes' || !part.selectionSet || !isCompositeType(partType)) return total;
          return total + 1 + selection(part.selectionSet, partType);
        }, 0);
        sum += Math.floor(2 + Math.max(1, 2 * Math.log(n)) * child);
        continue;
      }
      sum += 1 + selection(node.selectionSet, named);
    }
    return sum;
  };

  const mutation = operation.operation === 'mutation';
  const root = mutation ? schema.getMutationType() : schema.getQueryType();
  if (!root) throw new Error('The schema has no root');
  const total = selection(operation.selectionSet, root, true);
  // the root field's own payload is in `total`; of the objects inside it the first is free (tagsAdd was measured at 10, inventorySetQuantities at 13)
  return mutation ? 10 + Math.max(0, total - 2) : total;
}
