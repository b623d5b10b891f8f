import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { costs, openTestServer, type SeenCall } from '../test-server.ts';

const database = await openTestDatabase();
const server = await openTestServer(0);
process.env['SANDBOX_URL'] = server.url;
const { adminFor } = await import('../client.ts');
const { saveSession } = await import('../sessions/session-table.ts');
const { BulkProductsDocument, BulkToggleLevelsDocument, ShopDetailsDocument } =
  await import('../operations/generated/graphql.ts');
const { startBulkQuery, startBulkMutation } = await import('./start-bulk.ts');
const { pollBulk, cancelBulk, openBulkOperations } = await import('./poll-bulk.ts');
const { readLines, groupsOf } = await import('./read-lines.ts');
const { takeLines, takeGroups } = await import('./take-result.ts');
const { innerQuery } = await import('./inner-query.ts');
const { inShop, inSystem } = await import('../../db/scope.ts');
const { prisma } = await import('../../db/client.ts');
const { setLogLevel } = await import('../../core/logger.ts');
setLogLevel('silent');

const domain = 'bulk.myshopify.com';
const id = 'gid://shopify/BulkOperation/1';
const url = `${server.url}/_files/result.jsonl`;
let shop = { id: 0, domain };

beforeAll(async () => {
  const row = await inSystem('install-shop', (tx) => tx.shop.create({ data: { domain, installedAt: new Date(), scopes: [] } }));
  shop = { id: row.id, domain };
  await saveSession({ id: `offline_${domain}`, shop: domain, state: '', isOnline: false, accessToken: 'token' });
});
beforeEach(async () => {
  server.calls.length = 0;
  await inShop(shop.id, (tx) => tx.bulkOperation.deleteMany({}));
});
afterAll(async () => {
  await prisma.$disconnect();
  await server.close();
  await database.close();
});

const lines = (count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `${JSON.stringify({ id: `gid://shopify/Product/${index + 1}`, title: `Größe ☃ ${index + 1}` })}\n`,
  ).join('');
const serve = (text: string) => (request: Request) => {
  const from = Number(/bytes=(\d+)-/.exec(request.headers.get('range') ?? '')?.[1] ?? 0);
  return new Response(Buffer.from(text).subarray(from), { status: from > 0 ? 206 : 200 });
};
async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
const answer = (data: unknown) => ({ body: { data, extensions: costs(10) } });
const created = () =>
  inShop(shop.id, (tx) =>
    tx.bulkOperation.create({
      data: { shopId: shop.id, id, purpose: 'products', state: 'completed', url, startedAt: new Date() },
    }),
  );

describe('reading a bulk result', () => {
  it('gives each line once, whatever the chunks it comes in', async () => {
    const text = lines(1000);
    server.file = () => {
      const all = Buffer.from(text);
      let at = 0;
      return new Response(
        new ReadableStream<Uint8Array>({
          pull(controller) {
            if (at >= all.length) return controller.close();
            // sizes that cut through lines and through characters
            const size = 1 + (at % 211);
            controller.enqueue(new Uint8Array(all.subarray(at, at + size)));
            at += size;
          },
        }),
      );
    };
    const read = await collect(readLines(url));
    expect(read).toHaveLength(1000);
    expect(read[999]).toEqual({ number: 1000, value: { id: 'gid://shopify/Product/1000', title: 'Größe ☃ 1000' } });
    expect(read.map(({ number }) => number)).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
  });

  it('goes on where it stopped', async () => {
    server.file = serve(lines(10));
    expect((await collect(readLines(url, 7))).map(({ number }) => number)).toEqual([8, 9, 10]);
  });

  it('reads a last line without an end, passes over an empty one', async () => {
    server.file = serve('{"id":1}\n\n{"id":2}');
    expect((await collect(readLines(url))).map(({ number, value }) => [number, value['id']])).toEqual([
      [1, 1],
      [3, 2],
    ]);
  });

  it.each([
    ['takes ranges', true],
    ['starts at the beginning again', false],
  ])('survives a connection that breaks, with a server that %s', async (_, ranges) => {
    const all = Buffer.from(lines(500));
    let opened = 0;
    server.file = (request, breakOff) => {
      opened++;
      const from = ranges ? Number(/bytes=(\d+)-/.exec(request.headers.get('range') ?? '')?.[1] ?? 0) : 0;
      const part = all.subarray(from);
      const cut = opened < 3 ? Math.floor(all.length / 3) * opened - from : part.length;
      let sent = false;
      return new Response(
        new ReadableStream<Uint8Array>({
          async pull(controller) {
            if (!sent) controller.enqueue(new Uint8Array(part.subarray(0, cut)));
            else if (cut === part.length) controller.close();
            else {
              await new Promise((resolve) => setTimeout(resolve, 30));
              breakOff();
            }
            sent = true;
          },
        }),
        { status: from > 0 ? 206 : 200 },
      );
    };
    const read = await collect(readLines(url));
    expect(opened).toBe(3);
    expect(read.map(({ number }) => number)).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
  });

  it('keeps memory flat: it reads no further than it is asked to', async () => {
    let sent = 0;
    server.file = () =>
      new Response(
        new ReadableStream<Uint8Array>({
          pull(controller) {
            sent++;
            if (sent > 2000) controller.close();
            else controller.enqueue(new TextEncoder().encode(`{"id":${sent},"x":"${'y'.repeat(60_000)}"}\n`));
          },
        }),
      );
    const reader = readLines(url);
    for (let index = 0; index < 10; index++) await reader.next();
    await new Promise((resolve) => setTimeout(resolve, 100));
    // some hundred lie in sockets' buffers, not 120 MB
    expect(sent).toBeLessThan(1000);
    await reader.return(undefined);
  });

  it('says that a result is gone after its seven days', async () => {
    server.file = () => new Response('expired', { status: 403 });
    await expect(collect(readLines(url))).rejects.toMatchObject({ kind: 'bug', code: 'shopify-bulk-result-gone' });
  });

  it('names the line that is broken', async () => {
    server.file = serve('{"id":1}\nnonsense\n');
    await expect(collect(readLines(url))).rejects.toMatchObject({ code: 'shopify-bulk-result-broken', params: { line: 2 } });
  });

  it('puts children with their parent', async () => {
    server.file = serve('{"id":"a"}\n{"id":"a1","__parentId":"a"}\n{"id":"a1x","__parentId":"a1"}\n{"id":"b"}\n');
    expect(await collect(groupsOf(readLines(url)))).toEqual([
      {
        root: { id: 'a' },
        children: [
          { id: 'a1', __parentId: 'a' },
          { id: 'a1x', __parentId: 'a1' },
        ],
        lastLine: 3,
      },
      { root: { id: 'b' }, children: [], lastLine: 4 },
    ]);
  });
});

describe('taking a bulk result', () => {
  it('moves its position with each batch, and goes on after a crash with nothing lost or doubled', async () => {
    await created();
    server.file = serve(lines(25));
    const seen: number[] = [];
    let batches = 0;
    const failing = takeLines(shop, id, {
      batchSize: 10,
      take: (_, items) => {
        if (++batches === 2) throw new Error('crash');
        seen.push(...items.map(({ number }) => number));
        return Promise.resolve();
      },
    });
    await expect(failing).rejects.toThrow('crash');
    const count = await takeLines(shop, id, {
      batchSize: 10,
      take: (_, items) => {
        seen.push(...items.map(({ number }) => number));
        return Promise.resolve();
      },
    });
    expect(count).toBe(15);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
    // a second finish webhook finds nothing to do
    expect(await takeLines(shop, id, { take: () => Promise.reject(new Error('again')) })).toBe(0);
  });

  it('is done by one of two that try at once', async () => {
    await created();
    let bothAsk = (): void => undefined;
    const both = new Promise<void>((resolve) => (bothAsk = resolve));
    let asked = 0;
    server.file = async (request) => {
      if (++asked === 2) bothAsk();
      await both;
      return serve(lines(30))(request);
    };
    const seen: number[] = [];
    const take = (_: unknown, items: { number: number }[]) => {
      seen.push(...items.map(({ number }) => number));
      return Promise.resolve();
    };
    const results = await Promise.allSettled([
      takeLines(shop, id, { batchSize: 5, take }),
      takeLines(shop, id, { batchSize: 5, take }),
    ]);
    expect(seen).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ kind: 'transient' });
  });

  it('goes on between records, never inside one', async () => {
    await created();
    server.file = serve('{"id":"a"}\n{"id":"a1","__parentId":"a"}\n{"id":"b"}\n{"id":"b1","__parentId":"b"}\n{"id":"c"}\n');
    const seen: string[] = [];
    let first = true;
    const run = () =>
      takeGroups(shop, id, {
        batchSize: 1,
        take: (_, [group]) => {
          if (group?.root['id'] === 'b' && first) {
            first = false;
            throw new Error('crash');
          }
          seen.push(`${String(group?.root['id'])}${group?.children.length}`);
          return Promise.resolve();
        },
      });
    await expect(run()).rejects.toThrow('crash');
    await run();
    expect(seen).toEqual(['a1', 'b1', 'c0']);
  });
});

describe('running a bulk operation', () => {
  const admin = () => adminFor(shop);

  it('puts the search into the text and refuses a document that has no place for it', () => {
    expect(innerQuery(BulkProductsDocument, `updated_at:>='2026-11-20' title:"a"`)).toContain(
      `products(query: "updated_at:>='2026-11-20' title:\\"a\\"")`,
    );
    expect(() => innerQuery(ShopDetailsDocument, '')).toThrow(RangeError);
  });

  it('records what it starts and for what, polls it, and lists it until it is taken', async () => {
    server.graphql = ({ operation }: SeenCall) =>
      operation === 'BulkRunQuery'
        ? answer({ bulkOperationRunQuery: { bulkOperation: { id, status: 'CREATED', createdAt: '' }, userErrors: [] } })
        : answer({ bulkOperation: { id, status: 'RUNNING', objectCount: '12', url: null, partialDataUrl: null } });
    expect(await startBulkQuery(admin(), BulkProductsDocument, { purpose: 'products', filter: 'status:active' })).toBe(id);
    expect(server.calls[0]?.variables).toMatchObject({
      groupObjects: false,
      query: expect.stringContaining('status:active') as unknown,
    });
    expect(await openBulkOperations()).toEqual([{ shopId: shop.id, id, purpose: 'products', runId: null }]);
    expect(await pollBulk(admin(), id)).toMatchObject({ state: 'running', objects: 12 });
    server.graphql = () =>
      answer({
        bulkOperation: {
          id,
          status: 'COMPLETED',
          objectCount: '2',
          url,
          partialDataUrl: null,
          completedAt: '2026-11-20T10:00:00Z',
        },
      });
    expect(await pollBulk(admin(), id)).toMatchObject({ state: 'completed', url, purpose: 'products' });
    server.file = serve(lines(2));
    expect(await takeLines(shop, id, { take: () => Promise.resolve() })).toBe(2);
    expect(await openBulkOperations()).toEqual([]);
    expect(await pollBulk(admin(), id)).toMatchObject({ state: 'taken' });
  });

  it('keeps what a failed one had ready, with Shopify’s reason', async () => {
    await created();
    await inShop(shop.id, (tx) => tx.bulkOperation.updateMany({ data: { state: 'running', url: null } }));
    server.graphql = () =>
      answer({ bulkOperation: { id, status: 'FAILED', errorCode: 'TIMEOUT', objectCount: '9', url: null, partialDataUrl: url } });
    expect(await pollBulk(admin(), id)).toMatchObject({ state: 'failed', errorCode: 'TIMEOUT', url });
  });

  it('knows nothing of an operation that is not ours', async () => {
    expect(await pollBulk(admin(), 'gid://shopify/BulkOperation/99')).toBeNull();
  });

  it('comes back later while Shopify runs five already', async () => {
    server.graphql = () =>
      answer({
        bulkOperationRunQuery: {
          bulkOperation: null,
          userErrors: [
            {
              field: null,
              message: 'A bulk query operation for this app and shop is already in progress: …',
              code: 'OPERATION_IN_PROGRESS',
            },
          ],
        },
      });
    await expect(startBulkQuery(admin(), BulkProductsDocument, { purpose: 'products' })).rejects.toMatchObject({
      kind: 'transient',
      code: 'shopify-bulk-busy',
      retryAfterMs: 60_000,
    });
  });

  it('uploads one line a call, the file last, and starts the mutation with its path', async () => {
    let form: FormData | undefined;
    server.file = async (request) => {
      form = await request.formData();
      return new Response(null, { status: 201 });
    };
    server.graphql = ({ operation }: SeenCall) =>
      operation === 'StageUploads'
        ? answer({
            stagedUploadsCreate: {
              stagedTargets: [
                {
                  url: `${server.url}/_files/upload`,
                  resourceUrl: null,
                  parameters: [
                    { name: 'policy', value: 'p' },
                    { name: 'key', value: 'tmp/1/bulk/lines.jsonl' },
                  ],
                },
              ],
              userErrors: [],
            },
          })
        : answer({ bulkOperationRunMutation: { bulkOperation: { id, status: 'CREATED', createdAt: '' }, userErrors: [] } });
    const level = (number: number) => ({
      inventoryItemId: `gid://shopify/InventoryItem/${number}`,
      inventoryItemUpdates: [{ locationId: 'gid://shopify/Location/1', activate: true }],
    });
    expect(await startBulkMutation(admin(), BulkToggleLevelsDocument, [level(1), level(2)], { purpose: 'activate-levels' })).toBe(
      id,
    );
    expect([...(form?.keys() ?? [])]).toEqual(['policy', 'key', 'file']);
    expect(await (form?.get('file') as File).text()).toBe(`${JSON.stringify(level(1))}\n${JSON.stringify(level(2))}\n`);
    expect(server.calls.at(-1)?.variables).toMatchObject({
      stagedUploadPath: 'tmp/1/bulk/lines.jsonl',
      mutation: expect.stringContaining('inventoryBulkToggleActivation') as unknown,
    });
  });

  it('is cancelled, or says why it could not be', async () => {
    server.graphql = () => answer({ bulkOperationCancel: { bulkOperation: { id, status: 'CANCELING' }, userErrors: [] } });
    await cancelBulk(admin(), id);
    expect(server.calls[0]).toMatchObject({ operation: 'BulkCancel', variables: { id } });
    server.graphql = () =>
      answer({ bulkOperationCancel: { bulkOperation: null, userErrors: [{ field: null, message: 'It has ended' }] } });
    await expect(cancelBulk(admin(), id)).rejects.toMatchObject({ kind: 'rejected', vendorText: 'It has ended' });
  });

  it('does not upload nothing', async () => {
    await expect(startBulkMutation(admin(), BulkToggleLevelsDocument, [], { purpose: 'activate-levels' })).rejects.toMatchObject({
      code: 'shopify-bulk-input-empty',
    });
  });
});
