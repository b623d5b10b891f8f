import type { z } from 'zod';
import { NeedsMerchantError, RejectedError, TransientError } from '../../core/errors.ts';
import type { HttpRequest, HttpResponse } from '../../core/http.ts';
import { readJson } from '../../core/read-json.ts';
import { readRows, type ConnectContext } from '../contract/index.ts';
import { loginBanMs, pageRows } from './assumptions.ts';
import { baseUrlOf } from './base-url.ts';
import { complaintsIn, refusedRecord } from './refusal.ts';
import type { Settings } from './settings.ts';
import * as wire from './wire.ts';

export type Query = NonNullable<HttpRequest['query']>;

export interface Page<Row> {
  rows: Row[];
  /** Rows that PULPO told; those that can't be read are none of `rows`. */
  told: number;
  /** Rows in all, where PULPO tells. */
  total: number | null;
}

export interface PulpoClient {
  /** Whether a PULPO API answers there at all; nobody is logged in. */
  reach(): Promise<void>;
  logIn(): Promise<void>;
  /** A record, or null where PULPO has none of that id. */
  get<Row extends z.ZodType>(path: string, row: Row, query?: Query): Promise<z.output<Row> | null>;
  /** The same, also null (and logged) for one that can't be read: what it is part of must not wait for it. */
  getReadable<Row extends z.ZodType>(path: string, row: Row): Promise<z.output<Row> | null>;
  /**
   * One page of a list. Its envelope is `{<key>: […], total_results}` or a bare array. Records that can't be read are logged and left out; a list that
   * begins with nothing but them isn't one that we know.
   */
  page<Row extends z.ZodType>(path: string, key: string, row: Row, query?: Query): Promise<Page<z.output<Row>>>;
  /** A whole list, page by page to its true end. */
  list<Row extends z.ZodType>(path: string, key: string, row: Row, query?: Query): Promise<z.output<Row>[]>;
  /** The same without what can't be read, which is logged. Not for looking up whether something is there. */
  listReadable<Row extends z.ZodType>(path: string, key: string, row: Row, query?: Query): Promise<z.output<Row>[]>;
  write<Answer extends z.ZodType>(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    json: unknown,
    answer: Answer,
  ): Promise<z.output<Answer>>;
  /** A bulk call. PULPO does what it can: 400 with what succeeded is an answer like any other. */
  bulk<Answer extends z.ZodType>(
    method: 'POST' | 'PUT',
    path: string,
    records: unknown[],
    answer: Answer,
  ): Promise<z.output<Answer>>;
}

const good = (status: number) => status >= 200 && status < 300;

function jsonOf({ text }: HttpResponse): unknown {
  try {
    return text === '' ? null : readJson(text);
  } catch {
    return undefined;
  }
}

/** The only place that sees PULPO's addresses, tokens and status codes. Nothing it logs or throws holds a body that was sent. */
export function createClient(
  context: Pick<ConnectContext<Settings>, 'settings' | 'http' | 'tokens' | 'nowMs' | 'logger' | 'unread'>,
): PulpoClient {
  const { http, tokens, nowMs, logger, settings } = context;
  const base = baseUrlOf(settings);
  const { host } = new URL(base);
  const about = (response: HttpResponse, path: string) => ({
    party: 'PULPO WMS',
    host,
    status: response.status,
    path: path.replace(/\d+/g, '…'),
    requestId: response.headers.get('x-request-id') ?? '',
  });
  const notPulpo = (response: HttpResponse, path: string) =>
    new NeedsMerchantError('pulpo-not-there', `No PULPO API answers at ${base}`, {
      scope: 'connection',
      params: about(response, path),
    });

  async function newToken(): Promise<{ token: string; expiresAt: number }> {
    const askedAt = nowMs();
    const { username, password } = settings;
    const path = '/auth';
    const response = await http.send({
      method: 'POST',
      path: `${base}${path}`,
      json: { grant_type: 'password', username, password, scope: 'default' },
    });
    const params = about(response, path);
    if (good(response.status)) {
      const answer = wire.token.safeParse(jsonOf(response));
      if (!answer.success) throw notPulpo(response, path);
      // The sample says 12 hours, the text 1 hour: what the answer says counts, and a 401 before that renews once.
      return { token: answer.data.access_token, expiresAt: askedAt + (answer.data.expires_in ?? 3600) * 1000 };
    }
    if (response.status === 403) {
      throw new TransientError('pulpo-login-banned', 'PULPO takes no log-ins from this address for a while', {
        retryAfterMs: loginBanMs,
        params,
      });
    }
    if ([400, 401, 422].includes(response.status) && complaintsIn(jsonOf(response)).length > 0) {
      throw new NeedsMerchantError('wrong-credentials', 'PULPO refuses username or password', { scope: 'connection', params });
    }
    throw notPulpo(response, path);
  }

  /** Sends with the shared token. One that PULPO refuses is forgotten and renewed once, by whoever comes first. */
  async function send(request: HttpRequest): Promise<HttpResponse> {
    for (let renewed = false; ; renewed = true) {
      const token = await tokens.get(newToken);
      const response = await http.send({
        ...request,
        path: `${base}${request.path}`,
        headers: { ...request.headers, authorization: `Bearer ${token}` },
      });
      if (response.status !== 401 || renewed) return response;
      await tokens.invalidate(token);
    }
  }

  function refusal(request: HttpRequest, response: HttpResponse): Error {
    const params = about(response, request.path);
    const complaints = complaintsIn(jsonOf(response));
    logger.info({ ...params, fields: complaints.map(({ field }) => field) }, 'PULPO refused a call');
    if (response.status === 401) {
      return new NeedsMerchantError('pulpo-session-refused', 'PULPO refuses a fresh session', { scope: 'connection', params });
    }
    if (response.status === 403) {
      const scope = request.writes ? 'record' : 'connection';
      return new NeedsMerchantError('pulpo-forbidden', 'The PULPO user may not do this', { scope, params });
    }
    if (response.status === 404) return new RejectedError('pulpo-record-gone', 'PULPO has no such record', { params });
    return refusedRecord(complaints, params);
  }

  function read<Answer extends z.ZodType>(
    request: HttpRequest,
    response: HttpResponse,
    answer: Answer,
    value = jsonOf(response),
  ): z.output<Answer> {
    const result = answer.safeParse(value);
    if (result.success) return result.data;
    const params = about(response, request.path);
    logger.warn(
      { ...params, at: result.error.issues.map(({ path }) => path.join('.')) },
      'PULPO answered in a way we do not know',
    );
    throw new TransientError('pulpo-unreadable', 'PULPO answered in a way we do not know', {
      params,
      mayHaveLanded: Boolean(request.writes),
    });
  }

  /** A page; `leaveOut` says what may be missing in it: no record, some (not all of them), or any that can't be read. */
  async function rowsOf<Row extends z.ZodType>(
    path: string,
    key: string,
    row: Row,
    { query, leaveOut }: { query: Query; leaveOut: 'none' | 'some' | 'any' },
  ): Promise<Page<z.output<Row>>> {
    const request: HttpRequest = { method: 'GET', path, query };
    const response = await send(request);
    if (!good(response.status)) throw refusal(request, response);
    const body = jsonOf(response) as Record<string, unknown> | unknown[] | null | undefined;
    const told = Array.isArray(body) ? null : body?.['total_results'];
    const total = typeof told === 'number' ? told : null;
    const list = Array.isArray(body) ? body : body?.[key];
    if (leaveOut !== 'none' && Array.isArray(list)) {
      const { rows, unread } = readRows(list, row);
      if (unread.length > 0) {
        logger.warn({ ...about(response, path), unread }, 'PULPO tells records that nobody can read');
        context.unread(unread);
      }
      if (leaveOut === 'any' || rows.length > 0 || unread.length === 0) return { rows, told: list.length, total };
    }
    // Some lists are declared as one record, so that is read too.
    const rows = list ?? (body && told === undefined ? [body] : body);
    const whole = read(request, response, row.array(), rows ?? null) as z.output<Row>[];
    return { rows: whole, told: whole.length, total };
  }

  async function wholeList<Row extends z.ZodType>(
    path: string,
    key: string,
    row: Row,
    { query, leaveOut }: { query: Query; leaveOut: 'none' | 'any' },
  ): Promise<z.output<Row>[]> {
    const found = new Map<string, z.output<Row>>();
    for (let offset = 0; ;) {
      const before = found.size;
      const { rows, told, total } = await rowsOf(path, key, row, { query: { ...query, limit: pageRows, offset }, leaveOut });
      for (const one of rows) found.set(JSON.stringify(one), one);
      offset += told;
      // PULPO may cap the limit lower than asked, so a short page isn't the end; one that brings nothing new is.
      const ended = total === null ? found.size === before || told > pageRows : offset >= total;
      if (told === 0 || ended) return [...found.values()];
    }
  }

  const client: PulpoClient = {
    async reach() {
      const path = '/iam/users/me';
      const response = await http.send({ method: 'GET', path: `${base}${path}` });
      // Without a token PULPO says so in its own words; anything else isn't PULPO.
      if (response.status !== 401 || complaintsIn(jsonOf(response)).length === 0) throw notPulpo(response, path);
    },

    async logIn() {
      await tokens.get(newToken);
    },

    async get(path, row, query = {}) {
      const request: HttpRequest = { method: 'GET', path, query };
      const response = await send(request);
      if (response.status === 404) return null;
      if (!good(response.status)) throw refusal(request, response);
      return read(request, response, row);
    },

    async getReadable(path, row) {
      const found = await client.get(path, wire.orUnread(row));
      if (found?.read !== null) return found?.read ?? null;
      logger.warn({ party: 'PULPO WMS', host, path }, 'PULPO tells a record that nobody can read');
      return null;
    },

    page: (path, key, row, query = {}) =>
      rowsOf(path, key, row, { query, leaveOut: Number(query['offset'] ?? 0) > 0 ? 'any' : 'some' }),

    list: (path, key, row, query = {}) => wholeList(path, key, row, { query, leaveOut: 'none' }),

    listReadable: (path, key, row, query = {}) => wholeList(path, key, row, { query, leaveOut: 'any' }),

    async write(method, path, json, answer) {
      const request: HttpRequest = { method, path, writes: true, ...(json === undefined ? {} : { json }) };
      const response = await send(request);
      if (!good(response.status)) throw refusal(request, response);
      return read(request, response, answer);
    },

    async bulk(method, path, records, answer) {
      const request: HttpRequest = { method, path, writes: true, json: records };
      const response = await send(request);
      const whole = [400, 422].includes(response.status) && typeof jsonOf(response) === 'object';
      if (!good(response.status) && !whole) throw refusal(request, response);
      return read(request, response, answer);
    },
  };
  return client;
}
