import { GraphQLError, type OperationDefinitionNode } from 'graphql';
import { Hono } from 'hono';
import type { ActiveFault } from '../kit/faults.ts';
import { refuse } from '../kit/refusal.ts';
import { impliedScopes } from './access/scopes.ts';
import { shopOfToken } from './access/tokens.ts';
import { adminSchema, API_VERSION } from './core/admin-schema.ts';
import { MAX_QUERY_COST, type Buckets } from './core/bucket.ts';
import { actualCost, requestedCost, type CostInput } from './core/cost.ts';
import { prepare, run } from './core/execute.ts';
import { oversizedInput } from './core/input-limits.ts';
import { NotImplemented } from './core/not-implemented.ts';
import type { Registry } from './core/registry.ts';
import type { RequestContext, World } from './core/world.ts';

const DOCS = 'https://shopify.dev/api/usage/rate-limits';
/** Versions that Shopify serves beside the one whose schema is vendored. */
const OTHER_VERSIONS = ['2026-01', '2026-04', '2026-07', 'unstable'];

interface Body {
  query?: unknown;
  variables?: Record<string, unknown> | null;
  operationName?: string | null;
}

export interface EndpointVariables {
  fault?: ActiveFault;
  operation?: string;
  points?: number;
  shop?: string;
}

/** Which shop a request is for: the header the app's fetch sets, else the host. */
export const shopDomain = (headers: { get(name: string): string | null }): string =>
  headers.get('x-sandbox-shop') ?? (headers.get('host') ?? '').replace(/:\d+$/, '');

/** Names of the operations in a request, for faults: its operation name and its root fields. */
export function operationNames(text: string): string[] {
  let body: Body;
  try {
    body = JSON.parse(text) as Body;
  } catch {
    return [];
  }
  const operation = pick(typeof body.query === 'string' ? prepare(body.query).operations : [], body.operationName);
  if (!operation) return [];
  return [
    ...(operation.name ? [operation.name.value] : []),
    ...operation.selectionSet.selections.flatMap((node) => ('name' in node ? [node.name.value] : [])),
  ];
}

/** POST /admin/api/:version/graphql.json */
export function graphqlEndpoint(world: World, registry: Registry, buckets: Buckets): Hono<{ Variables: EndpointVariables }> {
  const app = new Hono<{ Variables: EndpointVariables }>();

  app.post('/admin/api/:version/graphql.json', async (c) => {
    const domain = shopDomain(c.req.raw.headers);
    c.set('shop', domain);
    const version = c.req.param('version');
    if (version !== API_VERSION) {
      const known = OTHER_VERSIONS.includes(version);
      if (!known) return refuse(`shopify.md §1 "Target ${API_VERSION}"`, 404, { errors: 'Not Found' });
      return refuse(`shopify.md §1 "Target ${API_VERSION}"`, 501, {
        errors: `The sandbox has the schema of ${API_VERSION} only; the request was for ${version}.`,
      });
    }
    const found = shopOfToken(world, domain, c.req.header('x-shopify-access-token'));
    if (!found)
      return refuse('shopify.md §2 "API answers 401"', 401, {
        errors: '[API] Invalid API key or access token (unrecognized login or wrong password)',
      });

    let body: Body;
    try {
      body = await c.req.json<Body>();
    } catch {
      return c.json({ errors: 'Bad Request: the body is not JSON' }, 400);
    }
    if (typeof body.query !== 'string') return c.json({ errors: { query: 'Required parameter missing or invalid' } }, 400);
    const { document, errors, operations, fragments } = prepare(body.query);
    if (errors.length > 0)
      return c.json({
        errors: errors.map((error) => ({
          message: error.message,
          locations: error.locations,
          path: error.path,
          extensions: { code: 'graphql_validation_failed', ...error.extensions },
        })),
      });
    const operation = pick(operations, body.operationName);
    if (!operation)
      return c.json({
        errors: [{ message: 'No operation to run: name one with operationName.', extensions: { code: 'BAD_REQUEST' } }],
      });
    c.set(
      'operation',
      operation.name?.value ??
        operation.selectionSet.selections.flatMap((node) => ('name' in node ? [node.name.value] : [])).join('+'),
    );

    const variables = body.variables ?? {};
    const cost: CostInput = { schema: adminSchema().schema, operation, fragments, variables };
    const requested = requestedCost(cost);
    const { shop } = found;
    const { plan } = shop.data;
    if (requested > MAX_QUERY_COST)
      return c.json({ errors: [tooExpensive(requested)] }, 200, { 'x-sandbox-fact': 'shopify.md 5 One query <=1,000 points' });
    const fault = c.get('fault');
    if (fault?.kind === 'throttled' || !buckets.charge(shop.id, plan, requested)) {
      c.set('points', 0);
      return refuse('shopify.md §1 "throttle: HTTP 200, code THROTTLED"', 200, {
        errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED', documentation: DOCS } }],
        extensions: {
          cost: { requestedQueryCost: requested, actualQueryCost: null, throttleStatus: buckets.status(shop.id, plan) },
        },
      });
    }
    const tooLong = oversizedInput(operation, variables);
    if (tooLong) return refuse('shopify.md §1 ">250 items"', 200, { errors: [tooLong.toJSON()] });
    if (fault?.kind === 'refuse' && operation.operation === 'query') {
      return c.json({
        errors: [
          {
            message: fault.mode ?? 'Internal error. Looks like something went wrong on our end.',
            extensions: { code: 'INTERNAL_SERVER_ERROR' },
          },
        ],
      });
    }

    const ctx: RequestContext = {
      world,
      shop,
      scopes: impliedScopes(shop.scopes),
      userId: found.userId,
      fault,
      bulk: undefined,
      notImplemented: undefined,
    };
    const result = await run(registry, ctx, document, operation.name?.value, variables);
    const actual = result.data ? Math.min(requested, actualCost(cost, result.data)) : 0;
    buckets.refund(shop.id, plan, requested - actual);
    c.set('points', actual);
    if (ctx.notImplemented) return failed(ctx.notImplemented);
    const answer = {
      ...(result.errors && result.errors.length > 0 ? { errors: result.errors.map((error) => error.toJSON()) } : {}),
      ...(result.data === undefined ? {} : { data: result.data }),
      extensions: {
        cost: { requestedQueryCost: requested, actualQueryCost: actual, throttleStatus: buckets.status(shop.id, plan) },
      },
    };
    return c.json(answer, 200, { 'x-shopify-api-version': API_VERSION, 'x-request-id': crypto.randomUUID() });
  });
  return app;
}

function pick(
  operations: readonly OperationDefinitionNode[],
  name: string | null | undefined,
): OperationDefinitionNode | undefined {
  if (name) return operations.find((operation) => operation.name?.value === name);
  return operations.length === 1 ? operations[0] : undefined;
}

/** What nobody implemented, or a mistake of the stand-in itself: loud, and never a GraphQL answer that could be taken for real. */
function failed(error: Error): Response {
  const missing = error instanceof NotImplemented;
  if (!missing) process.emitWarning(`The Shopify stand-in failed: ${error.stack ?? error.message}`);
  return Response.json(
    { errors: [{ message: error.message, extensions: { code: missing ? 'SANDBOX_NOT_IMPLEMENTED' : 'SANDBOX_FAILED' } }] },
    { status: missing ? 501 : 500 },
  );
}

function tooExpensive(cost: number): ReturnType<GraphQLError['toJSON']> {
  return new GraphQLError(
    `Query cost is ${cost}, which exceeds the single query max cost limit (${MAX_QUERY_COST}). To query larger amounts of data with fewer limits, bulk operations should be used instead.`,
    {
      extensions: { code: 'MAX_COST_EXCEEDED', cost, maxCost: MAX_QUERY_COST, documentation: DOCS },
    },
  ).toJSON();
}
