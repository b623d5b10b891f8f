import { createHmac } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openAlertWorld, openMailServer } from '../../tests/setup/alert-world.ts';

const world = await openAlertWorld();
const { prisma, pass, problem, mend, reconcile, receiver, mailServer } = world;
const { writeDueDigests } = await import('./digests.ts');
const { deliver } = await import('../jobs/handlers/deliver.ts');
const { rotateSecret, saveRecipient, sendTest, listRecipients } = await import('./recipients.ts');
const { sendAgain, listDeliveries } = await import('./deliveries.ts');
const { saveSettings } = await import('./settings-store.ts');
const { nudgeDeliveries } = await import('./deliver-message.ts');
const { appItself } = await import('../people/actor.ts');
const { env } = await import('../env.server.ts');
afterAll(() => world.close());

let shop: { shopId: number; connectionId: string };
beforeEach(async () => {
  await prisma.alertDelivery.deleteMany({});
  // Digests are written for every shop: one whose time of day comes round would be counted in another test.
  await prisma.alertRecipient.deleteMany({});
  shop = await world.openShop('a');
  mailServer.mails.length = 0;
  receiver.calls.length = 0;
  mailServer.behaviour.refuse = null;
  receiver.behaviour.status = 200;
});

const { mails } = mailServer;
const subjects = () => mails.map(({ subject }) => subject);
const wrong = async (id: string, more?: Parameters<typeof problem>[2]) => {
  await problem(shop, id, more);
  await pass(2);
  await reconcile();
};
const over = async (id: string) => {
  await mend(shop, id);
  await reconcile();
  await pass(3);
  await reconcile();
};
const send = () => world.deliverAll(shop.shopId);
const log = async () => (await listDeliveries(shop.shopId)).rows;
const webhook = (more: Record<string, unknown> = {}) =>
  world.add(shop.shopId, { channel: 'webhook', name: 'Hook', address: receiver.url, ...more });
const verified = ({ headers, body }: (typeof receiver.calls)[number], secret: string): boolean => {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const expected = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  return String(headers['webhook-signature']).split(' ').includes(expected);
};
const bodies = () => receiver.calls.map(({ body }) => JSON.parse(body) as { type: string; data: Record<string, unknown> });

describe('an e-mail', () => {
  it('says what is wrong, what to do and which orders, and later that it is over', async () => {
    await world.add(shop.shopId);
    await wrong('#1001');
    await send();
    expect(subjects()).toEqual(["Shop a: Hall: The shipping method “Express” isn't mapped"]);
    const [{ to, source } = { to: [], source: '' }] = mails;
    expect(to).toEqual(['desk@example.com']);
    for (const part of ['#1001', 'Map it to a carrier and method', 'https://a-', '/app/alerts']) expect(source).toContain(part);
    await over('#1001');
    await send();
    expect(subjects()[1]).toMatch(/^Shop a: over: /);
    expect(mails[1]?.source).toContain('The order was read again and it no longer holds');
    expect((await log()).map(({ state }) => state)).toEqual(['delivered', 'delivered']);
  });

  it('is one for everything that began at once, and speaks the recipient’s language', async () => {
    await world.add(shop.shopId, { language: 'de' });
    await problem(shop, '#1');
    await wrong('#2', { cause: 'outcome-unknown', params: { backOffice: 'Hall' } });
    await send();
    expect(subjects()).toEqual(['Shop a: 2 Alarme']);
    expect(mails[0]?.source).toContain('Kritisch: ');
  });

  it('goes to those only who want to hear of it', async () => {
    await world.add(shop.shopId, { address: 'critical@example.com', severity: 'critical' });
    await world.add(shop.shopId, { address: 'products@example.com', topics: ['problem-products'] });
    await world.add(shop.shopId, { address: 'off@example.com', active: false });
    await world.add(shop.shopId, { address: 'all@example.com', tellClosed: false });
    const other = await prisma.connection.create({
      data: {
        shopId: shop.shopId,
        connector: 'fake',
        name: 'Other',
        inboundHash: `${Math.random()}`,
        createdAt: world.now(),
        updatedAt: world.now(),
      },
    });
    await world.add(shop.shopId, { address: 'other@example.com', connectionId: other.id });
    await wrong('#1');
    await send();
    expect(mails.flatMap(({ to }) => to)).toEqual(['all@example.com']);
    await over('#1');
    await send();
    expect(mails).toHaveLength(1);
  });

  it('tells those who want critical things only once a warning has become one', async () => {
    await world.add(shop.shopId, { severity: 'critical' });
    await wrong('#0');
    for (let n = 1; n < 100; n += 1) await problem(shop, `#${n}`);
    await reconcile();
    await send();
    expect(subjects()).toHaveLength(1);
    expect(mails[0]?.source).toContain('Now critical');
  });

  it('that the server refuses for good is tried again for a day and then left to people; the others hear of it', async () => {
    await world.add(shop.shopId, { name: 'Broken' });
    const other = await webhook();
    mailServer.behaviour.refuse = { responseCode: 550 };
    await wrong('#1');
    await send();
    expect(await listRecipients(shop.shopId)).toMatchObject([
      { name: 'Broken', failure: { code: 'mail-refused', params: { status: 550 } } },
      { name: 'Hook', failure: null },
    ]);
    await pass(12);
    await reconcile();
    await send();
    expect(other.secret).not.toBeNull();
    expect(bodies().map(({ type, data }) => [type, data['topic']])).toEqual([
      ['alert.opened', 'problem-orders'],
      ['alert.opened', 'delivery'],
    ]);
    for (const minutes of [5, 30, 120, 300, 600, 600]) {
      await pass(minutes + 1);
      await send();
    }
    expect(
      (await log()).find(({ channel, first }) => channel === 'email' && first?.alert.topic === 'problem-orders'),
    ).toMatchObject({
      state: 'failed',
      attempts: 8,
      answer: { code: 'mail-refused' },
    });
    // No word of the server's own: it quotes addresses.
    expect(JSON.stringify(await log())).not.toContain('ada@example.com');
  });

  it('that failed is sent again under its own id, and the alert about it closes', async () => {
    await world.add(shop.shopId);
    mailServer.behaviour.refuse = { responseCode: 450 };
    await wrong('#1');
    await send();
    const [{ id } = { id: '' }] = await log();
    mailServer.behaviour.refuse = null;
    await sendAgain(shop.shopId, appItself, id);
    await send();
    expect(await log()).toMatchObject([{ id, state: 'delivered', attempts: 1 }]);
    expect(mails[0]?.source).toContain(`Message-ID: <${id}@crossdock.example>`);
    expect(await listRecipients(shop.shopId)).toMatchObject([{ failure: null, failingSince: null }]);
  });

  it('shows names as they are written: none becomes markup or a link', async () => {
    const name = '<img src=x onerror="alert(1)"> & <a href=\'https://evil.example\'>Shop</a>';
    await prisma.shop.update({ where: { id: shop.shopId }, data: { name } });
    await prisma.connection.update({ where: { shopId_id: { shopId: shop.shopId, id: shop.connectionId } }, data: { name } });
    await world.add(shop.shopId);
    await wrong('#1 <script>', { params: { value: name, backOffice: name } });
    await send();
    const source = mails[0]?.source.replace(/\r\n/g, '') ?? '';
    const html = source.slice(source.indexOf('<div style='));
    // Ours and nothing else: no other tag, no other address.
    const tags = new Set(Array.from(html.matchAll(/<([a-z]+)/gi), ([, tag]) => tag));
    expect([...tags].sort()).toEqual(['a', 'br', 'div', 'h', 'p', 'strong']);
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; &lt;a href=&#39;https://evil.example&#39;&gt;');
    expect(html).toContain('#1 &lt;script&gt;');
    expect(Array.from(html.matchAll(/href="([^"]*)"/g), ([, url]) => url)).toEqual([
      expect.stringMatching(/^https:\/\/a-[a-z0-9]+\.myshopify\.com\/admin\/apps\//),
    ]);
  });

  it('has one subject: a line break in a name starts no header and reaches nobody else', async () => {
    const name = 'Shop\r\nBcc: stranger@example.com\r\nX-Added: yes\r\n\r\nBuy now';
    await prisma.shop.update({ where: { id: shop.shopId }, data: { name } });
    const { id } = await world.add(shop.shopId, { name: 'Desk\r\nCc: stranger@example.com' });
    await sendTest(shop.shopId, appItself, id);
    await wrong('#1', { params: { value: 'Express\r\nBcc: stranger@example.com' } });
    await send();
    expect(mails).toHaveLength(2);
    for (const { to, source, subject } of mails) {
      expect(to).toEqual(['desk@example.com']);
      const [head = ''] = source.split('\r\n\r\n');
      expect(head).not.toMatch(/^(bcc|cc|x-added):/im);
      expect(subject).toContain('Shop Bcc: stranger@example.com X-Added: yes');
    }
  });

  it('names no mail server where there is none', async () => {
    const url = env.SMTP_URL;
    Object.assign(env, { SMTP_URL: undefined });
    const { id } = await world.add(shop.shopId);
    await sendTest(shop.shopId, appItself, id);
    await send();
    Object.assign(env, { SMTP_URL: url });
    expect(await log()).toMatchObject([{ kind: 'test', state: 'failed', answer: { code: 'mail-server-missing' } }]);
  });
});

describe('a shop’s own mail server', () => {
  const own = (port: number, more: Record<string, unknown> = {}) =>
    saveSettings(shop.shopId, appItself, {
      ...{ mailServer: 'own', smtpHost: '127.0.0.1', smtpPort: port, smtpFrom: 'shop@example.com', smtpSecurity: 'none' },
      ...more,
    });
  const allow = (port: number) => env.ALLOWED_PRIVATE_HOSTS.push(`127.0.0.1:${port}`);
  const test = async () => {
    const { id } = await world.add(shop.shopId);
    await sendTest(shop.shopId, appItself, id);
    await send();
    return (await log())[0];
  };

  it('sends in its own name', async () => {
    expect(await own(mailServer.port)).toEqual({ ok: true });
    expect(await test()).toMatchObject({ state: 'delivered' });
    expect(mails[0]?.source).toContain('From: shop@example.com');
  });

  it('may not stand inside our network', async () => {
    const inside = await openMailServer();
    // Stored while it was public, as it were: the guard stands where the connection is made.
    await prisma.alertSettings.create({
      data: {
        shopId: shop.shopId,
        settings: {
          mailServer: 'own',
          smtpHost: '127.0.0.1',
          smtpPort: inside.port,
          smtpFrom: 'a@example.com',
          smtpSecurity: 'none',
        },
      },
    });
    expect(await test()).toMatchObject({ state: 'failed', answer: { code: 'address-not-allowed' } });
    expect(inside.mails).toEqual([]);
    await inside.close();
  });

  it('with a certificate that nobody vouches for gets neither message nor password', async () => {
    const untrusted = await openMailServer();
    allow(untrusted.port);
    const saved = await own(untrusted.port, { smtpSecurity: 'starttls', smtpUser: 'shop', smtpPassword: 'right' });
    expect(saved).toEqual({ ok: true });
    expect(await test()).toMatchObject({ state: 'failed', answer: { code: 'mail-not-encrypted' } });
    expect(untrusted.mails).toEqual([]);
    await untrusted.close();
  });

  it('that offers no encryption gets no password', async () => {
    const plain = await openMailServer({ disabledCommands: ['STARTTLS'] });
    allow(plain.port);
    await own(plain.port, { smtpSecurity: 'starttls', smtpUser: 'shop', smtpPassword: 'right' });
    expect(await test()).toMatchObject({ state: 'failed', answer: { code: 'mail-not-encrypted' } });
    await plain.close();
  });

  it('that hangs up or is gone is tried again', async () => {
    const gone = await openMailServer();
    allow(gone.port);
    await gone.close();
    await own(gone.port);
    expect(await test()).toMatchObject({ answer: { code: 'mail-unreachable' } });
  });
});

describe('a webhook', () => {
  it('is signed as Standard Webhooks has it, one for each alert, and says later that it is over', async () => {
    const { secret } = await webhook();
    await problem(shop, '#1001');
    await wrong('#1002', { cause: 'payment-unmapped', params: { value: 'Invoice' } });
    await send();
    await over('#1001');
    await send();
    expect(bodies().map(({ type, data }) => [type, data['cause'], data['records']])).toEqual([
      ['alert.opened', expect.any(String), expect.any(Array)],
      ['alert.opened', expect.any(String), expect.any(Array)],
      ['alert.closed', 'shipping-unmapped', ['#1001']],
    ]);
    expect(bodies()[2]?.data).toMatchObject({
      evidence: { code: 'order-read-again' },
      closedAt: expect.any(String) as string,
      fix: null,
    });
    for (const call of receiver.calls) {
      expect(verified(call, secret ?? '')).toBe(true);
      expect(verified({ ...call, body: `${call.body} ` }, secret ?? '')).toBe(false);
    }
    expect(new Set(receiver.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(3);
  });

  it('that isn’t answered with 2xx is repeated later under the same id with the same body', async () => {
    await webhook();
    receiver.behaviour.status = 503;
    await wrong('#1');
    await send();
    expect(await log()).toMatchObject([{ state: 'pending', attempts: 1, answer: { code: 'server-error' } }]);
    expect(await send()).toBe(0);
    receiver.behaviour.status = 204;
    await pass(2);
    await send();
    expect(await log()).toMatchObject([{ state: 'delivered', attempts: 2, answer: { status: 204 } }]);
    const [first, second] = receiver.calls;
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toBe(first?.body);
  });

  it('carries signatures of the old and the new secret for a day after a rotation', async () => {
    const { id, secret: old } = await webhook();
    const secret = await rotateSecret(shop.shopId, appItself, id);
    await sendTest(shop.shopId, appItself, id);
    await send();
    await pass(25 * 60);
    await sendTest(shop.shopId, appItself, id);
    await send();
    expect(receiver.calls.map((call) => [verified(call, secret), verified(call, old ?? '')])).toEqual([
      [true, true],
      [true, false],
    ]);
  });

  it('whose receiver is gone for good is switched off', async () => {
    await webhook();
    receiver.behaviour.status = 410;
    await wrong('#1');
    await send();
    expect(await listRecipients(shop.shopId)).toMatchObject([{ active: false, failure: { code: 'webhook-gone' } }]);
    expect(await log()).toMatchObject([{ state: 'failed' }]);
  });

  it('is not led elsewhere by a redirect', async () => {
    await webhook();
    Object.assign(receiver.behaviour, { status: 302, headers: { location: 'http://169.254.169.254/' } });
    await wrong('#1');
    await send();
    Object.assign(receiver.behaviour, { headers: {} });
    expect(await log()).toMatchObject([{ answer: { code: 'redirected' } }]);
  });

  it('may not point inside our network, and its address is not shown again', async () => {
    const given = {
      ...(await listRecipients(shop.shopId))[0],
      channel: 'webhook',
      name: 'Inside',
      language: 'en',
      topics: ['gap'],
    };
    const rest = { severity: 'warning', connectionId: '', delivery: 'now', dailyAt: '08:00', tellClosed: true, active: true };
    for (const [address, code] of [
      ['https://10.0.0.7/hook', 'address-not-allowed'],
      ['https://169.254.169.254/', 'address-not-allowed'],
      ['http://93.184.215.14/hook', 'not-a-url'],
      ['ftp://93.184.215.14/hook', 'not-a-url'],
      ['nonsense', 'not-a-url'],
    ]) {
      const { addRecipient } = await import('./recipients.ts');
      const added = await addRecipient(shop.shopId, appItself, { ...given, ...rest, address });
      expect([address, added.ok ? null : added.errors['address']?.code]).toEqual([address, code]);
    }
    const { id } = await webhook({ address: `${receiver.url}?key=very-secret` });
    expect(JSON.stringify(await listRecipients(shop.shopId))).not.toContain('very-secret');
    // An empty address keeps the one that is stored.
    const saved = await saveRecipient(shop.shopId, appItself, id, { ...given, ...rest, name: 'Renamed', address: '' });
    expect(saved).toEqual({ ok: true });
    await sendTest(shop.shopId, appItself, id);
    await send();
    expect(receiver.calls).toHaveLength(1);
    expect(JSON.stringify(await prisma.auditEntry.findMany({ where: { shopId: shop.shopId } }))).not.toContain('very-secret');
  });
});

describe('a message', () => {
  it('of a worker that was killed is sent by another one, under the same id', async () => {
    await webhook();
    await wrong('#1');
    const [{ id } = { id: '' }] = await log();
    // Claimed, and nothing came after that.
    const leasedUntil = new Date(world.now().getTime() + 120_000);
    await prisma.alertDelivery.updateMany({ where: { id }, data: { leasedUntil, attempts: 1 } });
    await deliver({ shopId: shop.shopId, deliveryId: id });
    expect(receiver.calls).toEqual([]);
    expect(await nudgeDeliveries()).toBe(0);
    await pass(3);
    expect(await nudgeDeliveries()).toBe(1);
    await deliver({ shopId: shop.shopId, deliveryId: id });
    expect(receiver.calls.map(({ headers }) => headers['webhook-id'])).toEqual([`msg_${id}`]);
  });

  it('is sent once by many workers at the same moment', async () => {
    await webhook();
    await wrong('#1');
    const [{ id } = { id: '' }] = await log();
    await Promise.all(Array.from({ length: 6 }, () => deliver({ shopId: shop.shopId, deliveryId: id })));
    expect(receiver.calls).toHaveLength(1);
  });

  it('is there with the alert, or neither is', async () => {
    await webhook();
    await problem(shop, '#1');
    await pass(2);
    await prisma.$executeRaw`ALTER TABLE alert_delivery ADD CONSTRAINT full_disk CHECK (false) NOT VALID`;
    await expect(reconcile()).rejects.toThrow();
    await prisma.$executeRaw`ALTER TABLE alert_delivery DROP CONSTRAINT full_disk`;
    expect(await prisma.alert.count({ where: { shopId: shop.shopId } })).toBe(0);
    await reconcile();
    expect([await prisma.alert.count({ where: { shopId: shop.shopId } }), (await log()).length]).toEqual([1, 1]);
  });

  it('to somebody who was switched off meanwhile is dropped', async () => {
    const { id } = await webhook();
    await wrong('#1');
    await prisma.alertRecipient.updateMany({ where: { id }, data: { active: false } });
    await send();
    expect(receiver.calls).toEqual([]);
    expect(await log()).toMatchObject([{ state: 'dropped' }]);
  });
});

describe('a digest', () => {
  const digest = async () => {
    const written = await writeDueDigests();
    await send();
    return written;
  };

  it('tells at the full hour what began and ended, and nothing when nothing did', async () => {
    await world.add(shop.shopId, { delivery: 'hourly' });
    await wrong('#1');
    expect(await send()).toBe(0);
    await pass(60);
    expect(await digest()).toBe(1);
    expect(mails[0]?.source).toContain('New');
    await pass(60);
    expect(await digest()).toBe(0);
    await over('#1');
    await pass(60);
    expect(await digest()).toBe(1);
    expect(subjects()[1]).toBe('Shop a: everything is in order again');
  });

  it('of a day says what is still open, at its time of day, once', async () => {
    const soon = new Date(world.now().getTime() + 60 * 60_000).toISOString().slice(11, 16);
    await world.add(shop.shopId, { delivery: 'daily', dailyAt: soon });
    await wrong('#1');
    expect(await digest()).toBe(0);
    await pass(61);
    expect([await digest(), await digest()]).toEqual([1, 0]);
    await pass(24 * 60);
    expect(await digest()).toBe(1);
    expect(mails[1]?.source).toContain('Still open');
  });

  it('is written once by many workers, and made up for once when nothing ran for days', async () => {
    await webhook({ delivery: 'daily' });
    await wrong('#1');
    await pass(3 * 24 * 60);
    await Promise.all(Array.from({ length: 5 }, () => writeDueDigests()));
    await send();
    expect(bodies().map(({ type }) => type)).toEqual(['alert.digest']);
    expect(bodies()[0]?.data['entries']).toMatchObject([{ event: 'opened', cause: 'shipping-unmapped' }]);
  });

  it('begins when somebody is switched on: what was before isn’t told', async () => {
    const { id } = await webhook({ delivery: 'hourly', active: false });
    await wrong('#1');
    await over('#1');
    const [row] = await listRecipients(shop.shopId);
    await saveRecipient(shop.shopId, appItself, id, { ...row, address: '', active: true });
    await pass(61);
    expect(await digest()).toBe(0);
  });
});
