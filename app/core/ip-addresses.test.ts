import { describe, expect, it } from 'vitest';
import { callerAddress, ipListIn } from './ip-addresses.ts';

describe('a list of addresses', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7', true],
    ['203.0.113.7', '203.0.113.8', false],
    ['198.51.100.0/24, 203.0.113.7', '198.51.100.200', true],
    ['198.51.100.0/24', '198.51.101.1', false],
    ['2001:db8::/32', '2001:db8:1::9', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['203.0.113.7', '::ffff:203.0.113.7', true],
    ['0.0.0.0/0', '192.0.2.1', true],
    ['', '192.0.2.1', false],
    ['203.0.113.7', 'nobody', false],
  ])('%j has %s: %s', (text, address, has) => {
    expect(ipListIn(text)?.(address)).toBe(has);
  });

  it.each(['my office', '203.0.113', '203.0.113.7/33', '203.0.113.7/', '203.0.113.7/8/8', '2001:db8::/129', 'example.com'])(
    'is none with %j in it',
    (text) => {
      expect(ipListIn(text)).toBeNull();
    },
  );
});

describe('the caller', () => {
  it.each([
    ['no proxy: the socket, whatever the header claims', '192.0.2.9', '203.0.113.7', 0, '192.0.2.9'],
    ['one proxy: what it appended', '10.0.0.1', '203.0.113.7', 1, '203.0.113.7'],
    ['one proxy: not what the caller wrote before it', '10.0.0.1', '1.1.1.1, 203.0.113.7', 1, '203.0.113.7'],
    ['two proxies: what the outer one appended', '10.0.0.1', '1.1.1.1, 203.0.113.7, 10.0.0.2', 2, '203.0.113.7'],
    ['a proxy that says nothing', '10.0.0.1', null, 2, null],
    ['words in the header', '10.0.0.1', 'unknown', 1, null],
  ])('%s', (_case, socket, header, proxies, expected) => {
    expect(callerAddress(socket, header, proxies)).toBe(expected);
  });
});
