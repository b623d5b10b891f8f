import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SMTPServer, SMTPServerOptions } from 'smtp-server';
import { openTestDatabase } from './database.ts';
import { fakeConnector } from '../../app/connections/fake-connector.test-data.ts';

/** A message that the mail server took. */
export interface TakenMail {
  to: string[];
  subject: string;
  /** The whole message, decoded where it was quoted-printable. */
  source: string;
  user: string | undefined;
  secure: boolean;
}

const hexBytes = (text: string): Buffer =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );

/** The subject of a message, with its folded lines and encoded words put together. */
function subjectOf(raw: string): string {
  const lines = /^Subject: (.*(?:\r\n[ \t].*)*)/m.exec(raw)?.[1]?.replace(/\r\n[ \t]+/g, ' ') ?? '';
  const words = lines
    .replace(/\?= =\?/g, '?==?')
    .replace(/=\?utf-8\?q\?([^?]*)\?=/gi, (_, text: string) => text.replaceAll('_', ' '));
  return hexBytes(words).toString();
}

interface Call {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A real mail server on this machine. Its own certificate is one that nobody has reason to trust. */
export async function openMailServer(options: SMTPServerOptions = {}) {
  const { SMTPServer } = await import('smtp-server');
  const mails: TakenMail[] = [];
  const behaviour: { refuse: { responseCode: number } | null } = { refuse: null };
  const server: SMTPServer = new SMTPServer({
    authOptional: true,
    onRcptTo(_address, _session, answer) {
      answer(behaviour.refuse ? Object.assign(new Error('no such mailbox ada@example.com'), behaviour.refuse) : undefined);
    },
    onAuth({ username, password }, _session, answer) {
      if (password === 'right') answer(null, { user: username });
      else answer(new Error('wrong'));
    },
    onData(stream, session, answer) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString('latin1');
        const source = hexBytes(raw.replace(/=\r\n/g, '')).toString();
        const { rcptTo } = session.envelope;
        const to = rcptTo.map(({ address }) => address);
        mails.push({ to, subject: subjectOf(raw), source, user: session.user, secure: session.secure });
        answer();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', () => done()));
  const { port } = server.server.address() as AddressInfo;
  return { mails, behaviour, port, close: () => new Promise<void>((done) => server.close(() => done())) };
}

/** A receiver of webhooks on this machine, answering what it is told to. */
export async function openReceiver() {
  const calls: Call[] = [];
  const behaviour = { status: 200, headers: {} as Record<string, string> };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      calls.push({ headers: request.headers, body });
      response.writeHead(behaviour.status, behaviour.headers).end();
    });
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', () => done()));
  const { port } = server.address() as AddressInfo;
  return { calls, behaviour, host: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}/hook`, close: () => server.close() };
}

/** A database, a mail server and a receiver; a shop with a connection; and a clock that the test moves. */
export async function openAlertWorld() {
  const database = await openTestDatabase();
  const mailServer = await openMailServer({ disabledCommands: ['STARTTLS', 'AUTH'] });
  const receiver = await openReceiver();
  process.env['SMTP_URL'] = `smtp://127.0.0.1:${mailServer.port}`;
  process.env['SMTP_FROM'] = 'Crossdock <alerts@crossdock.example>';
  process.env['ALLOWED_PRIVATE_HOSTS'] = `${receiver.host},127.0.0.1:${mailServer.port}`;
  const { mkdtempSync, writeFileSync } = await import('node:fs');
  const path = await import('node:path');
  const os = await import('node:os');
  const clockFile = path.join(mkdtempSync(path.join(os.tmpdir(), 'crossdock-clock-')), 'clock');
  let offset = 0;
  writeFileSync(clockFile, '0');
  const { followClockFile, now } = await import('../../app/core/clock.ts');
  followClockFile(clockFile);
  const { prisma } = await import('../../app/db/client.ts');
  const { inShop } = await import('../../app/db/scope.ts');
  const { stopBoss } = await import('../../app/jobs/boss.ts');
  const { setConnectors } = await import('../../app/connections/known-connectors.ts');
  const { reconcileAlerts } = await import('../../app/alerts/reconcile-alerts.ts');
  const { nudgeDeliveries } = await import('../../app/alerts/deliver-message.ts');
  const { deliver } = await import('../../app/jobs/handlers/deliver.ts');
  const { addRecipient } = await import('../../app/alerts/recipients.ts');
  const { openProblem, closeProblems } = await import('../../app/sync/problems/problems.ts');
  const connector = fakeConnector({ facilities: [], key: 'right-key' });
  setConnectors([connector]);

  const openShop = async (name: string) => {
    const at = now();
    const shop = await prisma.shop.create({
      data: { domain: `${name}-${Math.random().toString(36).slice(2)}.myshopify.com`, name: `Shop ${name}`, installedAt: at },
    });
    const connection = await prisma.connection.create({
      data: {
        shopId: shop.id,
        connector: connector.id,
        name: 'Hall',
        inboundHash: `${Math.random()}`,
        createdAt: at,
        updatedAt: at,
      },
    });
    return { shopId: shop.id, connectionId: connection.id };
  };

  return {
    prisma,
    inShop,
    now,
    mailServer,
    receiver,
    openShop,
    /** Moves the business clock. */
    async pass(minutes: number): Promise<void> {
      offset += minutes * 60_000;
      writeFileSync(clockFile, String(offset));
      // The clock's file is looked at every 20 ms.
      await new Promise((done) => setTimeout(done, 30));
    },
    problem: (
      { shopId, connectionId }: { shopId: number; connectionId: string },
      id: string,
      more: {
        cause?: string;
        params?: Record<string, string | number>;
        kind?: 'order' | 'sync' | 'product';
        sync?: 'orders' | 'products';
      } = {},
    ) =>
      inShop(shopId, (tx) =>
        openProblem(tx, shopId, {
          connectionId,
          sync: more.sync ?? 'orders',
          cause: more.cause ?? 'shipping-unmapped',
          subject: { kind: more.kind ?? 'order', id, label: id },
          params: more.params ?? { value: 'Express' },
        }),
      ),
    mend: ({ shopId }: { shopId: number }, id: string, kind: 'order' | 'sync' | 'product' = 'order') =>
      inShop(shopId, (tx) => closeProblems(tx, shopId, { subject: { kind, id }, evidence: 'order-read-again' })),
    reconcile: reconcileAlerts,
    /** What workers would do: every message that waits, and those that are due again. Answers how many were tried. */
    async deliverAll(shopId: number): Promise<number> {
      const waiting = await prisma.alertDelivery.findMany({ where: { shopId, state: 'pending', leasedUntil: null } });
      const due = waiting.filter(({ attempts, nextAttemptAt }) => attempts === 0 || (nextAttemptAt && nextAttemptAt <= now()));
      await nudgeDeliveries();
      for (const { id } of due) await deliver({ shopId, deliveryId: id });
      return due.length;
    },
    async add(shopId: number, more: Record<string, unknown> = {}) {
      const { topics } = await import('../../app/alerts/topics.ts');
      const { appItself } = await import('../../app/people/actor.ts');
      const added = await addRecipient(shopId, appItself, {
        ...{ channel: 'email', name: 'Desk', address: 'desk@example.com', language: 'en', topics: [...topics] },
        ...{ severity: 'warning', connectionId: '', delivery: 'now', dailyAt: '08:00', tellClosed: true, active: true },
        ...more,
      });
      if (!added.ok) throw new Error(JSON.stringify(added.errors));
      return added;
    },
    async close(): Promise<void> {
      await stopBoss();
      await prisma.$disconnect();
      await mailServer.close();
      receiver.close();
      await database.close();
    },
  };
}
