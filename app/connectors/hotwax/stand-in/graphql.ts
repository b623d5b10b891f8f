import {
  getOperationAST,
  getVariableValues,
  GraphQLError,
  graphqlSync,
  OperationTypeNode,
  parse,
  validate,
  type DocumentNode,
  type OperationDefinitionNode,
} from 'graphql';
import { headerSafe, FACT_HEADER } from '../../../../sandbox/kit/refusal.ts';
import { onlyKnown, readBody, type Api } from './api.ts';
import { FACTS } from './facts.ts';
import { actualCost, creditsOf, requestedCost, takeCredits } from './graphql-cost.ts';
import { rootsOf } from './graphql-objects.ts';
import { refuseQuery } from './graphql-refusal.ts';
import { schema, SDL } from './graphql-schema.ts';
import { limitsOf } from './limits.ts';
import { refuseMoqui } from './refusals.ts';
import { isFields, type World } from './world.ts';

/** `POST graphql` where the instance offers it, and its schema to anybody. Source: hotwax.md §3.10. */
export function graphql(api: Api, world: World): void {
  const offered = () => {
    if (limitsOf(world).graphql === 0) throw refuseMoqui(FACTS.graphql, 404, 'Resource graphql not found');
  };
  api.get('/graphql/sdl', (c) => {
    offered();
    return c.text(SDL);
  });
  api.post('/graphql', async (c) => {
    offered();
    const body = onlyKnown(await readBody(c), ['query', 'variables', 'operationName'], 'graphql');
    let requested = 0;
    try {
      const { document, operation } = readQuery(body['query'], body['operationName']);
      const variables = variablesOf(operation, body['variables']);
      requested = requestedCost(document, operation, variables);
      if (requested > creditsOf(world)) throw refuseQuery('THROTTLED', `The query needs ${requested} credits`);
      const name = operation.name?.value;
      const { data, errors } = graphqlSync({
        schema,
        source: String(body['query']),
        rootValue: rootsOf(world),
        variableValues: variables,
        operationName: name ?? null,
      });
      const [refused] = errors ?? [];
      if (refused) throw refused.originalError instanceof GraphQLError ? refused.originalError : refused;
      const actual = actualCost(data);
      takeCredits(world, actual);
      return c.json({ data, extensions: { cost: cost(world, requested, actual) } });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      // every refusal is HTTP 200 with its code
      c.header(FACT_HEADER, headerSafe(FACTS.graphqlCode));
      return c.json({
        errors: [{ message: error.message, extensions: error.extensions }],
        extensions: { cost: cost(world, requested, 0) },
      });
    }
  });
}

function readQuery(query: unknown, operationName: unknown): { document: DocumentNode; operation: OperationDefinitionNode } {
  if (typeof query !== 'string') throw refuseQuery('MALFORMED_QUERY', 'query is missing');
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch (error) {
    throw refuseQuery('MALFORMED_QUERY', (error as Error).message);
  }
  const [wrong] = validate(schema, document);
  if (wrong) throw refuseQuery('MALFORMED_QUERY', wrong.message);
  const operation = getOperationAST(document, typeof operationName === 'string' ? operationName : undefined);
  if (!operation) throw refuseQuery('MALFORMED_QUERY', 'The operation to run is not named');
  if (operation.operation !== OperationTypeNode.QUERY) throw refuseQuery('MALFORMED_QUERY', 'Only queries are answered');
  return { document, operation };
}

function variablesOf(operation: OperationDefinitionNode, given: unknown): Record<string, unknown> {
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], isFields(given) ? given : {});
  if (errors) throw refuseQuery('MALFORMED_QUERY', errors[0]?.message ?? 'The variables do not fit');
  return coerced;
}

function cost(world: World, requestedQueryCost: number, actualQueryCost: number) {
  const { graphqlCredits, graphqlRestore } = limitsOf(world);
  return {
    requestedQueryCost,
    actualQueryCost,
    throttleStatus: {
      maximumAvailable: graphqlCredits,
      currentlyAvailable: Math.floor(creditsOf(world)),
      restoreRate: graphqlRestore,
    },
  };
}
