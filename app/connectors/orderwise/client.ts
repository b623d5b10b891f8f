import type { z } from 'zod';
import { NeedsMerchantError, RejectedError, TransientError } from '../../core/errors.ts';
import type { HttpRequest, HttpResponse } from '../../core/http.ts';
import { readJson } from '../../core/read-json.ts';
import { readRows, type ConnectContext } from '../contract/index.ts';
import { exportTimeoutMs, rights, tokenLifeMs } from './assumptions.ts';
import { refusedRecord, sentencesIn } from './refusal.ts';
import type { Settings } from './settings.ts';
import * as wire from './wire.ts';

type Query = NonNullable<HttpRequest['query']>;

export interface OrderwiseClient {
  /** Whether an OrderWise API answers there at all; nobody is logged in. */
  reach(): Promise<void>;
  logIn(): Promise<void>;
  /** A record, or null where OrderWise has none of that id. */
  get<Answer extends z.ZodType>(path: string, answer: Answer, query?: Query): Promise<z.output<Answer> | null>;
  list<Row extends z.ZodType>(path: string, row: Row, query?: Query): Promise<z.output<Row>[]>;
  write<Answer extends z.ZodType>(
    method: 'POST' | 'PUT',
    path: string,
    json: unknown,
    answer: Answer,
    query?: Query,
  ): Promise<z.output<Answer>>;
  /** Runs an API Export Definition with the given variables. Throws NeedsMerchantError where there is none, or it takes others. */
  runExport(id: number, parameters: readonly { name: string; value: string | null }[]): Promise<Record<string, unknown>[]>;
}

const good = (status: number) => status >= 200 && status < 300;

function jsonOf({ text }: HttpResponse): unknown {
  try {
    return text.trim() === '' ? null : readJson(text);
  } catch {
    return undefined;
  }
}

/** The only place that sees OrderWise's addresses, tokens and status codes. Nothing it logs or throws holds a body that was sent. */
export function createClient({
  settings,
  http,
  tokens,
  nowMs,
  logger,
  unread: name,
}: Pick<ConnectContext<Settings>, 'settings' | 'http' | 'tokens' | 'nowMs' | 'logger' | 'unread'>): OrderwiseClient {
  const { baseUrl: base, username, password } = settings;
  const about = (response: HttpResponse, path: string) => ({
    party: 'OrderWise',
    host: new URL(base).host,
    status: response.status,
    path: path.replace(/\d+/g, '…'),
  });
  const notOrderwise = (response: HttpResponse, path: string) =>
    new NeedsMerchantError('orderwise-not-there', `No OrderWise API answers at ${base}`, {
      scope: 'connection',
      params: about(response, path),
    });
  const tokenPath = '/token/gettoken';

  async function newToken(): Promise<{ token: string; expiresAt: number }> {
    const askedAt = nowMs();
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const response = await http.send({ method: 'GET', path: base + tokenPath, headers: { authorization } });
    if (response.status === 401) {
      throw new NeedsMerchantError('wrong-credentials', 'OrderWise refuses user or password', {
        scope: 'connection',
        params: about(response, tokenPath),
      });
    }
    const answer = wire.token.safeParse(good(response.status) ? jsonOf(response) : undefined);
    if (!answer.success) throw notOrderwise(response, tokenPath);
    return { token: answer.data, expiresAt: askedAt + tokenLifeMs };
  }

  /** Sends with the shared token. One that OrderWise refuses is forgotten and renewed once, by whoever comes first. */
  async function send(request: HttpRequest): Promise<HttpResponse> {
    for (let renewed = false; ; renewed = true) {
      const token = await tokens.get(newToken);
      const response = await http.send({ ...request, path: base + request.path, headers: { authorization: `Bearer ${token}` } });
      if (response.status !== 401 || renewed) return response;
      await tokens.invalidate(token);
    }
  }

  function refusal(request: HttpRequest, response: HttpResponse): Error {
    const params = about(response, request.path);
    const sentences = sentencesIn(jsonOf(response));
    logger.info(params, 'OrderWise refused a call');
    if (response.status === 401) {
      return new NeedsMerchantError('orderwise-token-refused', 'OrderWise refuses a fresh token', {
        scope: 'connection',
        params,
      });
    }
    if (response.status === 403) {
      const right = rights.find(([path]) => path.test(request.path))?.[1] ?? request.path;
      return new NeedsMerchantError('orderwise-right-missing', `The API user group lacks ${right} ${request.method}`, {
        params: { ...params, right, verb: request.method },
      });
    }
    if (response.status === 404) return new RejectedError('orderwise-record-gone', 'OrderWise has no such record', { params });
    return refusedRecord(sentences, params);
  }

  function read<Answer extends z.ZodType>(request: HttpRequest, response: HttpResponse, answer: Answer): z.output<Answer> {
    const result = answer.safeParse(jsonOf(response));
    if (result.success) return result.data;
    const params = about(response, request.path);
    logger.warn(
      { ...params, at: result.error.issues.map(({ path }) => path.join('.')) },
      'OrderWise answered in a way we do not know',
    );
    throw new TransientError('orderwise-unreadable', 'OrderWise answered in a way we do not know', {
      params,
      mayHaveLanded: Boolean(request.writes),
    });
  }

  async function call<Answer extends z.ZodType>(request: HttpRequest, answer: Answer): Promise<z.output<Answer>> {
    const response = await send(request);
    if (!good(response.status)) throw refusal(request, response);
    return read(request, response, answer);
  }

  return {
    async reach() {
      const response = await http.send({ method: 'GET', path: base + tokenPath });
      // Without user and password a token is refused; anything else isn't OrderWise.
      if (![400, 401, 403].includes(response.status)) throw notOrderwise(response, tokenPath);
    },

    async logIn() {
      await tokens.get(newToken);
    },

    async get(path, answer, query = {}) {
      const request: HttpRequest = { method: 'GET', path, query };
      const response = await send(request);
      if (response.status === 404) return null;
      if (!good(response.status)) throw refusal(request, response);
      return read(request, response, answer);
    },

    list: (path, row, query = {}) => call({ method: 'GET', path, query }, row.array()),

    write: (method, path, json, answer, query = {}) => call({ method, path, query, json, writes: true }, answer),

    async runExport(id, parameters) {
      const request: HttpRequest = {
        method: 'POST',
        path: `/system/export-definition/${id}`,
        json: parameters,
        timeoutMs: exportTimeoutMs,
      };
      const response = await send(request);
      if (good(response.status)) {
        const { rows, unread } = readRows(read(request, response, wire.anything.array()), wire.exportRow);
        if (unread.length > 0) {
          logger.warn({ ...about(response, request.path), unread }, 'An export tells rows that are none');
          name(unread);
        }
        return rows;
      }
      const params = { ...about(response, request.path), id, vendorText: sentencesIn(jsonOf(response)).join(' ') };
      if (response.status === 404)
        throw new NeedsMerchantError('orderwise-export-unknown', `There is no API Export Definition ${id}`, { params });
      if (response.status === 400)
        throw new NeedsMerchantError('orderwise-export-refused', `API Export Definition ${id} refuses its variables`, { params });
      throw refusal(request, response);
    },
  };
}
