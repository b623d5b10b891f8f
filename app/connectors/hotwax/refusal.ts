import { RejectedError } from '../../core/errors.ts';

/** What a list answers that has no rows (OFBiz says it as an error). */
const nothingFound = /^no record found\.?$/i;

const longest = 500;

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  if (Array.isArray(value)) return value.map(textOf).filter(Boolean).join('; ');
  if (typeof value === 'object' && value !== null) {
    const { message, messageText, errorMessage } = value as Record<string, unknown>;
    return textOf(message ?? messageText ?? errorMessage ?? '');
  }
  return '';
}

/**
 * What HotWax says against a call, in its words; empty where it has nothing against it. Moqui: `{errorCode, errors}`. OFBiz, often with status
 * 200: `_ERROR_MESSAGE_`, `_ERROR_MESSAGE_LIST_` or `error`, all of them empty when all is well.
 */
export function complaintIn(body: unknown): string {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return '';
  const { errors, error, _ERROR_MESSAGE_: message, _ERROR_MESSAGE_LIST_: messages } = body as Record<string, unknown>;
  const found = [errors, message, messages, error].map(textOf).find((text) => text !== '') ?? '';
  return nothingFound.test(found) ? '' : found.slice(0, longest);
}

/** Whether the answer is OFBiz's way to say that a list is empty. */
export function saysNothingFound(body: unknown): boolean {
  return typeof body === 'object' && body !== null && nothingFound.test(textOf((body as Record<string, unknown>)['error']));
}

/** The refusal of one record, in HotWax's words. */
export function refusedRecord(words: string, params: Record<string, string | number>): RejectedError {
  return new RejectedError('hotwax-refused', words || `HotWax answered ${params['status']} without a reason`, { params });
}

/** Whether a refusal says that the record is there already. */
export const saysItExists = (error: RejectedError): boolean => /exist|duplicate|primary key|already/i.test(error.vendorText);
