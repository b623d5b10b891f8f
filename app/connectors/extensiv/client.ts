import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { NeedsMerchantError, RejectedError, TransientError } from '../../core/errors.ts';
import type { HttpRequest, HttpResponse } from '../../core/http.ts';
import { readRows, type ConnectContext } from '../contract/index.ts';
import { bucket, isBadKey, isNotFound } from './assumptions.ts';
import { baseUrlOf } from './base-url.ts';
import { bucketOf } from './bucket.ts';
import { envelopeOf, fieldOf, type Refusal } from './envelope.ts';
import type { Settings } from './settings.ts';

type Query = NonNullable<HttpRequest['query']>;

/** Whose keys a call is made with. The merchant's, where none were given, are the cart's. */
type Level = 'cart' | 'merchant';

export interface ImClient {
  /** Whether IM answers there at all; no keys are sent. */
  reach(): Promise<void>;
  /** `response` of an answer. */
  get<Answer extends z.ZodType>(level: Level, path: string, answer: Answer, query?: Query): Promise<z.output<Answer>>;
  /** A record, or null where IM has none. */
  lookUp<Answer extends z.ZodType>(level: Level, path: string, answer: Answer, query?: Query): Promise<z.output<Answer> | null>;
  /**
   * One page of a list; `total` where IM tells how many rows there are in all. Records that can't be read are logged and left out, but counted in `unread`; a
   * list that begins with nothing but them isn't one that we know.
   */
  page<Row extends z.ZodType>(
    level: Level,
    path: string,
    row: Row,
    query: Query,
  ): Promise<{ rows: z.output<Row>[]; unread: number; total: number | null }>;
  /** A call that changes something; the whole body is the answer. `exempt` calls aren't counted by IM. */
  write<Answer extends z.ZodType>(
    method: 'GET' | 'POST',
    path: string,
    answer: Answer,
    call?: { json?: unknown; exempt?: boolean },
  ): Promise<z.output<Answer>>;
}

/** A refusal in IM's words, with its kind for whoever wants to look closer. */
export class ImRefusal extends RejectedError {
  readonly refusal: Refusal;

  constructor(refusal: Refusal, params: Record<string, string | number>) {
    const field = fieldOf(refusal.text);
    super('extensiv-refused', refusal.text || 'Integration Manager gives no reason', { ...(field ? { field } : {}), params });
    this.refusal = refusal;
  }
}

/** The only place that knows IM's address, keys, envelope and limits. Nothing it logs or throws holds a key or a body. */
export function createClient(
  context: Pick<ConnectContext<Settings>, 'settings' | 'http' | 'nowMs' | 'logger' | 'unread'>,
): ImClient {
  const { http, nowMs, logger, settings } = context;
  const base = baseUrlOf(settings);
  const { host } = new URL(base);
  const keysOf = (level: Level) =>
    level === 'merchant' && settings.merchantApiUser !== ''
      ? { user: settings.merchantApiUser, key: settings.merchantApiKey }
      : { user: settings.apiUser, key: settings.apiKey };
  const about = (response: HttpResponse, path: string) => ({
    party: 'Extensiv Integration Manager',
    host,
    path,
    status: response.status,
    // IM's support asks for it.
    processId: response.headers.get('x-cartrover-process-id') ?? '',
  });
  const notIm = (response: HttpResponse, path: string) =>
    new NeedsMerchantError('extensiv-not-there', `No Integration Manager answers at ${base}`, {
      scope: 'connection',
      params: about(response, path),
    });

  function refused(refusal: Refusal, response: HttpResponse, path: string): Error {
    const params = about(response, path);
    logger.info({ ...params, code: refusal.code }, 'Integration Manager refused a call');
    if (refusal.code === 'RateLimit') {
      return new TransientError('rate-limited', 'Integration Manager asks us to slow down', {
        retryAfterMs: bucket.stepMs,
        params,
      });
    }
    if (isBadKey(response.status, refusal.text))
      return new NeedsMerchantError('wrong-credentials', 'Integration Manager refuses the keys', {
        scope: 'connection',
        params,
      });
    return new ImRefusal(refusal, params);
  }

  /** What isn't IM's envelope may be a proxy's page: only a status that speaks of keys is believed. */
  function unreadable(response: HttpResponse, request: HttpRequest): Error {
    if (isBadKey(response.status, '')) return refused({ code: '', text: '' }, response, request.path);
    return new TransientError('extensiv-unreadable', 'Integration Manager answered in a way we do not know', {
      params: about(response, request.path),
      mayHaveLanded: Boolean(request.writes),
    });
  }

  /** Sends with the keys of that level and judges the answer. */
  async function send(
    level: Level,
    request: HttpRequest,
    exempt = false,
  ): Promise<{ body: Record<string, unknown>; response: HttpResponse }> {
    const { user, key } = keysOf(level);
    const hits = bucketOf(`${host} ${user}`, nowMs);
    const authorization = `Basic ${Buffer.from(`${user}:${key}`).toString('base64')}`;
    for (let step = 1; ; step += 1) {
      // A call that ran over has its own steps; the others wait until the level has risen.
      if (!exempt && step === 1) await hits.enter();
      const response = await http.send({
        ...request,
        path: `${base}${request.path}`,
        headers: { ...request.headers, authorization },
      });
      hits.hear(response.headers);
      const envelope = envelopeOf(response);
      if (!envelope) throw unreadable(response, request);
      if (envelope.refusal === null) return { body: envelope.body, response };
      if (envelope.refusal.code !== 'RateLimit' || step > bucket.steps) throw refused(envelope.refusal, response, request.path);
      hits.overflow();
      await sleep(step * bucket.stepMs);
    }
  }

  function read<Answer extends z.ZodType>(
    request: HttpRequest,
    { response, value }: { response: HttpResponse; value: unknown },
    answer: Answer,
  ): z.output<Answer> {
    const result = answer.safeParse(value);
    if (result.success) return result.data;
    const at = result.error.issues.map(({ path }) => path.join('.'));
    logger.warn({ ...about(response, request.path), at }, 'Integration Manager answered in a way we do not know');
    throw unreadable(response, request);
  }

  const client: ImClient = {
    async reach() {
      const path = '/wms/shipmethod/list';
      const response = await http.send({ method: 'GET', path: `${base}${path}` });
      if (!envelopeOf(response)) throw notIm(response, path);
    },

    async get(level, path, answer, query = {}) {
      const request: HttpRequest = { method: 'GET', path, query };
      const { body, response } = await send(level, request);
      return read(request, { response, value: body['response'] }, answer);
    },

    async lookUp(level, path, answer, query) {
      try {
        return await client.get(level, path, answer, query);
      } catch (error) {
        if (error instanceof ImRefusal && isNotFound(error.refusal.code, error.refusal.text)) return null;
        throw error;
      }
    },

    async page(level, path, row, query) {
      const request: HttpRequest = { method: 'GET', path, query };
      const { body, response } = await send(level, request);
      const told = response.headers.get('total-records');
      const total = told === null ? Number.NaN : Number(told);
      const list = body['response'] ?? [];
      const { rows, unread } = readRows(Array.isArray(list) ? list : [], row);
      const known = Array.isArray(list) && (rows.length > 0 || unread.length === 0 || Number(query['page'] ?? 1) > 1);
      if (known && unread.length > 0) {
        logger.warn({ ...about(response, path), unread }, 'Integration Manager tells records that nobody can read');
        context.unread(unread);
      }
      return {
        rows: known ? rows : (read(request, { response, value: list }, row.array()) as z.output<typeof row>[]),
        unread: unread.length,
        total: Number.isInteger(total) ? total : null,
      };
    },

    async write(method, path, answer, { json, exempt } = {}) {
      const request: HttpRequest = { method, path, writes: true, ...(json === undefined ? {} : { json }) };
      const { body, response } = await send('cart', request, exempt);
      return read(request, { response, value: body }, answer);
    },
  };
  return client;
}
