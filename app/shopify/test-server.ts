import { serve, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { AddressInfo } from 'node:net';

/** What a GraphQL call of the product looked like when it arrived. */
export interface SeenCall {
  shop: string;
  operation: string;
  token: string;
  /** The operation as text. */
  query: string;
  variables: Record<string, unknown>;
}

export type Answer = { status?: number; body?: unknown; headers?: Record<string, string>; raw?: string };

/** A few lines of Shopify for unit tests: answers come from the test, in order, the last one for ever. */
export interface TestServer {
  url: string;
  calls: SeenCall[];
  refreshes: { grant: string; refreshToken?: string }[];
  /** For GraphQL calls; a function may look at the call and may take its time. */
  graphql: (call: SeenCall) => Answer | Promise<Answer>;
  token: (body: Record<string, string>) => Answer | Promise<Answer>;
  /** What lies under /_files: results to read, places to upload to. `breakOff` cuts the connection. */
  file: (request: Request, breakOff: () => void) => Response | Promise<Response>;
  close(): Promise<void>;
}

export async function openTestServer(port: number): Promise<TestServer> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const server: TestServer = {
    url: '',
    calls: [],
    refreshes: [],
    graphql: () => ({ body: { data: {} } }),
    token: () => ({ status: 400, body: { error: 'invalid_grant' } }),
    file: () => new Response(null, { status: 404 }),
    close: () => Promise.resolve(),
  };
  const answer = ({ status = 200, body, headers = {}, raw }: Answer) =>
    new Response(raw ?? JSON.stringify(body ?? {}), {
      status,
      headers: { 'content-type': 'application/json', 'x-request-id': 'req-1', ...headers },
    });
  app.post('/admin/oauth/access_token', async (c) => {
    const body = await c.req.json<Record<string, string>>();
    server.refreshes.push({
      grant: body['grant_type'] ?? '',
      ...(body['refresh_token'] ? { refreshToken: body['refresh_token'] } : {}),
    });
    return answer(await server.token(body));
  });
  app.post('/admin/api/:version/graphql.json', async (c) => {
    const { query, variables } = await c.req.json<{ query: string; variables?: Record<string, unknown> }>();
    const call = {
      shop: c.req.header('x-sandbox-shop') ?? '',
      operation: /(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? '',
      token: c.req.header('x-shopify-access-token') ?? '',
      query,
      variables: variables ?? {},
    };
    server.calls.push(call);
    return answer(await server.graphql(call));
  });
  app.all('/_files/*', (c) => server.file(c.req.raw, () => c.env.outgoing.destroy()));
  return new Promise((resolve) => {
    const listening = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, (info: AddressInfo) => {
      server.url = `http://127.0.0.1:${info.port}`;
      server.close = () =>
        new Promise((done) => {
          if ('closeAllConnections' in listening) listening.closeAllConnections();
          listening.close(() => done());
        });
      resolve(server);
    });
  });
}

export const throttleStatus = (currentlyAvailable: number, maximumAvailable = 2000, restoreRate = 100) => ({
  maximumAvailable,
  currentlyAvailable,
  restoreRate,
});

export const costs = (requested: number, actual: number | null = requested, status = throttleStatus(1900)) => ({
  cost: { requestedQueryCost: requested, actualQueryCost: actual, throttleStatus: status },
});
