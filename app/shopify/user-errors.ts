import { BugError, RejectedError, TransientError } from '../core/errors.ts';

export interface UserError {
  field?: string[] | null;
  message: string;
  code?: string | null;
}

/** What every mutation's payload carries, under one of these names. */
export interface MutationPayload {
  userErrors?: UserError[];
  orderCancelUserErrors?: UserError[];
}

/** Codes on which a caller acts otherwise than by showing them; everything else is `shopify-refused`. */
const special: Record<string, string> = {
  CHANGE_FROM_QUANTITY_STALE: 'shopify-quantity-stale',
  INVALID_INVENTORY_ITEM: 'shopify-item-unknown',
  INVALID_LOCATION: 'shopify-location-unknown',
  ITEM_NOT_STOCKED_AT_LOCATION: 'shopify-item-not-stocked',
  NOT_FOUND: 'shopify-not-found',
};

export function userErrorsOf(payload: MutationPayload | null | undefined): UserError[] {
  return payload?.userErrors ?? payload?.orderCancelUserErrors ?? [];
}

/**
 * Throws when a mutation was refused: RejectedError with Shopify's field and text, its own code in `params.code` and (where we act on it) a code of ours. A batch that may
 * be refused in part reads `userErrors` itself. Returns the payload otherwise.
 */
export function refuseUserErrors<Payload extends MutationPayload>(payload: Payload | null | undefined): Payload {
  if (!payload) throw new BugError('shopify-request-invalid', 'Shopify answered a mutation with neither a result nor an error');
  const first = userErrorsOf(payload)[0];
  if (!first) return payload;
  const raw = first.code ?? '';
  const params = { code: raw };
  if (raw === 'IDEMPOTENCY_CONCURRENT_REQUEST')
    throw new TransientError('shopify-busy', first.message, { params, mayHaveLanded: true, retryAfterMs: 2000 });
  if (raw === 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH') throw new BugError('shopify-key-reused', first.message, { params });
  const more = userErrorsOf(payload).length - 1;
  throw new RejectedError(special[raw] ?? 'shopify-refused', more > 0 ? `${first.message} (and ${more} more)` : first.message, {
    params,
    ...(first.field ? { field: first.field.join('.') } : {}),
  });
}
