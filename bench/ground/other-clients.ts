import '@shopify/shopify-api/adapters/node';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogSeverity, Session, shopifyApi, type ApiVersion } from '@shopify/shopify-api';
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime';
import { GraphQLClient } from 'graphql-request';
import ShopifyApiNode from 'shopify-api-node';
import { apiVersion } from '../../app/shopify/api-version.ts';

/** The Admin API as somebody would call it without us. */
export interface OtherClient {
  name: string;
  call<Data>(query: string, variables: Record<string, unknown>): Promise<Data>;
}

/** What examples do when Shopify answers THROTTLED. */
const PAUSE_MS = 1_000;

/** None of these clients takes a throttled answer to a GraphQL call up again by itself: whoever uses them waits a second and repeats it. */
function patient(name: string, call: OtherClient['call']): OtherClient {
  return {
    name,
    async call<Data>(query: string, variables: Record<string, unknown>): Promise<Data> {
      for (;;) {
        try {
          return await call<Data>(query, variables);
        } catch (error) {
          const { message, body, response } = error as { message: string; body?: unknown; response?: { errors?: unknown } };
          if (!/throttled/i.test(`${message} ${JSON.stringify([body, response?.errors])}`)) throw error;
          await sleep(PAUSE_MS);
        }
      }
    },
  };
}

/** Calls to a shop go to the world instead, which learns from a header which shop was meant. */
const redirected =
  (world: string) =>
  (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = new Headers(init?.headers);
    headers.set('x-sandbox-shop', url.hostname);
    return fetch(new URL(url.pathname, world), { ...init, headers });
  };

/** `@shopify/shopify-api`: its GraphQL client with as many retries as it allows. They are for 429 and 503. */
export function shopifyApiClient(world: string, domain: string): OtherClient {
  const library = shopifyApi({
    apiKey: 'bench',
    apiSecretKey: 'bench',
    hostName: 'localhost',
    apiVersion: apiVersion as ApiVersion,
    isEmbeddedApp: true,
    logger: { level: LogSeverity.Error },
  });
  setAbstractFetchFunc(redirected(world) as Parameters<typeof setAbstractFetchFunc>[0]);
  const session = new Session({ id: domain, shop: domain, state: '', isOnline: false, accessToken: 'bench' });
  const client = new library.clients.Graphql({ session });
  return patient('@shopify/shopify-api with retries', async <Data>(query: string, variables: Record<string, unknown>) => {
    const { data } = await client.request<Data>(query, { variables, retries: 3 });
    return data as Data;
  });
}

/** `shopify-api-node` with `autoLimit`, which spaces REST calls and lets GraphQL calls through as they come; or with `maxRetries`, which waits as long as the points take. */
export function shopifyApiNode(world: string, domain: string, how: { autoLimit: true } | { maxRetries: number }): OtherClient {
  const client = new ShopifyApiNode({ shopName: domain, accessToken: 'bench', apiVersion, ...how });
  const { hostname, port } = new URL(world);
  const { baseHeaders } = client as unknown as { baseHeaders: Record<string, string> };
  Object.assign(client, {
    baseUrl: { protocol: 'http:', hostname, port },
    baseHeaders: { ...baseHeaders, 'x-sandbox-shop': domain },
  });
  return patient(
    'autoLimit' in how ? 'shopify-api-node with autoLimit' : 'shopify-api-node with maxRetries',
    async <Data>(query: string, variables: Record<string, unknown>) => (await client.graphql(query, variables)) as Data,
  );
}

/** Plain `graphql-request`. */
export function plainGraphqlRequest(world: string, domain: string): OtherClient {
  const client = new GraphQLClient(`https://${domain}/admin/api/${apiVersion}/graphql.json`, {
    fetch: redirected(world) as typeof fetch,
    headers: { 'x-shopify-access-token': 'bench' },
  });
  return patient('plain graphql-request', <Data>(query: string, variables: Record<string, unknown>) =>
    client.request<Data>(query, variables),
  );
}
