import { afterAll, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openStatementWorld } from './statement-world.test-data.ts';

const world = await openStatementWorld(await openTestDatabase());
const { shopId, connectionId, inShop, listed, addOrder, state } = world;
const { statementCsv } = await import('./statement-csv.ts');
const { readStatementPage } = await import('./read-statement.ts');
const { now } = await import('../../core/clock.ts');

afterAll(() => world.close());

const words = {
  headings: ['Record', 'State', 'Reason'],
  cells: ({ label, bucket, params }: { label: string; bucket: string; params: Record<string, string | number> }) => [
    label,
    bucket,
    String(params['tag'] ?? ''),
  ],
};

async function csvOf(runId: string, filter = {}): Promise<string> {
  let text = '';
  for await (const piece of statementCsv(shopId, runId, filter, words)) text += piece;
  return text;
}

it('the file has a line for every record, and no cell that a spreadsheet would run', async () => {
  const one = await addOrder();
  await inShop(async (tx) => {
    await tx.part.deleteMany({ where: { shopId, orderId: one.id } });
    const reason = { code: 'tag-excluded', params: { tag: '=HYPERLINK("http://x.example","b2b")' } };
    await tx.order.updateMany({ where: { shopId, id: one.id }, data: { verdict: 'skip', reason } });
  });
  world.shopify.orders.get(one.id)!.name = '@SUM(1+1)';
  await addOrder();
  const { runId } = await state();
  const rows = (await csvOf(runId)).split('\r\n');
  expect(rows[0]).toBe('\uFEFF"Record","State","Reason"');
  expect(rows).toHaveLength(4);
  expect(rows[1]).toBe(`"'@SUM(1+1)","excluded","'=HYPERLINK(""http://x.example"",""b2b"")"`);
  expect((await csvOf(runId, { bucket: 'excluded' })).split('\r\n')).toHaveLength(3);
});

it('the page shows the newest finished statement, what differs first, and only the lines asked for', async () => {
  world.there.clear();
  await state();
  const page = await readStatementPage(shopId, connectionId, { differences: true });
  expect(page.statement?.sums.order).toMatchObject({ total: 2, found: 1, repaired: 1 });
  expect(page.lines.map(({ found }) => found)).toEqual(['missing-there']);
  expect(page.past).toHaveLength(2);
  expect((await readStatementPage(shopId, connectionId, { kind: 'order', bucket: 'excluded' })).lines).toHaveLength(1);
  const other = await readStatementPage(shopId, connectionId, { runId: page.past[1]?.runId ?? '' });
  expect(other.statement?.sums.order).toMatchObject({ found: 0 });
});

it('only the lines of the last three statements are kept, and the sums of all', async () => {
  const first = (await readStatementPage(shopId, connectionId, {})).past.at(-1)?.runId ?? '';
  for (let n = 0; n < 3; n += 1) await state();
  const page = await readStatementPage(shopId, connectionId, { runId: first });
  expect(page.statement).toMatchObject({ runId: first, hasLines: false, sums: { order: { total: 2 } } });
});

it('names the silence of orders’ webhooks while orders change, whatever else is told, and takes it back when one is heard', async () => {
  for (let n = 0; n < 3; n += 1) await addOrder();
  const causes = async () => (await world.problems()).map(({ cause }) => cause);
  const hear = (topic: string, subjectKind: string) =>
    inShop((tx) =>
      tx.inboxItem.create({
        data: { shopId, key: topic, door: 'webhook', topic, subjectKind, subjectId: 'x', receivedAt: now(), handledAt: now() },
      }),
    );
  await state();
  expect(await causes()).toEqual(['webhooks-silent']);
  const heard = async () => (await readStatementPage(shopId, connectionId, {})).statement?.webhooks;
  expect(await heard()).toEqual({ lastAt: null, silent: listed.size });
  // The echo of what we publish ourselves, and what we are told of a fulfilment order.
  await hear('inventory_levels/update', 'inventory-item');
  await hear('fulfilment-order', 'order');
  await state();
  expect(await causes()).toEqual(['webhooks-silent']);
  expect(await heard()).toEqual({ lastAt: null, silent: listed.size });
  await hear('orders/updated', 'order');
  await state();
  expect(await causes()).toEqual([]);
});

it('the file says nobody’s e-mail address or telephone number, though another system’s words do', async () => {
  const one = await addOrder();
  await inShop(async (tx) => {
    await tx.part.deleteMany({ where: { shopId, orderId: one.id } });
    const reason = { code: 'tag-excluded', params: { tag: 'No customer ada@example.com (+49 731 123-4567)' } };
    await tx.order.updateMany({ where: { shopId, id: one.id }, data: { verdict: 'skip', reason } });
  });
  const { runId } = await state();
  const file = await csvOf(runId, { bucket: 'excluded' });
  expect(file).toContain('No customer •••@••• (•••)');
});
