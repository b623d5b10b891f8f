import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createHttpClient } from '../core/http.ts';
import { createGuardedFetch } from './guarded-fetch.ts';
import { assertHostAllowed, isPublicAddress, type Resolve } from './host-guard.ts';

const answers =
  (...list: string[]): Resolve =>
  () =>
    Promise.resolve(list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
const guard = (url: string, resolve: Resolve = answers('93.184.215.14'), allowed: string[] = []) =>
  assertHostAllowed(new URL(url), { allowed, resolve });

describe('an address counts as public', () => {
  it.each(['93.184.215.14', '2606:4700::1111', '::ffff:8.8.8.8'])('%s', (address) => expect(isPublicAddress(address)).toBe(true));
});

describe('an address is refused', () => {
  it.each([
    ['this machine', '127.0.0.1'],
    ['this machine, any', '0.0.0.0'],
    ['this machine, IPv6', '::1'],
    ['private', '10.1.2.3'],
    ['private', '172.16.0.1'],
    ['private', '192.168.1.1'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['link-local and the cloud’s metadata', '169.254.169.254'],
    ['link-local, IPv6', 'fe80::1'],
    ['unique local', 'fd00::1'],
    ['metadata, IPv6', 'fd00:ec2::254'],
    ['multicast', '224.0.0.1'],
    ['multicast, IPv6', 'ff02::1'],
    ['broadcast', '255.255.255.255'],
    ['reserved', '240.0.0.1'],
    ['benchmarks', '198.18.0.1'],
    ['private inside IPv6', '::ffff:192.168.0.1'],
    ['private behind NAT64', '64:ff9b::c0a8:1'],
    ['private behind 6to4', '2002:c0a8:1::'],
    ['private behind NAT64, the local prefix', '64:ff9b:1::a00:1'],
    ['private behind Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    ['this machine in the old IPv4-compatible form', '::7f00:1'],
    ['private in the old IPv4-compatible form', '::10.0.0.1'],
    ['metadata inside IPv6', '::ffff:169.254.169.254'],
    ['translated', '::ffff:0:10.0.0.1'],
    ['site-local', 'fec0::1'],
    ['never given out', '4000::1'],
    ['documentation', '2001:db8::1'],
    ['documentation', '203.0.113.1'],
    ['protocol assignments', '192.0.0.1'],
    ['relays of 6to4', '192.88.99.1'],
    ['unspecified', '::'],
    ['with a zone', 'fe80::1%eth0'],
    ['octal', '0177.0.0.1'],
    ['hexadecimal', '0x7f000001'],
    ['one number', '2130706433'],
    ['shortened', '127.1'],
    ['no address at all', 'localhost'],
  ])('%s: %s', (_what, address) => expect(isPublicAddress(address)).toBe(false));
});

describe('a base URL', () => {
  it('may name a public host', () => guard('https://erp.example.com/api'));

  it.each([
    ['a private address', 'http://10.0.0.1/'],
    ['an address written as one number', 'http://2130706433/'],
    ['an address written in hexadecimal', 'http://0x7f.1/'],
    ['an address written in octal', 'http://0177.0.0.1/'],
    ['an address written in one hexadecimal number', 'http://0x7f000001/'],
    ['a shortened address', 'http://127.1/'],
    ['an address in other digits', 'http://①②⑦.0.0.1/'],
    ['an address with escaped digits', 'http://%31%32%37.0.0.1/'],
    ['an address with a dot behind', 'http://127.0.0.1./'],
    ['IPv4-compatible IPv6', 'http://[::127.0.0.1]/'],
    ['IPv4 in hexadecimal inside IPv6', 'http://[::ffff:7f00:1]/'],
    ['NAT64', 'http://[64:ff9b::7f00:1]/'],
    ['the cloud’s metadata', 'http://169.254.169.254/latest/meta-data/'],
    ['a file', 'file:///etc/passwd'],
    ['IPv6 in brackets', 'http://[::1]:5432/'],
    ['IPv4 inside IPv6', 'http://[::ffff:127.0.0.1]/'],
    ['another protocol', 'ftp://erp.example.com/'],
    ['a user', 'https://user:secret@erp.example.com/'],
  ])('is refused with %s', async (_what, url) => {
    await expect(guard(url)).rejects.toMatchObject({ kind: 'needs-merchant', scope: 'connection', code: 'address-not-allowed' });
  });

  it('is refused when a single one of its addresses is private', async () => {
    await expect(guard('https://erp.example.com', answers('93.184.215.14', '10.0.0.1'))).rejects.toMatchObject({
      code: 'address-not-allowed',
    });
  });

  it('is refused when its name has no address', async () => {
    await expect(guard('https://erp.example.com', answers())).rejects.toMatchObject({ code: 'address-not-allowed' });
  });

  it('may be private where the operator names host and port, and only that port', async () => {
    const allowed = ['10.0.0.5:8443', 'erp.internal:80'];
    await guard('https://10.0.0.5:8443/x', answers(), allowed);
    await guard('http://erp.internal/x', answers('10.0.0.5'), allowed);
    await expect(guard('https://10.0.0.5/x', answers(), allowed)).rejects.toMatchObject({ code: 'address-not-allowed' });
  });

  it('whose name can’t be resolved may be tried again', async () => {
    await expect(guard('https://erp.example.com', () => Promise.reject(new Error('EAI_AGAIN')))).rejects.toMatchObject({
      kind: 'transient',
      code: 'unreachable',
    });
  });
});

describe('a guarded request', () => {
  let server: Server;
  let port = 0;
  let calls = 0;

  beforeAll(async () => {
    server = createServer((request, response) => {
      calls += 1;
      if (request.url === '/away') response.writeHead(302, { location: 'http://10.0.0.1/' });
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => response.end(JSON.stringify({ method: request.method, body, header: request.headers['x-key'] })));
    });
    await new Promise<void>((done) => server.listen(3150, '127.0.0.1', done));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => new Promise((done) => server.close(done)));

  it('reaches a host that the operator allows, with method, headers and body', async () => {
    const http = createHttpClient({
      baseUrl: `http://127.0.0.1:${port}`,
      party: 'ERP',
      fetch: createGuardedFetch({ allowed: [`127.0.0.1:${port}`] }),
    });
    const answer = await http.send({ method: 'POST', path: 'orders', json: { a: 1 }, headers: { 'X-Key': 'k' } });
    expect(JSON.parse(answer.text)).toEqual({ method: 'POST', body: '{"a":1}', header: 'k' });
  });

  it('never connects to a private address, even if DNS gave a public one when it was checked', async () => {
    const before = calls;
    const turns = ['93.184.215.14', '127.0.0.1'];
    const changing: Resolve = () => Promise.resolve([{ address: turns.shift() ?? '127.0.0.1', family: 4 }]);
    const http = createHttpClient({
      baseUrl: `http://rebind.example.com:${port}`,
      party: 'ERP',
      fetch: createGuardedFetch({ allowed: [], resolve: changing }),
    });
    await expect(http.send({ method: 'GET', path: '/' })).rejects.toMatchObject({
      kind: 'needs-merchant',
      code: 'address-not-allowed',
    });
    expect(turns).toEqual([]);
    expect(calls).toBe(before);
  });

  it('is never carried inside, however the answers of DNS change between looking and connecting (property)', async () => {
    const answer = fc.subarray(['93.184.215.14', '127.0.0.1', '10.0.0.1', '::1', '::ffff:127.0.0.1', '169.254.169.254'], {
      minLength: 1,
    });
    const before = calls;
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 3 }), async (turns) => {
        let turn = 0;
        // Once the turns are over it stays with this machine, where somebody listens.
        const changing: Resolve = () => answers(...(turns[turn++] ?? ['127.0.0.1']))('');
        const http = createHttpClient({
          baseUrl: `http://rebind.example.com:${port}`,
          party: 'ERP',
          fetch: createGuardedFetch({ allowed: [], resolve: changing }),
          timeoutMs: 300,
        });
        // Where all of the first two answers are public there is nobody to talk to.
        if (turns.slice(0, 2).every((list) => list.join() === '93.184.215.14') && turns.length > 1) return;
        await expect(http.send({ method: 'GET', path: '/' })).rejects.toMatchObject({ code: 'address-not-allowed' });
      }),
      { numRuns: inject('fuzz') === 'nightly' ? 2_000 : 100 },
    );
    expect(calls).toBe(before);
  });

  it('does not follow a redirect', async () => {
    const http = createHttpClient({
      baseUrl: `http://127.0.0.1:${port}`,
      party: 'ERP',
      fetch: createGuardedFetch({ allowed: [`127.0.0.1:${port}`] }),
    });
    for (const method of ['GET', 'POST'] as const)
      await expect(http.send({ method, path: 'away' })).rejects.toMatchObject({ code: 'redirected' });
  });

  it('a host that refuses the connection is unreachable, and a write to it did not land', async () => {
    const http = createHttpClient({
      baseUrl: 'http://127.0.0.1:3159',
      party: 'ERP',
      fetch: createGuardedFetch({ allowed: ['127.0.0.1:3159'] }),
    });
    await expect(http.send({ method: 'POST', path: '/', json: {}, writes: true })).rejects.toMatchObject({
      code: 'unreachable',
      mayHaveLanded: false,
    });
  });

  it('a request that takes too long is given up and may have landed', async () => {
    const slow = createServer(() => undefined);
    await new Promise<void>((done) => slow.listen(3151, '127.0.0.1', done));
    const http = createHttpClient({
      baseUrl: 'http://127.0.0.1:3151',
      party: 'ERP',
      timeoutMs: 50,
      fetch: createGuardedFetch({ allowed: ['127.0.0.1:3151'] }),
    });
    await expect(http.send({ method: 'POST', path: '/', json: {}, writes: true })).rejects.toMatchObject({
      code: 'no-answer',
      mayHaveLanded: true,
    });
    slow.closeAllConnections();
    slow.close();
  });
});
