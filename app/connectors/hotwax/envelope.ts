import type { HttpResponse } from '../../core/http.ts';
import { readJson } from '../../core/read-json.ts';
import { saysNothingFound } from './refusal.ts';

/** What stands in an answer: JSON, nothing at all, or something that isn't HotWax's to say (a page of a proxy, a log-in page). */
export type Body = { kind: 'json'; value: unknown } | { kind: 'empty' } | { kind: 'foreign' };

/** Reads a body. Answers of a log-out begin with `//`; a page is never data, whatever its status: it says that it is HTML or isn't JSON. */
export function bodyOf({ text, headers }: Pick<HttpResponse, 'text' | 'headers'>): Body {
  const plain = text.trim().replace(/^\/\//, '');
  if (plain === '') return { kind: 'empty' };
  if (headers.get('content-type')?.includes('text/html')) return { kind: 'foreign' };
  try {
    return { kind: 'json', value: readJson(plain) };
  } catch {
    return { kind: 'foreign' };
  }
}

/**
 * The rows of a list. HotWax wraps them in several ways: a bare array, one list beside a count (`{shipments, shipmentCount}`,
 * `{entityValueList, entityValueListCount}`, `{docs, count}` …), nothing at all, or `{"error":"No record found"}`. Null where there is none.
 */
export function rowsIn(body: Body): unknown[] | null {
  if (body.kind === 'empty') return [];
  if (body.kind === 'foreign') return null;
  const { value } = body;
  if (Array.isArray(value)) return value as unknown[];
  if (typeof value !== 'object' || value === null) return null;
  if (saysNothingFound(value)) return [];
  const lists = Object.values(value).filter((one): one is unknown[] => Array.isArray(one));
  if (lists.length === 1 && lists[0]) return lists[0];
  // A list without rows may be left out of its envelope.
  const counts = Object.entries(value).filter(([key]) => /count$/i.test(key));
  return lists.length === 0 && (Object.keys(value).length === 0 || counts.some(([, count]) => Number(count) === 0)) ? [] : null;
}

/** How many rows there are in all. Only the header is believed: counts in bodies are sometimes those of the page. */
export function totalOf({ headers }: Pick<HttpResponse, 'headers'>): number | null {
  const total = headers.get('x-total-count');
  return total !== null && /^\d+$/.test(total) ? Number(total) : null;
}
