import { createHmac, timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import type { Clock } from '../kit/clock.ts';
import { answerError, BadRequest, jsonBody } from '../kit/http.ts';
import type { Mailbox } from './mailbox.ts';

/** A webhook as it came in. `signed`: by which of the secrets that it was told, if any. */
interface ReceivedCall {
  at: string;
  name: string;
  id: string;
  signed: boolean;
  status: number;
  body: unknown;
}

/** Checks a signature as the Standard Webhooks specification has it, from its text and not from anybody's code. */
export function isSigned(headers: Headers, body: string, secret: string): boolean {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
    (name) => headers.get(name) ?? '',
  );
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  return (signatures ?? '').split(' ').some((one) => {
    const [version, value = ''] = one.split(',');
    const given = Buffer.from(value, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/**
 * What stands outside of shop and back office: a mailbox and receivers of webhooks. `app` takes calls at `/<name>`; `control` belongs at
 * `/_sandbox`: `GET /mail`, `DELETE /mail`, `POST /mail {refuse}`; `GET /webhooks-received/{name}`, `POST /webhooks-received/{name}
 * {secret?, status?, times?}` tells the secret to check by, or which status the next calls get.
 */
export function createOutside({ clock, mailbox }: { clock: Pick<Clock, 'iso'>; mailbox: Mailbox }): { app: Hono; control: Hono } {
  const calls: ReceivedCall[] = [];
  const secrets = new Map<string, string>();
  const answers = new Map<string, { status: number; times: number }>();

  const app = new Hono();
  app.post('/:name', async (c) => {
    const { name } = c.req.param();
    const body = await c.req.text();
    const planned = answers.get(name);
    const status = planned && planned.times > 0 ? planned.status : 200;
    if (planned) planned.times -= 1;
    const secret = secrets.get(name);
    const signed = secret !== undefined && isSigned(c.req.raw.headers, body, secret);
    calls.push({
      at: clock.iso(),
      name,
      id: c.req.header('webhook-id') ?? '',
      signed,
      status,
      body: JSON.parse(body) as unknown,
    });
    return new Response(null, { status });
  });

  const control = new Hono();
  control.onError(answerError);
  control.get('/mail', (c) => c.json(mailbox.list()));
  control.delete('/mail', (c) => {
    mailbox.clear();
    return c.json([]);
  });
  control.post('/mail', async (c) => {
    const { refuse } = await jsonBody(c);
    if (typeof refuse !== 'number') throw new BadRequest('refuse must be a number of messages.');
    mailbox.refuse(refuse);
    return c.json({ refuse });
  });
  control.get('/webhooks-received/:name', (c) => c.json(calls.filter(({ name }) => name === c.req.param('name'))));
  control.post('/webhooks-received/:name', async (c) => {
    const { secret, status, times } = await jsonBody(c);
    const { name } = c.req.param();
    if (typeof secret === 'string') secrets.set(name, secret);
    if (typeof status === 'number') answers.set(name, { status, times: typeof times === 'number' ? times : 1 });
    return c.json({ name });
  });
  return { app, control };
}
