import type { HttpResponse } from '../../core/http.ts';
import { readJson } from '../../core/read-json.ts';

/** IM's "no": what kind it is and its own words. */
export interface Refusal {
  /** `Invalid` (bad or missing data), `Failure` (a hard error), `RateLimit`, or empty. */
  code: string;
  text: string;
}

/** What IM answered: HTTP is 200 for refusals too, so only `success_code` tells. Null: this isn't IM speaking. */
type Envelope = { refusal: Refusal } | { refusal: null; body: Record<string, unknown> } | null;

const said = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

export function envelopeOf(response: Pick<HttpResponse, 'text'>): Envelope {
  let body: unknown;
  try {
    body = readJson(response.text);
  } catch {
    return null;
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body) || !('success_code' in body)) return null;
  const record = body as Record<string, unknown>;
  if (record['success_code'] === true || record['success_code'] === 'true') return { refusal: null, body: record };
  // Older documents call the text `status_message`; some answers add `error_response`.
  const text = said(record['message']) || said(record['status_message']) || said(record['error_response']);
  return { refusal: { code: said(record['error_code']), text } };
}

/** The field that a refusal names: "Order missing required field(s): ship_zip, items[0].item", "order_discount must not be negative". */
export const fieldOf = (text: string): string | undefined =>
  /required field\(s\):\s*([\w[\].]+)/i.exec(text)?.[1] ?? /^(items\[\d+\]\.[a-z_]+|[a-z]+(?:_[a-z0-9]+)+)\b/.exec(text)?.[1];
