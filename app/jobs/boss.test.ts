import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { PgBoss } from 'pg-boss';
import { afterAll, expect, it, vi } from 'vitest';
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
const { prisma } = await import('../db/client.ts');

afterAll(async () => {
  await stopBoss();
  await prisma.$disconnect();
  for (const socket of open) socket.destroy();
  way.close();
  await database.close();
});

it('is started once the database is there, though it was away when it was first asked for', async () => {
  await expect(boss()).rejects.toThrow();
  isThere = true;
  await expect(boss()).resolves.toBeDefined();
});

it('leaves no connection behind where it could not be started', async () => {
  await stopBoss();
  vi.spyOn(PgBoss.prototype, 'createQueue').mockRejectedValueOnce(new Error('The database is gone'));
  await expect(boss()).rejects.toThrow('The database is gone');
  const held = () =>
    prisma.$queryRaw`SELECT 1 FROM pg_stat_activity WHERE application_name = 'crossdock-jobs' AND datname = current_database()`;
  await vi.waitFor(async () => expect(await held()).toEqual([]));
});
