import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { serve as serveHono, type HttpBindings } from '@hono/node-server';
import type { Context, Env, Hono, MiddlewareHandler } from 'hono';
import { bodyLimit as honoBodyLimit } from 'hono/body-limit';

export interface RunningServer {
  /** e.g. `http://127.0.0.1:3100` */
  url: string;
  port: number;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
}

/** Serves a Hono app by HTTP. Port 0 takes a free one. Rejects when the port is taken. */
export function serve<E extends Env>(
  app: Hono<E>,
  { port, host = '127.0.0.1' }: { port: number; host?: string },
): Promise<RunningServer> {
  return new Promise((resolve, reject) => {
    const server = serveHono({ fetch: app.fetch as (request: Request) => Promise<Response>, port, hostname: host }, (info) => {
      server.removeListener('error', reject);
      resolve({
        url: `http://${host.includes(':') ? `[${host}]` : host}:${info.port}`,
        port: info.port,
        close: () =>
          new Promise((done, failed) => {
            server.close((error) => (error ? failed(error) : done()));
            (server as Server).closeAllConnections();
          }),
      });
    });
    // Of the five seconds that are usual, a busy machine makes requests that meet a closing connection.
    (server as Server).keepAliveTimeout = 65_000;
    server.once('error', reject);
  });
}

/** Refuses bodies above `maxBytes` with 413 and a JSON message. */
export function bodyLimit(maxBytes: number): MiddlewareHandler {
  return honoBodyLimit({
    maxSize: maxBytes,
    onError: (c) => c.json({ error: `The body is larger than ${maxBytes} bytes.` }, 413),
  });
}

/** The connection a request came by; undefined when the app is called without a server (`app.request`). */
export function socketOf(c: Context): Socket | undefined {
  return (c.env as Partial<HttpBindings> | undefined)?.incoming?.socket;
}

/** A JSON body that must be an object. Throws `BadRequest` with a message for people when it isn't. */
export async function jsonBody(c: Context): Promise<Record<string, unknown>> {
  const text = await c.req.text();
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BadRequest(`The body is not JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadRequest('The body must be a JSON object.');
  return value as Record<string, unknown>;
}

/** The caller's mistake: answered with 400 (or the status given) and its message. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
  readonly status: number;
  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

/** `app.onError` for stand-ins: BadRequest → its status and message; anything else → 500 with the message, never an empty answer. */
export function answerError(error: Error): Response {
  const status = error instanceof BadRequest ? error.status : 500;
  return Response.json(
    { error: error.message, ...(status === 500 ? { stack: error.stack?.split('\n').slice(1, 6) } : {}) },
    { status },
  );
}

/** Streams objects as NDJSON, one line each, taking the next only when the reader is ready. */
export function ndjson(lines: Iterable<unknown>): Response {
  const iterator = lines[Symbol.iterator]();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk: string[] = [];
      for (let i = 0; i < 500; i += 1) {
        const next = iterator.next();
        if (next.done) {
          if (chunk.length > 0) controller.enqueue(encoder.encode(chunk.join('')));
          controller.close();
          return;
        }
        chunk.push(`${JSON.stringify(next.value)}\n`);
      }
      controller.enqueue(encoder.encode(chunk.join('')));
    },
    cancel() {
      iterator.return?.();
    },
  });
  return new Response(body, { headers: { 'content-type': 'application/x-ndjson' } });
}
