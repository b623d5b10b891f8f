import { setTimeout as sleep } from 'node:timers/promises';
import { ClientError, GraphQLClient } from 'graphql-request';
import { noteExchange } from '../core/exchanges.ts';
import { BugError, NeedsMerchantError, TransientError } from '../core/errors.ts';
import { logger } from '../core/logger.ts';
import { apiVersion } from './api-version.ts';
import { budgetOf, type ShopBudget } from './budget/budget.ts';
import type { Priority } from './budget/priority.ts';
import { fromFaults, fromNetwork, fromStatus, scopeMissing, type CallInfo } from './failures.ts';
import { shopifyFetch } from './fetch.ts';
import { costOf, faultsOf, type GraphQLFault } from './graphql-answer.ts';
import { awaitPrice, expectedCost, rememberCost } from './expected-cost.ts';
import { isPersonal } from './personal-fields.ts';
import type { TypedDocumentString } from './operations/generated/graphql.ts';
import { offlineToken, replaceToken } from './sessions/offline-token.ts';
import type { ShopRef } from './shop-ref.ts';

export interface RunOptions {
  /** Who is served first when the shop's points are short. */
  priority: Priority;
  /** How long to wait for points in all; 10 s for pages, 60 s for the rest unless told otherwise. */
  maxWaitMs?: number;
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** The Admin API of one shop. */
export interface ShopifyAdmin {
  readonly shop: ShopRef;
  /**
   * Runs one operation with the shop's offline token and within the shared budget. Throws one of the four errors (see the table in client.test.ts). Personal fields that
   * Shopify withholds (protected customer data not yet approved) are null in the result; `runNotingDenied` tells which.
   */
  run<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    options: RunOptions,
  ): Promise<Result>;
  runNotingDenied<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    options: RunOptions,
  ): Promise<{ data: Result; denied: string[] }>;
}

interface Answer {
  status: number;
  headers: Headers;
  data: unknown;
  errors: unknown;
  extensions: unknown;
}

async function post(
  shop: ShopRef,
  token: string,
  query: string,
  variables: unknown,
  call: CallInfo,
  { timeoutMs = 30_000, signal }: RunOptions,
): Promise<Answer> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const client = new GraphQLClient(`https://${shop.domain}/admin/api/${apiVersion}/graphql.json`, {
    fetch: shopifyFetch,
    errorPolicy: 'all',
    headers: { 'x-shopify-access-token': token, accept: 'application/json' },
  });
  try {
    const { data, errors, extensions, headers, status } = await client.rawRequest({
      query,
      variables: variables as Record<string, unknown>,
      signal: (signal ? AbortSignal.any([signal, deadline]) : deadline) as never,
    });
    return { status, headers, data, errors, extensions };
  } catch (cause) {
    if (cause instanceof ClientError) {
      const { status, headers, errors, data, extensions } = cause.response as typeof cause.response & { headers?: Headers };
      return { status, headers: headers instanceof Headers ? headers : new Headers(headers), data, errors, extensions };
    }
    throw fromNetwork(cause, call);
  }
}

const isThrottled = (faults: GraphQLFault[]): boolean => faults.some(({ code }) => code === 'THROTTLED');

/** Splits `errors` into personal fields that were withheld and everything else, which throws. */
function sift(faults: GraphQLFault[], data: unknown, call: CallInfo, requestId: string): string[] {
  const denied = faults.filter((fault) => fault.code === 'ACCESS_DENIED');
  const grave = denied.find((fault) => !data || !isPersonal(fault.path));
  if (grave) throw scopeMissing(grave, call, requestId);
  if (faults.length > denied.length)
    throw fromFaults(
      faults.filter((fault) => !denied.includes(fault)),
      call,
      requestId,
    );
  return [...new Set(denied.map(({ path }) => path.filter((step) => typeof step === 'string').join('.')))];
}

/** Takes the points that the call is expected to cost and sends it: once. */
async function send(
  shop: ShopRef,
  budget: ShopBudget,
  query: string,
  variables: unknown,
  call: CallInfo,
  options: RunOptions & { giveUpAt: number },
) {
  const priceIsTold = await awaitPrice(call, variables);
  try {
    const points = expectedCost(call, variables);
    await budget.take(points, options.priority, Math.max(0, options.giveUpAt - performance.now()));
    const started = performance.now();
    let answer: Answer;
    let token: string;
    try {
      token = await offlineToken(shop.domain);
      answer = await post(shop, token, query, variables, call, options);
    } catch (error) {
      await budget.settle(points, error instanceof TransientError && error.code === 'shopify-no-answer' ? points : 0, undefined);
      throw error;
    }
    const { status, headers, data, errors } = answer;
    const requestId = headers.get('x-request-id') ?? '';
    noteExchange({
      ...{ party: 'Shopify', call: call.operation, status, requestId, request: JSON.stringify(variables ?? {}) },
      answer: JSON.stringify({ data, errors }),
    });
    const cost = costOf(answer.extensions);
    const faults = status === 200 ? faultsOf(errors) : [];
    if (cost) rememberCost(call, variables, cost.requested);
    const ms = Math.round(performance.now() - started);
    const outcome = { ...call, status, requestId, ms, cost: cost?.actual, codes: faults.map(({ code }) => code) };
    logger.debug(outcome, 'Shopify Admin API');
    return { points, token, answer, requestId, cost, faults };
  } finally {
    priceIsTold();
  }
}

async function execute(
  shop: ShopRef,
  budget: ShopBudget,
  query: string,
  variables: unknown,
  options: RunOptions,
): Promise<{ data: unknown; denied: string[] }> {
  const [, kind = 'query', operation = 'unnamed'] = /^\s*(query|mutation)\s+(\w+)/m.exec(query) ?? [];
  const call: CallInfo = { shop: shop.domain, operation, mutation: kind === 'mutation' };
  const maxWaitMs = options.maxWaitMs ?? (options.priority === 'page' ? 10_000 : 60_000);
  const giveUpAt = performance.now() + maxWaitMs;
  for (let renewed = false; ;) {
    const { points, token, answer, requestId, cost, faults } = await send(shop, budget, query, variables, call, {
      ...options,
      giveUpAt,
    });
    const { status, headers, data, errors } = answer;
    if (isThrottled(faults)) {
      const wait = await budget.throttled(points, cost?.requested ?? points, cost?.throttle);
      if (performance.now() + wait > giveUpAt) {
        throw new TransientError('shopify-throttled', `Shopify has no points left for ${operation}`, {
          params: { shop: shop.domain, operation, requestId },
          retryAfterMs: wait,
        });
      }
      // several callers wake at once: spread them a little
      await sleep(wait + Math.random() * 100);
      continue;
    }
    await budget.settle(points, cost?.actual ?? (status === 200 ? points : 0), cost?.throttle);
    if (status === 401) {
      if (renewed) {
        const params = { shop: shop.domain, operation, requestId };
        throw new NeedsMerchantError('shopify-reconnect', `Shopify refuses a token that was just renewed (${operation})`, {
          params,
          scope: 'connection',
        });
      }
      renewed = true;
      await replaceToken(shop.domain, token);
      continue;
    }
    if (status !== 200) {
      const failure = fromStatus(status, headers, call);
      const said = faultsOf(errors)[0]?.message.slice(0, 300);
      logger.warn({ ...call, status, requestId, code: failure.code, said }, 'Shopify refused a call');
      throw failure;
    }
    if (faults.length > 0)
      logger.warn(
        { ...call, requestId, faults: faults.map(({ code, path }) => ({ code, path: path.join('.') })) },
        'Shopify answered with errors',
      );
    const denied = sift(faults, data, call, requestId);
    if (!data)
      throw new BugError('shopify-request-invalid', `Shopify answered ${operation} without data`, {
        params: { shop: shop.domain, operation, requestId },
      });
    return { data, denied };
  }
}

/** The Admin API of one shop, for pages and background work alike: always with the offline token, taken anew at each call. */
export function adminFor(shop: ShopRef): ShopifyAdmin {
  const budget = budgetOf(shop.domain);
  return {
    shop,
    run: async <Result, Variables>(document: TypedDocumentString<Result, Variables>, variables: Variables, options: RunOptions) =>
      (await execute(shop, budget, document.toString(), variables, options)).data as Result,
    runNotingDenied: async <Result, Variables>(
      document: TypedDocumentString<Result, Variables>,
      variables: Variables,
      options: RunOptions,
    ) => {
      const { data, denied } = await execute(shop, budget, document.toString(), variables, options);
      return { data: data as Result, denied };
    },
  };
}
