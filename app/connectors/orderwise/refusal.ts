import { NeedsMerchantError, RejectedError } from '../../core/errors.ts';

type Params = Record<string, string | number>;

/** Every sentence in a body, however deep: the shape of OrderWise's errors isn't documented (S4 looks through every string). */
export function sentencesIn(body: unknown): string[] {
  if (typeof body === 'string') return body.trim() === '' ? [] : [body.trim()];
  if (Array.isArray(body)) return body.flatMap(sentencesIn);
  return typeof body === 'object' && body !== null ? Object.values(body).flatMap(sentencesIn) : [];
}

const variant = /variant code:\s{0,9}(\S.{0,200}?)\s{1,9}does not exist or is not active/i;

/** The variant codes that OrderWise names as unknown. */
export const unknownCodesIn = (sentences: readonly string[]): string[] =>
  sentences.flatMap((sentence) => variant.exec(sentence)?.[1] ?? []);

/** A refusal because the number is taken; its words are a guess. */
export const saysItExists = (error: RejectedError): boolean =>
  /exists? already|already exists?|duplicate/i.test(error.vendorText);

/** What a 400 means, in OrderWise's words. */
export function refusedRecord(sentences: string[], params: Params): Error {
  const words = sentences.filter((sentence) => !/^the request is invalid\.?$/i.test(sentence)).join(' ') || sentences.join(' ');
  if (/session not found/i.test(words)) {
    return new NeedsMerchantError('orderwise-session-unknown', 'OrderWise has no such session', { scope: 'connection', params });
  }
  const codes = unknownCodesIn(sentences);
  if (codes.length > 0) {
    return new RejectedError('orderwise-variant-unknown', words, {
      field: 'sku',
      params: { ...params, sku: [...new Set(codes)].join(', ') },
    });
  }
  return new RejectedError('orderwise-refused', words || `OrderWise answered ${params['status']} without a reason`, { params });
}
