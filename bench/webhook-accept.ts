import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { pick, type Bench, type Row } from './frame/bench.ts';
import { asCount, asTime, quantile } from './frame/measure.ts';
import { startChild } from './ground/child.ts';
import { settingsFor, withClient } from './ground/database.ts';
import { orderNode } from './ground/order-node.ts';

const CONNECTIONS = 64;

interface Sent {
  seconds: number[];
  failed: number;
  perSecond: number;
}

type Send = () => Promise<boolean>;

/** `rate` a second for `forSeconds`, each at its own moment however long the others take; latency counts from that moment. */
async function steadily(send: Send, rate: number, forSeconds: number): Promise<Sent> {
  const seconds: number[] = [];
  const open = new Set<Promise<void>>();
  let failed = 0;
  const started = performance.now();
  for (let index = 0; index < rate * forSeconds; index += 1) {
    const due = started + (index / rate) * 1000;
    const early = due - performance.now();
    if (early > 1) await sleep(early);
    const one = send().then((right) => {
      seconds.push((performance.now() - due) / 1000);
      if (!right) failed += 1;
      open.delete(one);
    });
    open.add(one);
  }
  await Promise.all(open);
  return { seconds, failed, perSecond: seconds.length / ((performance.now() - started) / 1000) };
}

/** As fast as it goes, each connection sending the next when it was answered. */
async function flatOut(send: Send, forSeconds: number): Promise<Sent> {
  const seconds: number[] = [];
  let failed = 0;
  const started = performance.now();
  const until = started + forSeconds * 1000;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() < until) {
        const began = performance.now();
        if (!(await send())) failed += 1;
        seconds.push((performance.now() - began) / 1000);
      }
    }),
  );
  return { seconds, failed, perSecond: seconds.length / ((performance.now() - started) / 1000) };
}

/** Webhooks of orders of 20 shops, each another order, signed. */
function sender(pool: Pool, secret: string): Send {
  let serial = 0;
  return async () => {
    serial += 1;
    const {
      lineItems: _lines,
      shippingLines: _shipping,
      fulfillmentOrders: _parts,
      ...head
    } = orderNode(serial, '', '2026-11-20T10:00:00Z');
    const body = JSON.stringify({ ...head, id: serial, admin_graphql_api_id: head.id, updated_at: head.updatedAt });
    const headers = {
      'content-type': 'application/json',
      'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
      'x-shopify-topic': 'orders/create',
      'x-shopify-shop-domain': `bench-${1 + (serial % 20)}.myshopify.com`,
      'x-shopify-webhook-id': randomUUID(),
      'x-shopify-triggered-at': '2026-11-20T10:00:00Z',
      'x-shopify-api-version': '2026-10',
    };
    const answer = await pool.request({ method: 'POST', path: '/webhooks', headers, body });
    await answer.body.dump();
    return answer.statusCode >= 200 && answer.statusCode < 300;
  };
}

/** Webhooks are verified, recognised, stored, queued and answered; nobody works them off meanwhile. */
export const webhookAccept: Bench = {
  async run(ground) {
    const rate = pick(ground, { tiny: 40, quick: 500, full: 500 });
    const forSeconds = pick(ground, { tiny: 1, quick: 5, full: 60 });
    const flatSeconds = pick(ground, { tiny: 1, quick: 3, full: 10 });
    const { SHOPIFY_API_SECRET: secret = '' } = settingsFor(ground.databaseUrl);
    await withClient(ground.databaseUrl, (client) =>
      client.query(
        `INSERT INTO shop (domain, installed_at, scopes) SELECT 'bench-' || n || '.myshopify.com', now(), '{}' FROM generate_series(1, 20) n`,
      ),
    );
    const bare = await startChild<{ url: string }>('bare-door.ts', { options: { databaseUrl: ground.databaseUrl } });
    const door = await startChild<{ url: string }>('door.ts', { env: settingsFor(ground.databaseUrl) });
    const [barePool, doorPool] = [bare, door].map(({ ready }) => new Pool(ready.url, { connections: CONNECTIONS }));
    if (!barePool || !doorPool) throw new Error('There is no door');
    const sends = { bare: sender(barePool, secret), ours: sender(doorPool, secret) };
    await flatOut(sends.bare, 0.5);
    await flatOut(sends.ours, 0.5);
    const steady = await steadily(sends.ours, rate, forSeconds);
    // One after the other and back: both meet the same disk.
    const ours: Sent[] = [];
    const theirs: Sent[] = [];
    for (const part of [1, 2]) {
      ground.note(`flat out, ${part} of 2`);
      theirs.push(await flatOut(sends.bare, flatSeconds / 2));
      ours.push(await flatOut(sends.ours, flatSeconds / 2));
    }
    const mean = (all: Sent[]) => all.reduce((sum, one) => sum + one.perSecond, 0) / all.length;
    const [p99, ratio] = [quantile(steady.seconds, 0.99), mean(ours) / mean(theirs)];
    const sent = await withClient(ground.databaseUrl, async (client) => {
      const rows = await client.query<{ stored: number; jobs: number }>(
        `SELECT (SELECT count(*) FROM inbox_item)::int AS stored, (SELECT count(*) FROM pgboss.job WHERE name = 'drain')::int AS jobs`,
      );
      return rows.rows[0] ?? { stored: 0, jobs: -1 };
    });
    // A repeat changes nothing.
    await Promise.all([barePool.close(), doorPool.close()]);
    await Promise.all([bare.stop(), door.stop()]);
    const failed = [steady, ...ours].reduce((sum, one) => sum + one.failed, 0);
    const rows: Row[] = [
      {
        what: `webhook accepted, ${rate}/s for ${forSeconds} s`,
        target: 'p99 ≤ 50 ms, no non-2xx',
        figure: `p99 ${asTime(p99)}, p50 ${asTime(quantile(steady.seconds, 0.5))}, ${failed} failed`,
        limit: '',
        ratio: null,
        verdict: p99 <= 0.05 && failed === 0 ? 'pass' : 'miss',
        note: `${asCount(steady.seconds.length)} webhooks at ${asCount(steady.perSecond)}/s, latency from the moment each was due`,
      },
      {
        what: 'webhooks sustained',
        target: '≥ 0.5 × limit',
        figure: `${asCount(mean(ours))}/s`,
        limit: `${asCount(mean(theirs))}/s (bare server, one INSERT and commit each)`,
        ratio,
        verdict: ratio >= 0.5 ? 'pass' : 'miss',
        note: `${CONNECTIONS} connections, flat out in turns`,
      },
    ];
    const right = {
      'no webhook was refused': failed === 0,
      'each stored webhook has its job': sent.stored === sent.jobs && sent.stored >= steady.seconds.length,
    };
    return { rows, curves: [], measures: { webhooksASecond: mean(ours) }, right };
  },
};
