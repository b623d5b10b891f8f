import type { z } from 'zod';
import { NeedsMerchantError, RejectedError, TransientError } from '../../core/errors.ts';
import type { HttpRequest, HttpResponse } from '../../core/http.ts';
import { readRows, type ConnectContext } from '../contract/index.ts';
import { pageRows } from './assumptions.ts';
import { bodyOf, rowsIn, totalOf } from './envelope.ts';
import { complaintIn, refusedRecord } from './refusal.ts';
import { findInstance, logIn, readSession, type Instance, type Session } from './session.ts';
import type { Settings } from './settings.ts';

export type Query = NonNullable<HttpRequest['query']>;
type Server = 'oms' | 'moqui';
type Verb = 'POST' | 'PUT';

export interface Page<Row> {
  rows: Row[];
  /** Rows that can't be read, as they were told: they are counted, and nothing else. */
  unread: string[];
  /** Rows in all, where HotWax tells. */
  total: number | null;
}

export interface HotwaxClient {
  /** Finds the instance; nobody is logged in. */
  reach(): Promise<Instance>;
  logIn(): Promise<void>;
  /** Where the instance was found and what it offers; logs in when nobody has. */
  session(): Promise<Session>;
  /** A record, or null where HotWax has none. `server` is the newer one unless told. */
  get<Row extends z.ZodType>(path: string, row: Row, query?: Query, server?: Server): Promise<z.output<Row> | null>;
  /** Records that can't be read are logged and left out; a list that begins with nothing but them isn't one that we know. */
  page<Row extends z.ZodType>(path: string, row: Row, query: Query, index: number, size?: number): Promise<Page<z.output<Row>>>;
  /** A whole list, page by page to its true end. */
  list<Row extends z.ZodType>(path: string, row: Row, query?: Query): Promise<z.output<Row>[]>;
  /** The same without what can't be read, which is logged. Not for looking up whether something is there. */
  listReadable<Row extends z.ZodType>(path: string, row: Row, query?: Query): Promise<z.output<Row>[]>;
  /** The answer of a service that has no pages; as a page of its own. */
  rows<Row extends z.ZodType>(path: string, row: Row, query: Query): Promise<z.output<Row>[]>;
  write<Answer extends z.ZodType>(
    verb: Verb,
    path: string,
    json: unknown,
    answer: Answer,
    server?: Server,
  ): Promise<z.output<Answer>>;
  /** A GraphQL query as it was answered: HotWax refuses with status 200. Null where nothing readable came. */
  graphql<Answer extends z.ZodType>(query: string, answer: Answer): Promise<z.output<Answer> | null>;
}

/** The only place that sees HotWax's addresses, tokens and status codes. Nothing it logs or throws holds a body that was sent. */
export function createClient(
  context: Pick<ConnectContext<Settings>, 'settings' | 'http' | 'tokens' | 'nowMs' | 'logger' | 'unread'>,
): HotwaxClient {
  const { http, tokens, logger, settings } = context;
  const { host } = new URL(settings.baseUrl);
  const paramsOf = ({ path }: HttpRequest, { status }: HttpResponse) => ({
    party: 'HotWax',
    host,
    status,
    // Ids are left out, so that failures of the same kind look the same.
    path: path.replace(/\/(?=[^/]*\d)[^/]+/g, '/…'),
  });
  const renew = () => logIn(context);
  const session = async () => readSession(await tokens.get(renew));

  /** Sends with the shared token. One that HotWax refuses is forgotten and renewed once, by whoever comes first. */
  async function send(request: HttpRequest, server: Server): Promise<HttpResponse> {
    for (let renewed = false; ; renewed = true) {
      const held = await tokens.get(renew);
      const found = readSession(held);
      const response = await http.send({
        ...request,
        path: `${found[server]}${request.path}`,
        headers: { ...request.headers, authorization: `Bearer ${found.token}` },
      });
      if (response.status !== 401 || renewed) return response;
      await tokens.invalidate(held);
    }
  }

  function refusal(request: HttpRequest, response: HttpResponse, words: string): Error {
    const params = paramsOf(request, response);
    logger.info(params, 'HotWax refused a call');
    switch (response.status) {
      case 401:
        return new NeedsMerchantError('hotwax-session-refused', 'HotWax refuses a fresh session', {
          scope: 'connection',
          params,
        });
      case 403:
        return new NeedsMerchantError('hotwax-forbidden', 'The HotWax user may not do this', {
          scope: request.writes ? 'record' : 'connection',
          params,
        });
      case 404:
        return new RejectedError('hotwax-record-gone', words || 'HotWax has no such record', { params });
      case 405:
      case 501:
        return new RejectedError('hotwax-not-offered', words || 'HotWax offers no such call', { params });
      default:
        return refusedRecord(words, params);
    }
  }

  function unreadable(request: HttpRequest, response: HttpResponse, at: string[] = []): TransientError {
    const params = paramsOf(request, response);
    logger.warn({ ...params, at }, 'HotWax answered in a way we do not know');
    return new TransientError('hotwax-unreadable', 'HotWax answered in a way we do not know', {
      params,
      mayHaveLanded: Boolean(request.writes),
    });
  }

  /** The body of a good answer. Throws what HotWax has against the call, also where it says so with status 200. */
  function accepted(request: HttpRequest, response: HttpResponse) {
    const body = bodyOf(response);
    const words = body.kind === 'json' ? complaintIn(body.value) : '';
    if (response.status < 200 || response.status >= 300 || words !== '') throw refusal(request, response, words);
    if (body.kind === 'foreign') throw unreadable(request, response);
    return body;
  }

  function read<Answer extends z.ZodType>(request: HttpRequest, response: HttpResponse, value: unknown, answer: Answer) {
    const result = answer.safeParse(value);
    if (result.success) return result.data;
    throw unreadable(
      request,
      response,
      result.error.issues.map(({ path }) => path.join('.')),
    );
  }

  /** Rows of a list; `leaveOut` says what may be missing in it: no record, some (not all of them), or any that can't be read. */
  async function rows<Row extends z.ZodType>(
    path: string,
    row: Row,
    { query, leaveOut }: { query: Query; leaveOut: 'none' | 'some' | 'any' },
  ): Promise<Page<z.output<Row>>> {
    const request: HttpRequest = { method: 'GET', path, query };
    const response = await send(request, 'moqui');
    const found = rowsIn(accepted(request, response));
    if (!found) throw unreadable(request, response);
    const total = totalOf(response);
    if (leaveOut !== 'none') {
      const { rows: known, unread, left } = readRows(found, row);
      if (unread.length > 0) {
        logger.warn({ ...paramsOf(request, response), unread }, 'HotWax tells records that nobody can read');
        context.unread(unread);
      }
      if (leaveOut === 'any' || known.length > 0 || left.length === 0)
        return { rows: known, unread: left.map((one) => JSON.stringify(one)), total };
    }
    return { rows: read(request, response, found, row.array()) as z.output<Row>[], unread: [], total };
  }

  const pageQuery = (query: Query, index: number, size = pageRows): Query => ({ ...query, pageIndex: index, pageSize: size });

  async function wholeList<Row extends z.ZodType>(
    path: string,
    row: Row,
    { query, leaveOut }: { query: Query; leaveOut: 'none' | 'any' },
  ): Promise<z.output<Row>[]> {
    const found = new Map<string, z.output<Row>>();
    const unreadable = new Set<string>();
    for (let index = 0, taken = 0; ; index += 1) {
      const before = found.size + unreadable.size;
      const { rows: more, unread, total } = await rows(path, row, { query: pageQuery(query, index), leaveOut });
      for (const one of more) found.set(JSON.stringify(one), one);
      for (const one of unread) unreadable.add(one);
      taken += more.length + unread.length;
      // Lists are capped in silence, so a short page isn't the end: without a total, one that brings nothing new is.
      if (found.size + unreadable.size === before || (total !== null && taken >= total)) return [...found.values()];
    }
  }

  return {
    reach: () => findInstance(context),
    session,
    page: (path, row, query, index, size) =>
      rows(path, row, { query: pageQuery(query, index, size), leaveOut: index > 0 ? 'any' : 'some' }),
    list: (path, row, query = {}) => wholeList(path, row, { query, leaveOut: 'none' }),
    listReadable: (path, row, query = {}) => wholeList(path, row, { query, leaveOut: 'any' }),
    rows: async (path, row, query) => (await rows(path, row, { query, leaveOut: 'some' })).rows,

    async logIn() {
      await tokens.get(renew);
    },

    async get(path, row, query = {}, server = 'moqui') {
      const request: HttpRequest = { method: 'GET', path, query };
      const response = await send(request, server);
      if (response.status === 404) return null;
      const body = accepted(request, response);
      return body.kind === 'empty' ? null : read(request, response, body.value, row);
    },

    async write(verb, path, json, answer, server = 'moqui') {
      const request: HttpRequest = { method: verb, path, json, writes: true };
      const response = await send(request, server);
      const body = accepted(request, response);
      return read(request, response, body.kind === 'empty' ? {} : body.value, answer);
    },

    async graphql(query, answer) {
      const response = await send({ method: 'POST', path: '/graphql', json: { query } }, 'moqui');
      const body = bodyOf(response);
      const result = body.kind === 'json' ? answer.safeParse(body.value) : null;
      return result?.success ? result.data : null;
    },
  };
}
