import { RejectedError, type ErrorParams } from '../core/errors.ts';

/** Why Stockroom refuses something, with the HTTP status of its API. Each has its text in the connector's messages (`errors.<code>`). */
export const refusalStatus = {
  'stockroom-order-unknown': 404,
  'stockroom-line-unknown': 422,
  'stockroom-product-unknown': 422,
  'stockroom-facility-unknown': 422,
  'stockroom-store-unknown': 422,
  'stockroom-shipment-unknown': 404,
  'stockroom-token-unknown': 404,
  'stockroom-name-taken': 409,
  'stockroom-facility-in-use': 409,
  'stockroom-facility-inactive': 409,
  'stockroom-order-state': 409,
  'stockroom-shipment-state': 409,
  'stockroom-order-empty': 422,
  'stockroom-quantity': 422,
  'stockroom-stock-negative': 409,
  'stockroom-out-of-stock': 409,
  'stockroom-reference-reused': 409,
  'stockroom-value': 422,
} as const;

export type RefusalCode = keyof typeof refusalStatus;

/** `text` says what happened, to which record, and what to do; without personal data. */
export function refusal(code: RefusalCode, text: string, details: { field?: string; params?: ErrorParams } = {}): RejectedError {
  return new RejectedError(code, text, details);
}
