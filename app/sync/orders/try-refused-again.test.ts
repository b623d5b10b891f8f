import { afterAll, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openSyncWorld } from '../shipments/sync-world.test-data.ts';

const world = await openSyncWorld(await openTestDatabase());
const { tryRefusedAgain } = await import('./try-refused-again.ts');
const { shopId, connectionId, live, inShop } = world;

afterAll(() => world.close());

const HOUR = 3_600_000;

/** An order with an open problem, seen so often, last so many hours ago. */
const troubled = (id: string, cause: string, { hours, occurrences = 1 }: { hours: number; occurrences?: number }) =>
  inShop((tx) =>
    tx.problem.create({
      data: {
        ...{
          shopId,
          connectionId,
          sync: 'orders',
          cause,
          subjectKind: 'order',
          subjectId: id,
          subjectLabel: id,
          params: {},
          detail: '',
        },
        ...{ occurrences, openedAt: new Date(0), lastSeenAt: new Date(Date.now() - hours * HOUR - 60_000) },
      },
    }),
  );

it('an order that the back office refused is tried again after an hour, then ever more rarely, up to a day', async () => {
  await troubled('once, an hour ago', 'vendor-refused', { hours: 1 });
  await troubled('once, just now', 'vendor-refused', { hours: 0 });
  await troubled('thrice, two hours ago', 'vendor-refused', { hours: 2, occurrences: 3 });
  await troubled('thrice, four hours ago', 'vendor-refused', { hours: 4, occurrences: 3 });
  await troubled('often, a day ago', 'vendor-refused', { hours: 24, occurrences: 90 });
  // What somebody has to answer, or to look at there, no trying mends.
  for (const cause of ['shipping-unmapped', 'amend-too-late', 'cancelled-in-back-office', 'outcome-unknown'])
    await troubled(cause, cause, { hours: 48 });
  expect(await tryRefusedAgain(live)).toBe(3);
  const waiting = await inShop((tx) => tx.inboxItem.findMany({ where: { shopId }, orderBy: { subjectId: 'asc' } }));
  expect(waiting.map(({ subjectId, door }) => [subjectId, door])).toEqual([
    ['often, a day ago', 'retry'],
    ['once, an hour ago', 'retry'],
    ['thrice, four hours ago', 'retry'],
  ]);
});
