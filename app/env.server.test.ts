import { expect, test } from 'vitest';

const settings = {
  DATABASE_URL: 'postgresql://somebody:secret@127.0.0.1:5432/crossdock',
  ENCRYPTION_KEYS: `1:${Buffer.alloc(32, 7).toString('base64')}`,
  SHOPIFY_API_KEY: 'key',
  SHOPIFY_API_SECRET: 'secret',
  SHOPIFY_APP_URL: 'https://crossdock.example.com',
};
const operator = { OPERATOR_NAME: 'Example Ltd', SUPPORT_EMAIL: 'help@example.com' };
// The module reads this process's settings when it is loaded.
Object.assign(process.env, settings, { NODE_ENV: 'test', RESTORED_AT: '2026-11-23T05:00:00+01:00' });
const { mayBeForgotten, readEnv } = await import('./env.server.ts');

test('production refuses what belongs to the sandbox, by name: also the switches that take parts of the design away', () => {
  expect(readEnv({ ...settings, ...operator, NODE_ENV: 'production' }).ABLATE).toEqual([]);
  for (const key of ['SANDBOX_URL', 'APP_BRIDGE_URL', 'CLOCK_FILE', 'ABLATE']) {
    const value = key === 'ABLATE' ? 'dedupe' : 'http://127.0.0.1:3100';
    expect(() => readEnv({ ...settings, ...operator, NODE_ENV: 'production', [key]: value })).toThrow(key);
    expect(() => readEnv({ ...settings, NODE_ENV: 'test', [key]: value })).not.toThrow();
  }
});

test('unless it is said otherwise, this is production', () => {
  expect(readEnv({ ...settings, ...operator }).NODE_ENV).toBe('production');
  expect(() => readEnv({ ...settings, ...operator, ABLATE: 'dedupe' })).toThrow('ABLATE');
  expect(() => readEnv({ ...settings, ...operator, NODE_ENV: '', CLOCK_FILE: '/clock' })).toThrow('CLOCK_FILE');
});

test('production names who runs it, because the privacy and support pages must', () => {
  expect(() => readEnv({ ...settings, NODE_ENV: 'production' })).toThrow(
    /OPERATOR_NAME: is not set[^]*SUPPORT_EMAIL: is not set/,
  );
  expect(() => readEnv({ ...settings, ...operator, SUPPORT_EMAIL: 'help', NODE_ENV: 'production' })).toThrow('SUPPORT_EMAIL');
});

test('what is older than the moment at which the database was put back may be forgotten, and that has to be a moment', () => {
  const forgotten = ['2026-11-23T03:59:59Z', '2026-11-23T04:00:00Z', new Date('2026-11-22T23:00:00Z')].map(mayBeForgotten);
  expect(forgotten).toEqual([true, false, true]);
  expect(readEnv({ ...settings, ...operator }).RESTORED_AT).toBeUndefined();
  expect(() => readEnv({ ...settings, RESTORED_AT: 'yesterday' })).toThrow(/RESTORED_AT: must be a moment/);
});

test('a switch that nobody knows is refused', () => {
  expect(() => readEnv({ ...settings, ABLATE: 'gravity' })).toThrow('ABLATE');
});

test('every missing key is named at once, and no value is shown', () => {
  expect(() => readEnv({ NODE_ENV: 'production', DATABASE_URL: 'mysql://root:hush@db/x' })).toThrow(
    /DATABASE_URL[^]*ENCRYPTION_KEYS: is not set[^]*SHOPIFY_API_KEY: is not set/,
  );
  expect(() => readEnv({ DATABASE_URL: 'mysql://root:hush@db/x' })).not.toThrow(/hush/);
});
