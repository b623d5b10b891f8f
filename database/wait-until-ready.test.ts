import net from 'node:net';
import { expect, it } from 'vitest';
import { waitUntilReady } from './wait-until-ready.ts';

/** Speaks just enough of PostgreSQL's protocol: refuses so often with `the database system is starting up`, then takes everybody. */
async function startingServer(refusals: number, code = '57P03') {
  let asked = 0;
  const message = (type: string, body: Buffer) => {
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      if (data[0] === 0x58) return socket.end();
      if (data[0] === 0x51)
        return socket.write(Buffer.concat([message('C', Buffer.from('SELECT 1\0')), message('Z', Buffer.from('I'))]));
      asked += 1;
      if (asked <= refusals) return socket.end(message('E', Buffer.from(`SFATAL\0C${code}\0Mnot now\0\0`)));
      return socket.write(Buffer.concat([message('R', Buffer.alloc(4)), message('Z', Buffer.from('I'))]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  return {
    url: `postgres://someone@127.0.0.1:${port}/crossdock`,
    asked: () => asked,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

it('waits while the server is starting up', async () => {
  const server = await startingServer(3);
  await waitUntilReady(server.url, { everyMs: 5 });
  expect(server.asked()).toBe(4);
  await server.close();
});

it('does not wait for what no waiting mends, and not for ever', async () => {
  const refusing = await startingServer(100, '28P01');
  await waitUntilReady(refusing.url, { everyMs: 5 });
  expect(refusing.asked()).toBe(1);
  const never = await startingServer(1_000_000);
  const started = performance.now();
  await waitUntilReady(never.url, { everyMs: 5, withinMs: 200 });
  expect(performance.now() - started).toBeLessThan(2_000);
  await Promise.all([refusing.close(), never.close()]);
});
