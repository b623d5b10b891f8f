import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openStatementWorld } from './statement-world.test-data.ts';

const world = await openStatementWorld(await openTestDatabase());
const { shopId, connectionId, inShop, listed, there, addOrder, state, takenIn, sentAgain } = world;

afterEach(async () => {
  await inShop(async (tx) => {
    for (const table of ['shop_order', 'part', 'part_line', 'shipment', 'shipment_line', 'problem', 'write', 'inbox_item'])
      await tx.$executeRawUnsafe(`DELETE FROM "${table}"`);
  });
  listed.clear();
  there.clear();
  world.office.shipments.length = 0;
});
afterAll(() => world.close());

const order = (id: string, data: object) => inShop((tx) => tx.order.updateMany({ where: { shopId, id }, data }));
const settings = (value: object) =>
  inShop((tx) => tx.sync.updateMany({ where: { shopId, connectionId, kind: 'orders' }, data: { settings: value } }));

describe('a statement of orders', () => {
  it('accounts for every order of Shopify: sent, held by its reason, left out by its rule, failed with its problem', async () => {
    await addOrder();
    const held = await addOrder();
    const unpaid = { code: 'awaiting-payment', params: { status: 'PENDING' } };
    await order(held.id, { verdict: 'hold', financialStatus: 'PENDING', reason: unpaid });
    await inShop((tx) => tx.part.deleteMany({ where: { shopId, orderId: held.id } }));
    const left = await addOrder();
    await order(left.id, { verdict: 'skip', reason: { code: 'tag-excluded', params: { tag: 'b2b' } } });
    await inShop((tx) => tx.part.deleteMany({ where: { shopId, orderId: left.id } }));
    const failed = await addOrder();
    const { openProblem } = await import('../problems/problems.ts');
    await inShop(async (tx) => {
      await tx.part.updateMany({ where: { shopId, orderId: failed.id }, data: { remoteId: null, state: 'pending' } });
      const subject = { kind: 'order' as const, id: failed.id, label: '#x' };
      await openProblem(tx, shopId, { connectionId, sync: 'orders', cause: 'product-unknown', subject });
    });
    const { sums } = await state();
    expect(sums.order).toEqual({
      total: 4,
      buckets: { matched: 1, held: 1, excluded: 1, failed: 1, gap: 0 },
      reasons: expect.arrayContaining([
        { bucket: 'held', code: 'awaiting-payment', count: 1 },
        { bucket: 'excluded', code: 'tag-excluded', count: 1 },
        { bucket: 'failed', code: 'product-unknown', count: 1 },
      ]) as unknown,
      found: 0,
      repaired: 0,
    });
    expect(takenIn).toEqual([]);
  });

  it('finds an order that nobody told us of, and takes it in', async () => {
    const lost = await addOrder();
    await inShop(async (tx) => {
      await tx.order.deleteMany({ where: { shopId, id: lost.id } });
      await tx.part.deleteMany({ where: { shopId, orderId: lost.id } });
    });
    there.clear();
    const { sums, line } = await state();
    expect(line('order', lost.id)).toEqual({ bucket: 'matched', code: '', found: 'never-seen' });
    expect(sums.order).toMatchObject({ total: 1, found: 1, repaired: 1 });
    expect(takenIn).toEqual([lost.id]);
  });

  it('does not believe its own rows: what is said to be sent and is not there is sent again, once', async () => {
    const [kept, gone] = [await addOrder(), await addOrder()];
    there.delete(gone.references[0]!);
    const { line, found } = await state();
    expect(found).toEqual([`order ${gone.id} missing-there`]);
    expect(line('order', gone.id)).toEqual({ bucket: 'matched', code: '', found: 'missing-there' });
    expect(sentAgain).toEqual(gone.references);
    expect(takenIn).not.toContain(kept.id);
    expect((await state()).found).toEqual([]);
  });

  it('leaves an order alone whose parcels have left, though the back office no longer has it', async () => {
    const one = await addOrder();
    await world.shipAndMirror(one);
    there.delete(one.references[0]!);
    const { line } = await state();
    expect(line('order', one.id)).toEqual({ bucket: 'gap', code: 'missing-there-shipped', found: 'missing-there-shipped' });
    expect(takenIn).toEqual([]);
    const problems = await world.problems();
    expect(problems.map(({ cause }) => cause)).toEqual(['statement-gap']);
  });

  it('does not miss a part that has left whole, though the answer to its hand-over got lost', async () => {
    const one = await addOrder();
    await world.shipAndMirror(one);
    const reason = { code: 'nothing-to-ship', params: {} };
    await order(one.id, { verdict: 'skip', reason });
    await inShop((tx) =>
      tx.part.updateMany({ where: { shopId, orderId: one.id }, data: { remoteId: null, state: 'shipped', acceptedAt: null } }),
    );
    const { line, sums } = await state();
    expect(line('order', one.id)).toMatchObject({ bucket: 'matched', found: '' });
    expect(sums.order).toMatchObject({ found: 0 });
    expect(takenIn).toEqual([]);
  });

  it('takes an order in again whose change nobody told us of, and one that Shopify deleted', async () => {
    const [changed, deleted] = [await addOrder(), await addOrder()];
    listed.set(changed.id, { ...listed.get(changed.id)!, updatedAt: new Date(Date.now() - 600_000).toISOString() });
    listed.delete(deleted.id);
    const { found, sums } = await state();
    expect(found).toEqual([`gone ${deleted.id} gone-from-shopify`, `order ${changed.id} out-of-date`]);
    expect(sums.order).toMatchObject({ total: 1, buckets: { matched: 1 } });
    expect(sums.gone).toMatchObject({ found: 1, repaired: 1 });
    expect(there.get(deleted.references[0]!)?.state).toBe('cancelled');
  });

  it('calls nothing missing that is only on its way', async () => {
    const [fresh, waiting] = [await addOrder(1, 1), await addOrder()];
    await inShop(async (tx) => {
      await tx.order.deleteMany({ where: { shopId } });
      await tx.part.deleteMany({ where: { shopId } });
      const { takeIn } = await import('../inbox/inbox.ts');
      const knock = { door: 'webhook', topic: 'orders/create', subjectKind: 'order', triggeredAt: null } as const;
      await takeIn(tx, shopId, { ...knock, key: 'webhook 1', subjectId: waiting.id });
    });
    const { found, line } = await state();
    expect(found).toEqual([]);
    expect(line('order', fresh.id)).toMatchObject({ bucket: 'held', code: 'on-its-way' });
    expect(line('order', waiting.id)).toMatchObject({ bucket: 'matched' });
    expect(takenIn).toEqual([waiting.id]);
  });

  it('counts what was placed before the first day to sync as left out, without reading it', async () => {
    const old = await addOrder(1, 600);
    await inShop((tx) => tx.order.deleteMany({ where: { shopId } }));
    await inShop((tx) => tx.part.deleteMany({ where: { shopId } }));
    await settings({ earliestOrderDate: new Date(Date.now() - 3_600_000).toISOString() });
    const { line } = await state();
    await settings({});
    expect(line('order', old.id)).toMatchObject({ bucket: 'excluded', code: 'too-old' });
    expect(takenIn).toEqual([]);
  });

  it.each([
    ['Asia/Tokyo', -5, true],
    ['Asia/Tokyo', -10, false],
    ['America/New_York', 3, false],
    ['America/New_York', 6, true],
  ])(
    'begins with the first day as the shop’s clock has it (%s, %d h after midnight in Greenwich)',
    async (timeZone, hours, mine) => {
      const day = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
      const one = await addOrder();
      const at = new Date(Date.parse(day) + hours * 3_600_000).toISOString();
      listed.set(one.id, { placedAt: at, updatedAt: at });
      await inShop((tx) => tx.order.deleteMany({ where: { shopId } }));
      await inShop((tx) => tx.part.deleteMany({ where: { shopId } }));
      await settings({ earliestOrderDate: day });
      Object.assign(world.live.shop, { timeZone });
      const { line } = await state();
      Object.assign(world.live.shop, { timeZone: 'UTC' });
      await settings({});
      expect(line('order', one.id)).toMatchObject(mine ? { found: 'never-seen' } : { bucket: 'excluded', code: 'too-old' });
      expect(takenIn).toEqual(mine ? [one.id] : []);
    },
  );

  describe('does not believe what was decided long ago, once it is over,', () => {
    const [hourAgo, inAnHour] = [-60, 60].map((minutes) => new Date(Date.now() + minutes * 60_000));
    const [mine, anothers] = ['gid://shopify/Location/1', 'gid://shopify/Location/9'];
    const because = (code: string, params: Record<string, string> = {}) => ({ reason: { code, params } });

    /** An order that was kept back an hour ago, and by what. */
    async function keptBack(data: object) {
      const one = await addOrder();
      await order(one.id, data);
      await inShop((tx) => tx.part.deleteMany({ where: { shopId, orderId: one.id } }));
      there.delete(one.references[0]!);
      return one;
    }

    afterEach(async () => {
      await inShop(async (tx) => {
        await tx.location.deleteMany({ where: { shopId } });
        await tx.locationLink.deleteMany({ where: { shopId, locationId: anothers! } });
        await tx.sync.deleteMany({ where: { shopId, kind: 'orders', connectionId: { not: connectionId } } });
        await tx.connection.deleteMany({ where: { shopId, id: { not: connectionId } } });
      });
      await settings({});
    });

    /** Another connection at work, with a location of its own. */
    async function other() {
      const at = new Date();
      await inShop(async (tx) => {
        const data = { shopId, connector: 'office', name: 'Other', inboundHash: 'other', createdAt: at, updatedAt: at };
        const { id } = await tx.connection.create({ data });
        await tx.sync.create({ data: { shopId, connectionId: id, kind: 'orders', enabled: true, enabledAt: at } });
        await tx.locationLink.create({
          data: { shopId, locationId: anothers!, connectionId: id, facilityId: 'X', createdAt: at },
        });
      });
    }
    const place = (id: string, name: string) =>
      inShop((tx) =>
        tx.location.create({
          data: { shopId, id, name, active: true, fulfillsOnline: true, address: {}, importedAt: new Date() },
        }),
      );

    it.each([
      ['left out as the sync was off', { verdict: 'skip', ...because('orders-sync-off', { location: 'Here' }) }, true],
      [
        'left out as that of a location since renamed was',
        { verdict: 'skip', ...because('orders-sync-off', { location: 'Gone' }) },
        true,
      ],
      ['left out as another’s is off', { verdict: 'skip', ...because('orders-sync-off', { location: 'There' }) }, false],
      ['a hold that is over', { verdict: 'hold', holdUntil: hourAgo, ...because('edit-window') }, true],
      ['a hold that is not', { verdict: 'hold', holdUntil: inAnHour, ...because('edit-window') }, false],
      ['a hold without a reason', { verdict: 'hold', ...because('') }, true],
      ['unpaid, and paid by now', { verdict: 'hold', ...because('awaiting-payment', { status: 'PENDING' }) }, true],
      [
        'unpaid as ever',
        { verdict: 'hold', financialStatus: 'PENDING', ...because('awaiting-payment', { status: 'PENDING' }) },
        false,
      ],
      ['at a location that is mapped by now', { verdict: 'hold', ...because('location-unmapped', { value: mine! }) }, true],
      ['at one that another has', { verdict: 'hold', ...because('location-unmapped', { value: anothers! }) }, false],
      ['held for a tag that nobody asks for', { verdict: 'hold', ...because('tag-missing', { tag: 'b2b' }) }, true],
      ['held for goods', { verdict: 'hold', ...because('back-order') }, false],
    ])('and judges it again: %s', async (_what, data, outdated) => {
      await place(mine!, 'Here');
      await place(anothers!, 'There');
      const { params } = data.reason as { params: { value?: string; location?: string } };
      if (params.location === 'There' || params.value === anothers) await other();
      const one = await keptBack(data);
      const { line } = await state();
      expect(takenIn).toEqual(outdated ? [one.id] : []);
      expect(line('order', one.id)).toMatchObject({ found: outdated ? 'verdict-outdated' : '' });
      if (!outdated) expect(line('order', one.id)).toMatchObject({ code: data.reason.code });
    });

    it.each([
      ['shipping-unmapped', { value: 'Drone' }, 'unmappedShipping'],
      ['tag-missing', { tag: 'b2b' }, null],
    ])('but not by its own rules what another connection holds (%s)', async (code, params, setting) => {
      const data = { verdict: 'hold', ...because(code, params) };
      const one = await keptBack(data);
      if (setting) await settings({ [setting]: 'send' });
      await other();
      expect((await state()).line('order', one.id)).toMatchObject({ bucket: 'held', found: '' });
    });

    it('and once a mapping answers what held it', async () => {
      const one = await keptBack({ verdict: 'hold', ...because('shipping-unmapped', { value: 'Drone' }) });
      await settings({ unmappedShipping: 'hold', autoRepair: false });
      expect((await state()).line('order', one.id)).toMatchObject({ bucket: 'held', found: '' });
      await inShop((tx) =>
        tx.mapping.create({
          data: {
            shopId,
            connectionId,
            kind: 'shipping',
            source: 'drone',
            target: { carrier: 'DHL', method: '' },
            updatedAt: new Date(),
          },
        }),
      );
      const { line } = await state();
      await inShop((tx) => tx.mapping.deleteMany({ where: { shopId } }));
      expect(line('order', one.id)).toMatchObject({ bucket: 'gap', code: 'verdict-outdated' });
    });

    it('and believes what was decided just now', async () => {
      const one = await keptBack({ verdict: 'hold', decidedAt: new Date(), ...because('awaiting-payment') });
      expect((await state()).line('order', one.id)).toMatchObject({ bucket: 'held', code: 'awaiting-payment', found: '' });
    });
  });

  it('names every difference and repairs none where the merchant wants to be asked, and then repairs what is asked for', async () => {
    const [one, other] = [await addOrder(), await addOrder()];
    there.clear();
    await settings({ autoRepair: false });
    const { runId, sums } = await state();
    await settings({});
    expect(sums.order).toMatchObject({ buckets: { gap: 2 }, found: 2, repaired: 0 });
    expect(takenIn).toEqual([]);
    await state('repair', JSON.stringify({ statement: runId, kind: 'order', id: one.id }));
    expect(takenIn).toEqual([one.id]);
    expect((await world.readStatement(runId)).sums.order).toMatchObject({ buckets: { matched: 1, gap: 1 }, repaired: 1 });
    await state('repair', JSON.stringify({ statement: runId, kind: 'order', bucket: 'gap', code: 'missing-there' }));
    expect(takenIn).toEqual([other.id]);
    expect((await world.readStatement(runId)).sums.order).toMatchObject({ buckets: { matched: 2, gap: 0 }, repaired: 2 });
    expect((await world.problems()).map(({ cause }) => cause)).toEqual([]);
  });

  it('goes on where it was killed, and asks nothing of the back office twice', async () => {
    const orders = [];
    for (let n = 0; n < 7; n += 1) orders.push(await addOrder());
    there.delete(orders[3]!.references[0]!);
    const { openRun } = await import('../runs/runs.ts');
    const { runStatement } = await import('./run-statement.ts');
    const id = await inShop((tx) => openRun(tx, shopId, { connectionId, sync: 'statement', door: 'button', task: 'full' }));
    const run = { id, task: 'full' };
    let calls = 0;
    const dying = (at: number) => ({
      ...world.admin,
      run: (document: never, variables: never) => {
        calls += 1;
        if (calls === at) throw new Error('killed');
        return world.admin.run(document, variables);
      },
    });
    world.asked.length = 0;
    takenIn.length = 0;
    // In the middle of the list, and again while it looks a second time.
    for (const at of [2, 5])
      await expect(runStatement(world.live, run, { admin: dying(at) as never, pause: world.corridor })).rejects.toThrow('killed');
    await runStatement(world.live, run, { admin: world.admin as never, pause: world.corridor });
    const { sums, found } = await world.readStatement(id);
    expect(sums.order).toMatchObject({ total: 7, buckets: { matched: 7 }, found: 1, repaired: 1 });
    expect(found).toEqual([`order ${orders[3]!.id} missing-there`]);
    expect(takenIn).toEqual([orders[3]!.id]);
    const once = orders.filter((_, index) => index !== 3).map(({ references }) => references[0]!);
    expect(once.map((reference) => world.asked.filter((one) => one === reference).length)).toEqual(once.map(() => 1));
  });

  it('cancels again what lives on in the back office only when somebody says so', async () => {
    const one = await addOrder();
    await order(one.id, { verdict: 'cancel', reason: { code: 'cancelled-in-shopify', params: {} } });
    await inShop((tx) =>
      tx.part.updateMany({ where: { shopId, orderId: one.id }, data: { state: 'cancelled', cancelledAt: new Date() } }),
    );
    const { line, runId } = await state();
    expect(line('order', one.id)).toMatchObject({ bucket: 'gap', code: 'not-cancelled-there' });
    expect(takenIn).toEqual([]);
    await state('repair', JSON.stringify({ statement: runId, kind: 'order', id: one.id }));
    expect(takenIn).toEqual([one.id]);
    const [part] = await inShop((tx) => tx.part.findMany({ where: { shopId, orderId: one.id } }));
    expect(part?.state).toBe('sent');
  });

  it('names an order of which the back office has other units, and tells it again what to ship only when somebody says so', async () => {
    const [one, fresh, tooLate, kit] = [await addOrder(), await addOrder(), await addOrder(), await addOrder()];
    const right = await addOrder();
    for (const { references } of [one, fresh, tooLate, kit, right]) there.get(references[0]!)!.lines[0]!.quantity = 7;
    await order(fresh.id, { decidedAt: new Date() });
    const { openProblem } = await import('../problems/problems.ts');
    await inShop(async (tx) => {
      const subject = { kind: 'order' as const, id: tooLate.id, label: '' };
      await openProblem(tx, shopId, { connectionId, sync: 'orders', cause: 'amend-too-late', subject, params: {} });
      await tx.part.updateMany({ where: { shopId, orderId: kit.id }, data: { kits: { K: [{ sku: 'A', quantity: 7 }] } } });
    });
    const { line, runId } = await state();
    expect(line('order', one.id)).toMatchObject({ bucket: 'gap', code: 'units-differ-there' });
    expect(line('order', fresh.id)).toMatchObject({ bucket: 'held', code: 'on-its-way' });
    expect(line('order', tooLate.id)).toMatchObject({ bucket: 'failed', code: 'amend-too-late' });
    expect(line('order', kit.id)).toMatchObject({ bucket: 'matched' });
    expect([takenIn, world.amendedAgain]).toEqual([[], []]);
    await state('repair', JSON.stringify({ statement: runId, kind: 'order', id: one.id }));
    expect([takenIn, world.amendedAgain]).toEqual([[one.id], one.references]);
    expect(there.get(one.references[0]!)?.lines[0]?.quantity).toBe(2);
    expect((await world.readStatement(runId)).line('order', one.id)).toMatchObject({ bucket: 'matched' });
    // Somebody there has put this one right since the statement was made.
    there.get(right.references[0]!)!.lines[0]!.quantity = 2;
    await state('repair', JSON.stringify({ statement: runId, kind: 'order', id: right.id }));
    expect(world.amendedAgain).toEqual([]);
    expect((await world.readStatement(runId)).line('order', right.id)).toMatchObject({ bucket: 'matched' });
  });

  it('names an order that was cancelled in Shopify while its part lives on, unless it was only just heard of', async () => {
    const [missed, fresh, over] = [await addOrder(), await addOrder(), await addOrder()];
    for (const one of [missed, fresh, over])
      await order(one.id, {
        ...{ verdict: 'cancel', reason: { code: 'cancelled-in-shopify', params: {} }, cancelledAt: new Date() },
        ...(one === fresh ? { decidedAt: new Date() } : {}),
      });
    there.set(over.references[0]!, world.remote(over.references[0]!, 'cancelled'));
    // How many of it are there is no matter any more.
    there.get(missed.references[0]!)!.lines[0]!.quantity = 7;
    await inShop((tx) =>
      tx.part.updateMany({ where: { shopId, orderId: over.id }, data: { state: 'cancelled', cancelledAt: new Date() } }),
    );
    const { line, runId } = await state();
    expect(line('order', missed.id)).toMatchObject({ bucket: 'gap', code: 'not-cancelled-there' });
    expect(line('order', fresh.id)).toMatchObject({ bucket: 'held', code: 'on-its-way' });
    expect(line('order', over.id)).toMatchObject({ bucket: 'excluded', code: 'cancelled-in-shopify' });
    expect(takenIn).toEqual([]);
    await state('repair', JSON.stringify({ statement: runId, kind: 'order', id: missed.id }));
    expect(takenIn).toEqual([missed.id]);
  });

  describe('looks again by itself at what differed', () => {
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    const looks = () => inShop((tx) => tx.run.findMany({ where: { shopId, task: 'look-again' }, select: { argument: true } }));

    /** A statement that is this old, with one order that the back office no longer has. */
    async function madeAgo(minutes: number) {
      const one = await addOrder();
      await world.shipAndMirror(one);
      const remote = there.get(one.references[0]!)!;
      there.delete(remote.reference);
      await inShop((tx) => tx.run.deleteMany({ where: { shopId, task: 'look-again' } }));
      const { runId } = await state();
      await inShop(async (tx) => {
        await tx.statement.deleteMany({ where: { shopId, runId: { not: runId } } });
        await tx.statement.updateMany({ where: { shopId, runId }, data: { finishedAt: minutesAgo(minutes) } });
      });
      return { one, remote, runId };
    }

    it('and says it no more once it is as it should be', async () => {
      const { one, remote, runId } = await madeAgo(11);
      await state('look-again', runId);
      expect((await world.readStatement(runId)).sums.order).toMatchObject({ buckets: { gap: 1 } });
      expect((await world.problems()).map(({ cause }) => cause)).toEqual(['statement-gap']);
      there.set(remote.reference, remote);
      await state('look-again', runId);
      expect(takenIn).toEqual([]);
      expect((await world.readStatement(runId)).line('order', one.id)).toMatchObject({ bucket: 'matched' });
      expect(await world.problems()).toEqual([]);
    });

    it.each([
      ['not within ten minutes', 9, null, 0],
      ['after ten minutes', 11, null, 1],
      ['not before twice the time of the last look', 30, 10, 0],
      ['after twice the time of the last look', 30, 18, 1],
    ])('%s', async (_when, made, looked, expected) => {
      const { runId } = await madeAgo(made);
      if (looked !== null)
        await inShop(async (tx) => {
          const { openRun } = await import('../runs/runs.ts');
          const order = { connectionId, sync: 'statement', door: 'schedule', task: 'look-again', argument: runId } as const;
          const id = await openRun(tx, shopId, order);
          await tx.run.updateMany({ where: { shopId, id }, data: { state: 'finished', finishedAt: minutesAgo(looked) } });
        });
      const before = (await looks()).length;
      const { startLooksAgain } = await import('./start-statements.ts');
      // Who comes while it waits starts no second one.
      await startLooksAgain();
      await startLooksAgain();
      expect((await looks()).slice(before)).toEqual(Array.from({ length: expected }, () => ({ argument: runId })));
    });
  });
});
