import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTestShop } from '../../sandbox/shopify/testing/open-test-shop.ts';
import { addressIn, leaksInLogs, plantedBuyer, plantedIn, streetOf } from '../chaos/logs.ts';
import { assertNoLeaks, findLeaks } from './log-scanner.ts';
import { idToken } from './id-token.ts';

const planted = {
  names: ['Jürgen Größenwahn', "Sinéad O'Connor"],
  emails: ['jg@example.net'],
  phones: ['+49 151 2345678'],
  addresses: ['Hauptstraße 7'],
  tokens: ['offline-token-1234567890'],
  secrets: ['hunter2-hunter2', 'pa$$ (w[o]rd'],
};

describe('the scanner', () => {
  it.each<[string, string, string]>([
    ['a name', 'names', 'order of Jürgen Größenwahn failed'],
    ['a name in other case', 'names', 'JÜRGEN GRÖSSENWAHN jürgen größenwahn'],
    ['a name in an address', 'names', '/search?q=J%C3%BCrgen%20Gr%C3%B6%C3%9Fenwahn'],
    ['a name in escaped JSON', 'names', '{"name":"J\\u00fcrgen Gr\\u00f6\\u00dfenwahn"}'],
    ['a name with a quote', 'names', "to Sinéad O'Connor"],
    ['an e-mail address', 'emails', 'mail to JG@example.net'],
    ['a phone number without its spaces', 'phones', 'phone 491512345678'],
    ['a street', 'addresses', 'ship to Hauptstraße 7'],
    ['a token', 'tokens', 'x-token=offline-token-1234567890;'],
    ['a token in base64', 'tokens', `Basic ${Buffer.from('offline-token-1234567890').toString('base64')}`],
    ['a password with odd characters', 'secrets', 'login with pa$$ (w[o]rd'],
    ['an ID token nobody planted', 'id token', `GET /app?id_token=${idToken({ domain: 'x.myshopify.com' })}`],
    ['a token of Shopify', 'shopify token', 'shpat_0123456789abcdef0123456789abcdef'],
    ['a token of ours', 'stockroom token', 'cdsr_0123456789012345678901234567890123456789'],
    ['a header', 'authorization', 'authorization: Bearer abcdef0123456789'],
    ['a database’s address', 'password in an address', 'postgresql://user:password@127.0.0.1:5432/x'],
    ['an inbound address', 'inbound address', 'POST /inbound/Ab0_Ab0-Ab0_Ab0-Ab0_'],
    ['somebody’s e-mail address', 'e-mail address', 'from someone.else@mail.example.org'],
    ['somebody’s number', 'phone number', 'call +44 20 7946 0958 now'],
    ['a private key', 'private key', '-----BEGIN RSA PRIVATE KEY-----'],
  ])('finds %s and says its line without repeating it', (_, kind, line) => {
    const leaks = findLeaks(`fine\n${line}\nfine`, planted);
    expect(leaks.map((leak) => leak.kind)).toContain(kind);
    expect(new Set(leaks.map((leak) => leak.line))).toEqual(new Set([2]));
    expect(findLeaks(leaks.map(({ text }) => text).join('\n'), planted)).toEqual([]);
  });

  it('lets through what is neither: times, ids, amounts, versions, our own words', () => {
    const lines = [
      '{"level":30,"time":1795261920123,"shop":"demo.myshopify.com","first":true,"msg":"A shop has installed the app"}',
      '{"level":40,"job":"drain","payload":{"shopId":1,"kind":"order","id":"gid://shopify/Order/5001"},"code":"shopify-throttled"}',
      'at drain (/app/jobs/handlers/drain.ts:120:15) 2026-11-20T10:00:00.123Z +01:00 1.2.3-beta.17 10.0.0.1:5432',
      '{"connection":"0b0f7a52-6a0e-4f0c-9d5e-3b1f2f0b6a11","http":"http://127.0.0.1:3100/v1/orders?page=2","delta":"+12"}',
    ];
    expect(findLeaks(lines.join('\n'), planted)).toEqual([]);
    expect(() => assertNoLeaks(lines.join('\n'), planted)).not.toThrow();
  });

  it('can be told what is no leak, and refuses to look for what stands everywhere', () => {
    expect(findLeaks('write to help@crossdock.example', {}, { allowed: ['help@crossdock.example'] })).toEqual([]);
    expect(() => findLeaks('', { names: ['Jo'] })).toThrow(/too short/);
    expect(() => assertNoLeaks('Hauptstraße 7', planted)).toThrow(/line 1, addresses: \[…\]/);
  });
});

describe('the logs of a storm', () => {
  const words = plantedIn(folderWith({ 'encryption-keys': '1:0123456789abcdef' }), { apiKey: 'a-key-of-an-account' });

  function folderWith(files: Record<string, string>): string {
    const folder = mkdtempSync(path.join(tmpdir(), 'logs-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    return folder;
  }

  it('are looked through for where an order is sent, as Shopify tells it and back offices are handed it', async () => {
    const shop = openTestShop();
    const sku = (await shop.control('/shopify/products')).body.flatMap(({ variants }: { variants: { sku: string | null }[] }) =>
      variants.map((variant) => variant.sku),
    )[0] as string;
    const { name } = await shop.order({ ...plantedBuyer, address: addressIn(streetOf(17)), lines: [{ sku }] });
    const answer = await shop.graphql(
      `{ orders(first: 1, query: "name:${name}") { nodes { shippingAddress { name address1 address2 city phone } } } }`,
    );
    const told = Object.values(answer.data.orders.nodes[0].shippingAddress as Record<string, string>);
    expect(told).toHaveLength(5);
    for (const text of told) expect([text, findLeaks(`refused: ${text}`, words)]).not.toEqual([text, []]);
  });

  it('are three at least, each with lines, or nothing is proven', () => {
    const fine = { 'web.log': 'up\n', 'worker-1.log': 'up\n', 'worker-2.log': 'up\n' };
    expect(leaksInLogs(folderWith(fine), words)).toEqual([]);
    expect(leaksInLogs(folderWith({ ...fine, 'worker-2.log': '\n' }), words)).toMatchObject([{ invariant: 'logs' }]);
    expect(leaksInLogs(folderWith({ ...fine, 'web.log': 'to Quibblethorpe 17' }), words)).toMatchObject([
      { invariant: 'logs', subject: 'web.log, line 1' },
    ]);
  });
});

describe('the product’s own logger', () => {
  it('masks what is personal or secret wherever it stands, and an error’s own fields', async () => {
    const [name, email, phone, token, secret] = [
      planted.names[0],
      planted.emails[0],
      planted.phones[0],
      planted.tokens[0],
      planted.secrets[0],
    ];
    const script = `
      const { logger, setLogLevel } = await import('./app/core/logger.ts');
      setLogLevel('trace');
      const person = ${JSON.stringify({ firstName: name, lastName: name, email, phone, address: planted.addresses[0] })};
      const auth = ${JSON.stringify({ password: secret, token, accessToken: token, refreshToken: token, secret, apiKey: secret, authorization: token, cookie: token })};
      logger.info({ ...person, ...auth }, 'flat');
      logger.info({ customer: person, credentials: auth, order: { shippingAddress: person, billingAddress: person } }, 'nested');
      logger.warn({ order: { customer: person } }, 'deep');
      logger.error({ error: Object.assign(new Error('refused'), { headers: auth, person, response: { config: { auth } } }) }, 'an error');
      logger.error({ err: new Error('outer', { cause: Object.assign(new Error('inner'), auth) }) }, 'a cause');
      logger.info({ one: { two: { three: [{ four: { ...person, ...auth } }] } } }, 'very deep');
      logger.info({ first_name: person.firstName, 'Access-Token': auth.token, headers: { 'x-shopify-access-token': auth.token } }, 'spelt otherwise');
      logger.error(Object.assign(new Error('bare'), { detail: 'Key (email)=(' + person.email + ') already exists.' }));
      logger.error({ error: Object.assign(new Error('Invalid invocation: {' + person.firstName + '}\\nArgument is missing'), { name: 'PrismaClientValidationError' }) });
      const { RejectedError } = await import('./app/core/errors.ts');
      const words = 'No customer "' + person.email + '" (' + person.phone + ') for #1001';
      logger.warn({ error: new RejectedError('refused', words), params: { vendorText: words } }, 'a refusal');
      logger.error({ error: new Error('connect to 127.0.0.1:5432 for ' + person.email) }, 'a cause with an address');
      logger.child({ connection: 'c', ...auth }).info('a child');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: process.cwd() });
    let logs = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (logs += piece.toString()));
    await once(child, 'close');
    expect(logs.split('\n').filter(Boolean)).toHaveLength(12);
    expect(findLeaks(logs, planted)).toEqual([]);
    // What is needed to find the fault is still there.
    for (const word of ['refused', 'inner', 'bare', 'Argument is missing', 'eval1', 'for #1001', '127.0.0.1:5432'])
      expect(logs).toContain(word);
  });
});
