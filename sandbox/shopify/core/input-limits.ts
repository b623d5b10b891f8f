import { getArgumentValues, GraphQLError, Kind, type OperationDefinitionNode } from 'graphql';
import { adminSchema } from './admin-schema.ts';

/** The most items an input list may have (facts: shopify.md §5 "Arrays ≤250"). */
export const MAX_INPUT_SIZE = 250;

/** Refuses a request with a longer list anywhere in the arguments of its root fields; undefined when all is well. */
export function oversizedInput(operation: OperationDefinitionNode, variables: Record<string, unknown>): GraphQLError | undefined {
  const { schema } = adminSchema();
  const root = operation.operation === 'mutation' ? schema.getMutationType() : schema.getQueryType();
  for (const node of operation.selectionSet.selections) {
    if (node.kind !== Kind.FIELD) continue;
    const definition = root?.getFields()[node.name.value];
    if (!definition) continue;
    let longest: { size: number; path: (string | number)[] } | undefined;
    try {
      longest = longestList(getArgumentValues(definition, node, variables), [node.name.value]);
    } catch (error) {
      if (error instanceof GraphQLError) continue; // execution tells it better
      throw error;
    }
    if (longest && longest.size > MAX_INPUT_SIZE) {
      return new GraphQLError(
        `The input array size of ${longest.size} is greater than the maximum allowed of ${MAX_INPUT_SIZE}.`,
        {
          nodes: node,
          path: longest.path,
          extensions: { code: 'MAX_INPUT_SIZE_EXCEEDED' },
        },
      );
    }
  }
  return undefined;
}

function longestList(value: unknown, path: (string | number)[]): { size: number; path: (string | number)[] } | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  let longest = Array.isArray(value) ? { size: value.length, path } : undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = longestList(inner, [...path, key]);
    if (found && found.size > (longest?.size ?? 0)) longest = found;
  }
  return longest;
}
