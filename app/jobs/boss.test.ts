import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';

const database = await openTestDatabase();
const real = new URL(database.url);
let isThere = false;
const open = new Set<Socket>();
/** The way to the database, as long as it is there. */
const way = createServer((socket) => {
  if (!isThere) return socket.destroy();
  const server = connect(Number(real.port), real.hostname);
  for (const [one, other] of [[socket, server] as const, [server, socket] as const]) {
    open.add(one);
    one.on('error', () => undefined).on('close', () => other.destroy());
    one.pipe(other);
  }
});
await new Promise<void>((done) => way.listen(0, '127.0.0.1', done));
const url = new URL(database.url);
url.hostname = '127.0.0.1';
url.port = String((way.address() as AddressInfo).port);
process.env['DATABASE_URL'] = url.href;
const { boss, stopBoss } = await import('./boss.ts');
const { inSystem } = await import('../db/scope.ts');
const { prisma } = await import('../db/client.ts');

afterAll(async () => {
  await stopBoss();
  await prisma.$disconnect();
  for (const socket of open) socket.destroy();
  way.close();
  await database.close();
});

it('a process that came up while its database was away works once that is there', async () => {
  const asked = () => inSystem('budgets', (tx) => tx.$queryRaw<{ one: number }[]>`SELECT 1 AS one`);
  await expect(boss()).rejects.toThrow();
  await expect(asked()).rejects.toThrow();
  isThere = true;
  await expect(boss()).resolves.toBeDefined();
  await expect(asked()).resolves.toEqual([{ one: 1 }]);
});
