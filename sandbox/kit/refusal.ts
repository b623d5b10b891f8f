/** Header that carries the fact a refusal enforces; the call log keeps it. */
export const FACT_HEADER = 'x-sandbox-fact';

/**
 * A stand-in's refusal. `fact` says which documented rule it enforces and where that is written, e.g.
 * `shopify.md §1 "missing scope: code ACCESS_DENIED"`; it travels in a header, so that nobody has to guess whether the stand-in
 * made the rule up. `body` is the vendor's own error envelope.
 */
export function refuse(fact: string, status: number, body: unknown, headers: Record<string, string> = {}): Response {
  const text = typeof body === 'string';
  return new Response(text ? body : JSON.stringify(body), {
    status,
    headers: {
      'content-type': text ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
      [FACT_HEADER]: headerSafe(fact),
      ...headers,
    },
  });
}

/** Header values are Latin-1 without line breaks; anything else becomes `?`. */
export function headerSafe(text: string): string {
  return text.replace(/[^\x20-\x7e\xa0-\xff]/g, '?');
}
