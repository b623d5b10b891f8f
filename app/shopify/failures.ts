import { BugError, NeedsMerchantError, TransientError, type CrossdockError } from '../core/errors.ts';
import { retryAfterMs } from '../core/http.ts';
import { nowMs } from '../core/clock.ts';
import type { GraphQLFault } from './graphql-answer.ts';

/** What a failed call was: named in logs and in the error's params, never its variables. */
export interface CallInfo {
  shop: string;
  operation: string;
  mutation: boolean;
}

const paramsOf = ({ shop, operation }: CallInfo, requestId: string): { shop: string; operation: string; requestId: string } => ({
  shop,
  operation,
  requestId,
});

/** No answer, or not a whole one. A mutation may have been carried out, unless the connection never came about. */
export function fromNetwork(cause: unknown, call: CallInfo): TransientError {
  const text = `${cause instanceof Error ? `${cause.message} ${String((cause.cause as Error | undefined)?.message ?? '')}` : String(cause)}`;
  const neverSent = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT/.test(text);
  return new TransientError(neverSent ? 'shopify-unreachable' : 'shopify-no-answer', `Shopify did not answer ${call.operation}`, {
    cause,
    params: paramsOf(call, ''),
    mayHaveLanded: call.mutation && !neverSent,
  });
}

/** An HTTP status other than 200 (and 401, which the client handles by renewing the token). */
export function fromStatus(status: number, headers: Headers, call: CallInfo): CrossdockError {
  const requestId = headers.get('x-request-id') ?? '';
  const params = { ...paramsOf(call, requestId), status };
  const text = `Shopify answered ${status} to ${call.operation}`;
  const wait = retryAfterMs(headers.get('retry-after'), nowMs());
  const pause = wait === undefined ? {} : { retryAfterMs: wait };
  if (status === 429) return new TransientError('shopify-throttled', text, { params, ...pause });
  // 430: Shopify's own "too many for security reasons"
  if (status === 408 || status === 430)
    return new TransientError('shopify-throttled', text, { params, ...pause, mayHaveLanded: call.mutation && status === 408 });
  if (status >= 500) return new TransientError('shopify-server-error', text, { params, ...pause, mayHaveLanded: call.mutation });
  // 402 frozen for want of payment, 403 not allowed, 404 gone, 423 locked
  if ([402, 403, 404, 423].includes(status))
    return new NeedsMerchantError('shopify-shop-unavailable', text, { params, scope: 'connection' });
  return new BugError('shopify-request-invalid', text, { params });
}

/** The words in Shopify's refusal that name a scope ("`read_returns` access scope or …"), joined by commas; the refusal itself when there are none. */
export function scopesIn(refusal: string): string {
  const scopes = [...new Set(refusal.match(/\b(?:unauthenticated_)?(?:read|write)_[a-z_]+\b/g) ?? [])];
  return scopes.length > 0 ? scopes.join(', ') : refusal.slice(0, 200);
}

export function scopeMissing(fault: GraphQLFault, call: CallInfo, requestId: string): NeedsMerchantError {
  return new NeedsMerchantError('shopify-scope-missing', `Shopify denied ${call.operation}: ${fault.message}`, {
    params: { ...paramsOf(call, requestId), scope: scopesIn(fault.requiredAccess ?? fault.message), field: fault.path.join('.') },
    scope: 'connection',
  });
}

/** `errors` of an answer with HTTP 200, other than THROTTLED and ACCESS_DENIED. */
export function fromFaults(faults: GraphQLFault[], call: CallInfo, requestId: string): CrossdockError {
  const first = faults[0];
  const code = first?.code ?? '';
  const params = { ...paramsOf(call, requestId), code };
  const text = `Shopify refused ${call.operation}: ${faults.map(({ message }) => message).join('; ')}`.slice(0, 1000);
  if (code === 'INTERNAL_SERVER_ERROR' || code === 'TIMEOUT')
    return new TransientError('shopify-server-error', text, { params, mayHaveLanded: call.mutation });
  if (code === 'IDEMPOTENCY_CONCURRENT_REQUEST')
    return new TransientError('shopify-busy', text, { params, mayHaveLanded: true, retryAfterMs: 2000 });
  if (code === 'SHOP_INACTIVE') return new NeedsMerchantError('shopify-shop-unavailable', text, { params, scope: 'connection' });
  // what is left is wrong in our request: MAX_INPUT_SIZE_EXCEEDED, MAX_COST_EXCEEDED, BAD_REQUEST, INVALID_FIELD_ARGUMENTS, validation
  return new BugError('shopify-request-invalid', text, { params });
}
