import { noteExchange, requestIdOf } from './exchanges.ts';
import { CrossdockError, TransientError, NeedsMerchantError, RejectedError } from './errors.ts';

/** A request to another system. `path` is joined to the client's base URL unless it is absolute. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string | number | readonly string[] | undefined>;
  headers?: Record<string, string>;
  /** Sent as JSON, unless `text` is given. */
  json?: unknown;
  text?: string;
  timeoutMs?: number;
  /** Whether carrying it out twice does harm: then a lost answer is reported as `mayHaveLanded`. */
  writes?: boolean;
}

export interface HttpResponse {
  status: number;
  headers: Headers;
  text: string;
}

/** Held before each call: the account's limits across processes. */
export type Gate = <T>(call: () => Promise<T>) => Promise<T>;

export interface HttpClient {
  /** Any answer is returned, whatever its status; only 429 and 5xx, timeouts and broken connections throw. */
  send(request: HttpRequest): Promise<HttpResponse>;
}

export interface HttpClientOptions {
  baseUrl: string;
  /** Name of the other side for messages: the connector's label. */
  party: string;
  gate?: Gate;
  /** Throws when the host may not be called (see host-guard). */
  allowHost?: (url: URL) => Promise<void>;
  /** Carries the request instead of the global fetch: one that connects only where it may (see connections/guarded-fetch). */
  fetch?: (url: URL, init: RequestInit) => Promise<Response>;
  timeoutMs?: number;
}

const maximumBody = 50 * 1024 * 1024;

/** Retry-After as milliseconds: seconds or an HTTP date. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (!header) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

async function readLimited(response: Response, party: string): Promise<string> {
  if (!response.body) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maximumBody)
      throw new RejectedError('answer-too-large', `${party} sent more than ${maximumBody} bytes`, { params: { party } });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The one way to call a system that isn't Shopify. Redirects are refused: they could lead inside our own network. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { party, gate = (call) => call(), fetch: carry = fetch } = options;
  const base = options.baseUrl.endsWith('/') ? options.baseUrl : `${options.baseUrl}/`;
  return {
    send: (request) =>
      gate(async () => {
        const url = new URL(request.path.replace(/^\//, ''), base);
        for (const [name, value] of Object.entries(request.query ?? {})) {
          if (value === undefined) continue;
          for (const one of Array.isArray(value) ? (value as readonly string[]) : [value as string | number])
            url.searchParams.append(name, String(one));
        }
        await options.allowHost?.(url);
        const params = { party, host: url.host };
        let response: Response;
        let text: string;
        const sent = request.text ?? (request.json === undefined ? '' : JSON.stringify(request.json));
        const note = (status: number | null, requestId: string, answer: string) =>
          noteExchange({ party, call: `${request.method} ${url.pathname}`, status, requestId, request: sent, answer });
        try {
          const body = request.text ?? (request.json === undefined ? undefined : JSON.stringify(request.json));
          response = await carry(url, {
            method: request.method,
            headers: {
              accept: 'application/json',
              ...(request.json === undefined ? {} : { 'content-type': 'application/json' }),
              ...request.headers,
            },
            redirect: 'manual',
            signal: AbortSignal.timeout(request.timeoutMs ?? options.timeoutMs ?? 30_000),
            ...(body === undefined ? {} : { body }),
          });
          text = await readLimited(response, party);
          note(response.status, requestIdOf(response.headers), text);
        } catch (cause) {
          note(null, '', '');
          // A guard that refused the address speaks through fetch's own TypeError.
          const own = [cause, cause instanceof Error ? cause.cause : undefined].find((one) => one instanceof CrossdockError);
          if (own) throw own;
          const refused =
            cause instanceof TypeError &&
            /ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(String((cause.cause as Error | undefined)?.message ?? cause.message));
          throw new TransientError(refused ? 'unreachable' : 'no-answer', `${party} did not answer`, {
            cause,
            params,
            mayHaveLanded: Boolean(request.writes) && !refused,
          });
        }
        if (response.status >= 300 && response.status < 400) {
          throw new NeedsMerchantError('redirected', `${party} redirects to another address`, { params, scope: 'connection' });
        }
        if (response.status === 429) {
          const wait = retryAfterMs(response.headers.get('retry-after'), Date.now());
          throw new TransientError('rate-limited', `${party} asks us to slow down`, {
            params,
            ...(wait === undefined ? {} : { retryAfterMs: wait }),
          });
        }
        if (response.status >= 500) {
          const wait = retryAfterMs(response.headers.get('retry-after'), Date.now());
          throw new TransientError('server-error', `${party} answered ${response.status}`, {
            params: { ...params, status: response.status },
            mayHaveLanded: Boolean(request.writes),
            ...(wait === undefined ? {} : { retryAfterMs: wait }),
          });
        }
        return { status: response.status, headers: response.headers, text };
      }),
  };
}
