import { describe, expect, it } from 'vitest';
import { listenToExchanges, noteExchange, requestIdOf, type Exchange } from './exchanges.ts';
import { maskDocument } from './mask-document.ts';

describe('a body as it went over the wire', () => {
  it('keeps what support needs and blanks persons and secrets, in JSON', () => {
    const body = {
      order_num: '#1001',
      ship_to: { name: 'Ada' },
      customer_email: 'x@y.example',
      items: [{ sku: 'A', quantity: 2 }],
      api_key: 'k',
    };
    const masked = maskDocument(JSON.stringify(body));
    expect(masked).toContain('"order_num":"#1001"');
    expect(masked).toContain('"sku":"A"');
    expect(masked).not.toMatch(/Ada|x@y|"k"/);
  });

  it('does so in XML and plain text, too', () => {
    expect(maskDocument('<Order><Number>#1</Number><DeliveryName>Ada L</DeliveryName><Email>a@b.example</Email></Order>')).toBe(
      '<Order><Number>#1</Number><DeliveryName>•••</DeliveryName><Email>•••</Email></Order>',
    );
    expect(maskDocument('Bearer eyJhbGciOi.JzdWIiOi and call +49 731 1234567')).toBe('Bearer ••• and call •••');
  });

  it('is cut where it is long', () => {
    expect(maskDocument('a '.repeat(10_000)).length).toBeLessThan(4_100);
  });

  it.each(['a.', 'a', '(1-', '<a', '<a>', 'eyJ-', '"a":"', '"a', '[', '[,'])(
    'is masked in time though it be a megabyte of %j',
    { timeout: 20_000 },
    (piece) => {
      expect(maskDocument(piece.repeat(1_000_000 / piece.length)).length).toBeLessThan(4_100);
    },
  );

  it('keeps what support needs of a long one, too, and blanks persons', () => {
    const orders = Array.from({ length: 5_000 }, (_, at) => ({
      order_num: `#${at}`,
      ship_to: ['Ada'],
      note: 'Call Ada',
      count: at,
    }));
    const masked = maskDocument(JSON.stringify({ orders }));
    expect(masked).toMatch(/^{"orders":\[{"order_num":"#0","ship_to":"•••","note":"•••","count":0},.*…$/);
    expect(masked).not.toContain('Ada');
    expect(maskDocument(`<Orders>${'<Order><Name>Ada</Name></Order>'.repeat(5_000)}`)).not.toContain('Ada');
  });

  it('shows nothing of what the cut went through', () => {
    // All but the end is masked away, so that the end of what is looked at is within what is kept.
    const secrets = `${'k'.repeat(99)} `;
    for (const end of ['ada@example.com ', '+49 731 1234567 ', 'Ada.Lovelace@long.example ']) {
      for (let cut = 1; cut <= end.length; cut += 1) {
        const before = ''.padEnd(64 * 1024 - cut, secrets);
        expect(maskDocument(before + end + 'x '.repeat(99))).not.toMatch(/ada|731|@(?!•)/i);
      }
    }
    expect(maskDocument(`<Note>${'Ada '.repeat(30_000)}`)).toBe('…');
    expect(maskDocument(`{"note": "${'Ada '.repeat(30_000)}"}`)).toBe('…');
  });

  it('is masked by the names of its fields where its JSON is broken', () => {
    expect(maskDocument('{"order_num": "#1", "last_name": "L\\"ove", "password":"p"')).toBe(
      '{"order_num": "#1", "last_name": "•••", "password":"•••"',
    );
  });
});

describe('calls that are listened to', () => {
  const call = (name: string): Exchange => ({
    ...{ party: 'X', call: name, status: 422, requestId: 'r-1', request: '{"name":"Ada"}', answer: '{"error":"no"}' },
  });

  it('are kept when the work fails, the last three, never those that sign in', async () => {
    let heard: Exchange[] = [];
    const work = () => {
      for (const name of ['POST /a?x=Ada', 'POST /token/gettoken', 'POST /b', 'POST /c', 'POST /d']) noteExchange(call(name));
      return Promise.reject(new Error('refused'));
    };
    await expect(listenToExchanges(work, (exchanges) => (heard = exchanges))).rejects.toThrow('refused');
    expect(heard.map(({ call: name, request }) => [name, request])).toEqual([
      ['POST /b', '{"name":"•••"}'],
      ['POST /c', '{"name":"•••"}'],
      ['POST /d', '{"name":"•••"}'],
    ]);
  });

  it('are known by the other side’s own id, however it calls it', () => {
    expect(requestIdOf(new Headers({ 'X-Request-Id': 'r-1', 'X-Some-Process-Id': 'p-1' }))).toBe('r-1');
    expect(requestIdOf(new Headers({ 'X-Some-Process-Id': 'p-1' }))).toBe('p-1');
    expect(requestIdOf(new Headers({ etag: 'x' }))).toBe('');
  });

  it('are forgotten when it succeeds, and cost nothing where nobody listens', async () => {
    let told = false;
    noteExchange(call('POST /a'));
    await listenToExchanges(
      () => Promise.resolve(noteExchange(call('POST /a'))),
      () => (told = true),
    );
    expect(told).toBe(false);
  });
});
