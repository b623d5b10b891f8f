import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterEach, describe, expect, test } from 'vitest';
import { openCallLog } from './call-log.ts';
import { killCaller } from './caller.ts';
import { openFaults, type FaultRule, type Faults } from './faults.ts';
import { serve, type RunningServer } from './http.ts';
import { refuse } from './refusal.ts';
import { openState } from './state.ts';

let server: RunningServer | undefined;
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await server?.close();
  server = undefined;
});

function target(faults: Faults) {
  const calls = openCallLog(openState(':memory:'));
  let handled = 0;
  const app = new Hono<{ Variables: { fault?: FaultRule } }>();
  app.use(calls.middleware('shopify'));
  app.use(faults.middleware('shopify', (c) => c.req.query('op')));
  app.get('/refused', () => refuse('shopify.md §1 “…”', 422, { no: true }));
  app.all('*', (c) => {
    handled += 1;
    return c.json({ fault: c.get('fault')?.kind ?? null });
  });
  return { app, calls, handled: () => handled };
}
const nobody = () => undefined;

describe('rules', () => {
  test('skip the first matches, fire a limited number of times and only for their operation or path', () => {
    const faults = openFaults({ killCaller: nobody });
    faults.add({ target: 'shopify', match: 'InventorySet', kind: 'stale', after: 1, times: 2 });
    faults.add({ target: 'pulpo', match: '/api/', kind: 'status' });
    const fire = (...names: string[]) => faults.take('shopify', names) !== undefined;
    expect([fire('Other'), fire('InventorySet'), fire('InventorySet'), fire('x', 'InventorySet'), fire('InventorySet')]).toEqual([
      false,
      false,
      true,
      true,
      false,
    ]);
    expect(faults.take('pulpo', ['/api/v1'])?.kind).toBe('status');
    expect(faults.take('pulpo', ['/other'])).toBeUndefined();
    expect(faults.list()[0]).toMatchObject({ matched: 3, fired: 2 });
    faults.clear();
    expect(faults.list()).toEqual([]);
  });

  test('by chance come out the same for the same seed', () => {
    const draw = (seed: number) => {
      const faults = openFaults({ killCaller: nobody });
      faults.add({ target: 'webhooks', kind: 'drop', probability: 0.4, seed });
      return Array.from({ length: 50 }, () => (faults.take('webhooks', []) ? 1 : 0)).join('');
    };
    expect(draw(7)).toBe(draw(7));
    expect(draw(7)).not.toBe(draw(8));
    expect(draw(7)).toContain('1');
  });

  test('a wrong rule is refused by name', () => {
    const faults = openFaults({ killCaller: nobody });
    expect(() => faults.add({ target: 'shopify', kind: 'explode' as 'drop' })).toThrow('"explode" is no kind of fault');
    expect(() => faults.add({ target: '', kind: 'drop' })).toThrow('target');
    expect(() => faults.add({ target: 'x', kind: 'drop', times: -1 })).toThrow('times');
  });
});

describe('requests', () => {
  test('a status fault answers without running the handler; a target’s own kinds reach the handler', async () => {
    const faults = openFaults({ killCaller: nobody });
    const { app, handled, calls } = target(faults);
    faults.add({ target: 'shopify', match: 'A', kind: 'status', status: 429, ms: 1500 });
    faults.add({ target: 'shopify', match: 'B', kind: 'throttled' });
    const first = await app.request('/graphql?op=A');
    expect([first.status, first.headers.get('retry-after'), handled()]).toEqual([429, '2', 0]);
    expect(await (await app.request('/graphql?op=B')).json()).toEqual({ fault: 'throttled' });
    expect(await (await app.request('/graphql')).json()).toEqual({ fault: null });
    await app.request('/refused');
    expect(calls.list({ target: 'shopify' }).map((call) => [call.status, call.fact])).toEqual([
      [429, undefined],
      [200, undefined],
      [200, undefined],
      [422, 'shopify.md §1 ???'],
    ]);
    expect(calls.list({ since: '2000-01-01T00:00:00Z', limit: 1 })).toHaveLength(1);
  });

  test('a timeout does not run the handler and drops the connection, a timeout after commit runs it', async () => {
    const faults = openFaults({ killCaller: nobody });
    const { app, handled } = target(faults);
    server = await serve(app, { port: 0 });
    faults.add({ target: 'shopify', kind: 'timeout', ms: 20, times: 1 });
    await expect(fetch(`${server.url}/x`)).rejects.toThrow();
    expect(handled()).toBe(0);
    faults.add({ target: 'shopify', kind: 'timeout-after-commit', ms: 5_000, times: 1 });
    await expect(fetch(`${server.url}/x`, { signal: AbortSignal.timeout(150) })).rejects.toThrow();
    expect(handled()).toBe(1);
  });

  test('a cut after commit runs the handler and answers nothing, at once', async () => {
    const faults = openFaults({ killCaller: nobody });
    const { app, handled } = target(faults);
    server = await serve(app, { port: 0 });
    faults.add({ target: 'shopify', kind: 'cut-after-commit', times: 1 });
    await expect(fetch(`${server.url}/x`)).rejects.toThrow();
    expect(handled()).toBe(1);
    expect((await fetch(`${server.url}/x`)).status).toBe(200);
  });

  test.each(['kill-before-answer', 'kill-after-answer'] as const)(
    '%s ends the calling process after the handler ran, and no other',
    async (kind) => {
      const pids: number[] = [];
      const faults = openFaults({ killCaller: (socket) => killCaller(socket, pids) });
      const { app, handled } = target(faults);
      server = await serve(app, { port: 0 });
      const caller = forkCaller(server.url);
      pids.push(caller.pid as number);
      faults.add({ target: 'shopify', kind, ms: 200 });
      const answers: unknown[] = [];
      caller.on('message', (message) => answers.push(message));
      const [, signal] = (await once(caller, 'exit')) as [number, string];
      expect(signal).toBe('SIGKILL');
      expect(handled()).toBe(1);
      expect(answers).toEqual(kind === 'kill-before-answer' ? [] : [200]);
      faults.clear();
      expect((await fetch(`${server.url}/x`)).status).toBe(200);
    },
  );

  test('a kill fault that finds no process of the sandbox says so instead of passing silently', async () => {
    const faults = openFaults({ killCaller: (socket) => killCaller(socket, []) });
    const { app } = target(faults);
    server = await serve(app, { port: 0 });
    faults.add({ target: 'shopify', kind: 'kill-before-answer' });
    const answer = await fetch(`${server.url}/x`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain('nothing was killed');
  });
});

function forkCaller(url: string): ChildProcess {
  const file = join(mkdtempSync(join(tmpdir(), 'caller-')), 'caller.mjs');
  writeFileSync(
    file,
    `setTimeout(() => fetch('${url}/x').then((r) => process.send(r.status)), 50); setInterval(() => {}, 1000);`,
  );
  const child = fork(file, { stdio: 'ignore' });
  children.push(child);
  return child;
}
