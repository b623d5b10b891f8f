import net, { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Resolve } from '../connections/host-guard.ts';
import { connectToMailServer } from './mail-socket.ts';

/** A mail server of our own network, and who came in. */
const server = net.createServer((socket) => {
  callers += 1;
  socket.end();
});
let callers = 0;
let port = 0;
beforeAll(
  () =>
    new Promise<void>((ready) => {
      server.listen(0, '127.0.0.1', () => {
        ({ port } = server.address() as AddressInfo);
        ready();
      });
    }),
);
afterAll(() => void server.close());

const inside: Resolve = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
const open = (host: string, allowed: string[] = [], resolve = inside) =>
  connectToMailServer({ host, port, timeoutMs: 2_000 }, { allowed, resolve });

it.each(['mail.example.com', 'localhost', '127.0.0.1', '[::1]'])(
  'a mail server inside our own network is not reached by any name: %s',
  async (host) => {
    const before = callers;
    await expect(open(host)).rejects.toMatchObject({ code: 'address-not-allowed' });
    expect(callers).toBe(before);
  },
);

it('nor by a name that has a public address beside it', async () => {
  const both: Resolve = async (name) => [{ address: '93.184.215.14', family: 4 }, ...(await inside(name))];
  await expect(open('mail.example.com', [], both)).rejects.toMatchObject({ code: 'address-not-allowed' });
});

it('is reached where the operator named it', async () => {
  const before = callers;
  const socket = await open('localhost', [`localhost:${port}`]);
  socket.destroy();
  await expect.poll(() => callers).toBe(before + 1);
});
