import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ControlClient, eventually } from '../../sandbox/control-client.ts';
import { Merchant } from '../../sandbox/merchant.ts';
import { connectBackOffice, enterCatalogue, mapLocations, mapMethods, switchSyncs } from '../../sandbox/set-up-shop.ts';

/* A back office goes down: an e-mail and a signed webhook say so once; it is cured: both hear that it is over. From outside. */

const WITHIN_MS = 120_000;
const MINUTE = 60_000;
const name = `alerts-${Date.now().toString(36)}`;
const domain = `${name}.myshopify.com`;
const address = `${name}@example.com`;
const page = 'routes/app.alerts.recipients.$id';

interface Mail {
  to: string[];
  subject: string;
  source: string;
}
interface Hook {
  id: string;
  signed: boolean;
  body: { type: string; data: { topic?: string; cause?: string; severity?: string; connection?: { name: string } } };
}
interface AlertsPage {
  open: { topic: string; cause: string }[];
  closed: { topic: string; cause: string; evidence: string }[];
}

let control: ControlClient;
let merchant: Merchant;
let connectionId: string;

const recipient = (more: object) => ({
  ...{ name: 'Desk', language: 'en', severity: 'warning', connectionId: '', delivery: 'now', dailyAt: '08:00' },
  ...{ topics: ['connection', 'failed-run'], tellClosed: true, active: true },
  ...more,
});
const add = async (more: object) => {
  const { result } = await merchant.act<{ id: string; secret: string | null }>('/app/alerts/recipients/new', page, {
    intent: 'save',
    recipient: recipient(more),
  });
  if (!result) throw new Error('Nobody was added');
  return result;
};
const mails = async () => (await control.get<Mail[]>('/mail')).filter(({ to }) => to.includes(address));
const hooks = () => control.get<Hook[]>(`/webhooks-received/${name}`);
const wait = (ms: number) => control.post('/clock', { advanceMs: ms });
const sync = () =>
  merchant.tryAct('/app/sync-control', 'routes/app.sync-control', { intent: 'start', connectionId, sync: 'shipments' });
/** Lets minutes pass by the clock of all processes until it holds. */
const inTime = <Value>(what: string, look: () => Promise<Value | undefined | false>) =>
  eventually(
    what,
    async () => {
      const found = await look();
      if (found === undefined || found === false) await wait(MINUTE / 2);
      return found;
    },
    { withinMs: WITHIN_MS, everyMs: 3_000 },
  );

beforeAll(async () => {
  const port = inject('sandboxPort');
  const plain = new ControlClient(port);
  await plain.post('/shops', { domain, name, catalogue: 'small' });
  control = plain;
  merchant = new Merchant(port, { shop: domain });
  await merchant.open();
  const own = new Proxy(plain, {
    get(target, property) {
      const at = (path: string) => `${path}${path.includes('?') ? '&' : '?'}shop=${domain}`;
      if (property === 'get' || property === 'post') return (path: string, body?: unknown) => target[property](at(path), body);
      return Reflect.get(target, property, target) as unknown;
    },
  });
  connectionId = await connectBackOffice(merchant, own, 'pulpo');
  await mapLocations(merchant, connectionId);
  await mapMethods(merchant, connectionId);
  await enterCatalogue(own, 'pulpo');
  await switchSyncs(merchant, connectionId, ['shipments']);
});

afterAll(async () => {
  await control.delete('/faults');
  // What it asks the vendor from now on would be in the calls that other flows look at.
  await control.post(`/uninstall?shop=${domain}`, { shop: domain });
});

test('a test message reaches the mailbox and the webhook, which checks its signature by the secret shown once', async () => {
  const { id } = await add({ channel: 'email', address });
  const hook = await add({
    channel: 'webhook',
    name: 'Hook',
    address: `http://127.0.0.1:${inject('sandboxPort')}/outside/${name}`,
  });
  expect(hook.secret).toMatch(/^whsec_/);
  await control.post(`/webhooks-received/${name}`, { secret: hook.secret });
  for (const one of [id, hook.id]) await merchant.act(`/app/alerts/recipients/${one}`, page, { intent: 'test' });
  await eventually('the test mail', async () => (await mails()).length === 1, { withinMs: WITHIN_MS });
  await eventually('the test webhook', async () => (await hooks()).length === 1, { withinMs: WITHIN_MS });
  expect((await mails())[0]?.subject).toContain('a test of Crossdock’s alerts');
  expect((await hooks())[0]).toMatchObject({ signed: true, body: { type: 'alert.test' } });
});

test('a back office that is down is told once by e-mail and by webhook, even if the receiver has a bad moment', async () => {
  await control.post(`/webhooks-received/${name}`, { status: 503, times: 1 });
  await control.post('/faults', { target: 'pulpo', kind: 'status', status: 503 });
  await sync();
  const down = await inTime('the mail about it', async () => (await mails())[1]);
  expect(down.subject).toMatch(/pulpo/i);
  expect(down.source).toContain('/app/alerts');
  const told = await inTime('the webhook about it, sent again after its 503', async () => {
    const calls = (await hooks()).slice(1);
    return calls.length >= 2 && calls;
  });
  expect(new Set(told.map(({ id }) => id)).size).toBe(1);
  expect(told.every(({ signed }) => signed)).toBe(true);
  expect(told[0]?.body).toMatchObject({
    type: 'alert.opened',
    data: { severity: 'critical', connection: { name: 'PULPO WMS' } },
  });
  const { open } = await merchant.read<AlertsPage>('/app/alerts', 'routes/app.alerts._index');
  expect(open.map(({ topic }) => topic).filter((topic) => ['connection', 'failed-run'].includes(topic))).toHaveLength(1);
});

test('it stays one alert while it lasts, through a killed worker', async () => {
  const before = (await mails()).length;
  await control.post('/kill', { process: 'worker', index: 0 });
  for (let turn = 0; turn < 4; turn += 1) {
    await wait(5 * MINUTE);
    await sync();
    await new Promise((done) => setTimeout(done, 3_000));
  }
  expect((await mails()).length).toBe(before);
});

test('cured, both hear that it is over, and the page says how we know', async () => {
  const before = (await mails()).length;
  await control.delete('/faults');
  await sync();
  const over = await inTime('the closing mail', async () => {
    await sync();
    return (await mails())[before];
  });
  expect(over.subject).toContain('over');
  await inTime('the closing webhook', async () => (await hooks()).at(-1)?.body.type === 'alert.closed');
  const { open, closed } = await merchant.read<AlertsPage>('/app/alerts', 'routes/app.alerts._index');
  expect(open.filter(({ topic }) => ['connection', 'failed-run'].includes(topic))).toEqual([]);
  expect(['back-office-answers', 'run-finished']).toContain(closed[0]?.evidence);
});
