import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, expect, it } from 'vitest';
import { openApp } from './open-app.ts';
import { openFullShop } from './two-shops.ts';

/* Keys by version, as ENCRYPTION_KEYS has them; the tests' own is version 1. */
const oldKey = Buffer.alloc(32, 7);
const newKey = Buffer.alloc(32, 8);
const keys = (all: Record<number, Buffer>) =>
  Object.entries(all)
    .map(([version, key]) => `${version}:${key.toString('base64')}`)
    .join(',');

const world = await openApp();
const { client, prisma } = world;
const { Vault } = await import('../../app/core/crypto.ts');
const { connectionRecords } = await import('../../app/connections/connection-records.ts');
const { tokenCache } = await import('../../app/connections/token-cache.ts');
const shop = await openFullShop(world, 1);
afterAll(() => world.close());

/** Which key sealed what, of every column that holds bytes: the first byte tells. */
async function versions(): Promise<Record<string, number[]>> {
  const { rows: columns } = await client.query<{ table_name: string; column_name: string }>(
    `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND udt_name = 'bytea' ORDER BY 1, 2`,
  );
  const found: Record<string, number[]> = {};
  for (const { table_name: table, column_name: column } of columns) {
    const { rows } = await client.query<{ version: number }>(
      `SELECT DISTINCT get_byte("${column}", 0) AS version FROM "${table}" WHERE "${column}" IS NOT NULL ORDER BY 1`,
    );
    found[`${table}.${column}`] = rows.map(({ version }) => version);
  }
  return found;
}

/** `npm run rotate-keys`, as an operator runs it. */
async function rotate(list: string): Promise<string> {
  const child = spawn(process.execPath, ['scripts/rotate-keys.ts'], { env: { ...process.env, ENCRYPTION_KEYS: list } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (said += piece.toString()));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(said);
  return said;
}

it('a new key takes over everything that is sealed, in every table, and the old one can go', async () => {
  // Everything that the product seals: sessions, credentials, a vendor's token, addresses.
  await prisma.remoteToken.deleteMany({});
  expect((await world.document(shop.administrator, '/app')).status).toBe(200);
  await tokenCache(shop.id, shop.ids.remoteConnection).get(() =>
    Promise.resolve({ token: shop.secret, expiresAt: Date.now() + 3_600_000 }),
  );
  await connectionRecords(shop.id, shop.ids.remoteConnection).put('order', '1', { name: shop.secret });
  const before = await versions();
  // A column of bytes that nobody rotates would be found here.
  expect(Object.entries(before).filter(([, found]) => found.join() !== '1')).toEqual([]);
  expect(Object.keys(before).length).toBeGreaterThanOrEqual(4);

  const said = await rotate(keys({ 1: oldKey, 2: newKey }));
  expect(said).toMatch(/Sealed with the newest key: [1-9]\d* sessions, 3 connections, 4 documents, [1-9]\d* addresses/);
  expect(said).not.toContain(shop.secret);
  const after = await versions();
  for (const [column, found] of Object.entries(after))
    expect([column, found.filter((version) => version !== 2)]).toEqual([column, []]);

  const vault = new Vault(new Map([[2, newKey]]));
  const row = await prisma.connection.findFirstOrThrow({ where: { id: shop.ids.remoteConnection } });
  const opened = vault.open(row.credentials ?? new Uint8Array(), `connection:${shop.id}:${row.id}`);
  expect(JSON.parse(opened)).toEqual({ password: shop.secret });
  // Again it changes nothing that matters, and without the old key nothing is missing.
  await rotate(keys({ 2: newKey }));
  expect(await versions()).toEqual(after);
});

it('an operator is told of sessions that no key opens, before the old key goes', async () => {
  const row = await prisma.session.findFirstOrThrow();
  await prisma.session.create({ data: { ...row, id: 'lost', keyVersion: 1 } });
  await expect(rotate(keys({ 2: newKey }))).rejects.toThrow(/1 sessions could not be opened/);
  await prisma.session.delete({ where: { id: 'lost' } });
});

it('what was sealed opens nowhere else, with no other key, and not when a byte was changed', () => {
  const vault = new Vault(new Map([[1, oldKey]]));
  const sealed = vault.seal('password', 'connection:1:a');
  expect(vault.open(sealed, 'connection:1:a')).toBe('password');
  expect(() => vault.open(sealed, 'connection:2:a')).toThrow();
  expect(() => new Vault(new Map([[1, newKey]])).open(sealed, 'connection:1:a')).toThrow();
  expect(() => new Vault(new Map([[2, oldKey]])).open(sealed, 'connection:1:a')).toThrow(/key 1 is missing/);
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => vault.open(changed, 'connection:1:a')).toThrow();
  }
  // A tag cut short is none: four bytes of it can be guessed.
  for (const length of [0, 4, 8, 12, 15])
    expect(() => vault.open(vault.seal('', 'connection:1:a').subarray(0, 13 + length), 'connection:1:a')).toThrow();
  expect(vault.seal('password', 'x').equals(vault.seal('password', 'x'))).toBe(false);
});
