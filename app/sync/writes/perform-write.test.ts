import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { RemoteOrder } from '../../connectors/contract/index.ts';
import type { IntendedWrite } from './perform-write.ts';

const database = await openTestDatabase();
const { prisma } = await import('../../db/client.ts');
const { RejectedError, TransientError } = await import('../../core/errors.ts');
const { noteExchange } = await import('../../core/exchanges.ts');
const { inShop } = await import('../../db/scope.ts');
const { openProblem } = await import('../problems/problems.ts');
const { problemSupportText } = await import('../problems/problem-support-text.ts');
const { performWrite } = await import('./perform-write.ts');
const { settleUnknown } = await import('../problems/settle-unknown.ts');

const connectionId = '00000000-0000-4000-8000-0000000000c1';
const partId = '00000000-0000-4000-8000-0000000000d1';
const orderId = 'gid://shopify/Order/1';
let shopId = 0;
let serial = 0;

const remote: RemoteOrder = {
  remoteId: '77',
  remoteNumber: null,
  reference: '#1',
  state: 'open',
  lines: [],
  total: null,
  facilityId: 'F',
  url: null,
};

/** A back office that loses answers on demand and counts what it carried out. */
class Office {
  carriedOut = 0;
  asked = 0;
  next: Error | null = null;
  seen: RemoteOrder | null = null;
  acts = {
    send: (): Promise<RemoteOrder> => {
      const error = this.next;
      this.next = null;
      if (error && !(error instanceof TransientError && error.mayHaveLanded)) return Promise.reject(error);
      this.carriedOut += 1;
      this.seen = remote;
      return error ? Promise.reject(error) : Promise.resolve(remote);
    },
    ask: (): Promise<RemoteOrder | null> => {
      this.asked += 1;
      return Promise.resolve(this.seen);
    },
  };
}

function live(changes: Partial<LiveConnection> = {}, findOrder: 'exact' | 'delayed' = 'exact'): LiveConnection {
  const definition = { label: 'Office', capabilities: { findOrder, remote: true } };
  return {
    ...{
      id: connectionId,
      name: 'Office',
      shop: { id: shopId },
      definition,
      state: 'active',
      access: 'read_write',
      dryRun: false,
    },
    ...changes,
  } as unknown as LiveConnection;
}

let write: IntendedWrite;
const state = async () => (await prisma.write.findFirst({ where: { shopId, key: write.key } }))?.state;
const lost = () => new TransientError('no-answer', 'lost', { mayHaveLanded: true });

beforeAll(async () => {
  const at = new Date();
  shopId = (await prisma.shop.create({ data: { domain: 'writes.myshopify.com', installedAt: at } })).id;
  await prisma.connection.create({
    data: { shopId, id: connectionId, connector: 'office', name: 'Office', inboundHash: 't', createdAt: at, updatedAt: at },
  });
  await prisma.part.create({
    data: {
      ...{ shopId, id: partId, orderId, connectionId, number: 1, reference: '#1', locationId: 'L', facilityId: 'F' },
      ...{ fulfilmentOrderIds: [], createdAt: at },
    },
  });
});

beforeEach(() => {
  write = {
    target: 'back-office',
    kind: 'order-create',
    subject: { kind: 'part', id: partId },
    key: `w${++serial}`,
    class: 'compensable',
  };
});

afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

describe('a write', () => {
  it('is recorded, sent once, and its repeat answers without sending', async () => {
    const office = new Office();
    expect(await performWrite(live(), write, office.acts)).toEqual({ outcome: 'landed', answer: remote, again: false });
    expect(await performWrite(live(), write, office.acts)).toEqual({ outcome: 'landed', answer: remote, again: true });
    expect([office.carriedOut, office.asked, await state()]).toEqual([1, 0, 'landed']);
  });

  it('that fails keeps what was said, masked, for support; one that works keeps nothing', async () => {
    const refused = new RejectedError('refused', 'No such product');
    const said = {
      ...{ party: 'Office', call: 'POST /orders', status: 422, requestId: 'req-77' },
      ...{ request: JSON.stringify({ order: '#1', ship_to: { name: 'Ada' } }), answer: '{"error":"No such product"}' },
    };
    const send = () => {
      noteExchange(said);
      return Promise.reject(refused);
    };
    await expect(performWrite(live(), write, { send, ask: null })).rejects.toThrow('No such product');
    const problem = await inShop(shopId, async (tx) => {
      const subject = { kind: 'order', id: orderId, label: '#1' } as const;
      await openProblem(tx, shopId, { connectionId, sync: 'orders', cause: 'refused', subject, params: { note: 'for Ada' } });
      return tx.problem.findFirstOrThrow({ where: { shopId, cause: 'refused' } });
    });
    const text = await problemSupportText(shopId, problem.id);
    expect(text).toContain(`problem ${problem.id} refused`);
    expect(text).toContain('POST /orders status 422 request id req-77');
    expect(text).toContain('No such product');
    expect(text).not.toContain('Ada');
    const office = new Office();
    await performWrite(live(), write, office.acts);
    expect((await prisma.write.findFirst({ where: { shopId, key: write.key } }))?.trace).toBeNull();
    expect(await problemSupportText(shopId, '00000000-0000-4000-8000-00000000ffff')).toBeNull();
  });

  it('whose answer was lost is asked about, not sent again', async () => {
    const office = new Office();
    office.next = lost();
    await expect(performWrite(live(), write, office.acts)).rejects.toMatchObject({ code: 'no-answer' });
    expect(await state()).toBe('unknown');
    expect(await performWrite(live(), write, office.acts)).toMatchObject({ outcome: 'landed', again: true });
    expect(office.carriedOut).toBe(1);
  });

  it('that never arrived is looked for twice before it is sent again', async () => {
    const office = new Office();
    office.next = lost();
    await expect(performWrite(live(), write, office.acts)).rejects.toThrow();
    office.seen = null;
    expect(await performWrite(live(), write, office.acts)).toMatchObject({ outcome: 'landed', answer: remote });
    expect([office.asked, await state()]).toEqual([2, 'landed']);
  });

  it('that a later attempt found to have landed stays so when the first one fails at last', async () => {
    const office = new Office();
    const first = {
      ...office.acts,
      // Somebody else takes the work over while this one waits for its answer.
      send: () =>
        performWrite(live(), write, { ...office.acts, ask: () => Promise.resolve(remote) }).then(() => Promise.reject(lost())),
    };
    await expect(performWrite(live(), write, first)).rejects.toMatchObject({ code: 'no-answer' });
    expect([office.carriedOut, await state()]).toEqual([0, 'landed']);
  });

  it('that was refused may be sent again at once', async () => {
    const office = new Office();
    office.next = new RejectedError('bad', 'no such product');
    await expect(performWrite(live(), write, office.acts)).rejects.toMatchObject({ code: 'bad' });
    expect(await state()).toBe('refused');
    await performWrite(live(), write, office.acts);
    expect([office.carriedOut, office.asked]).toEqual([1, 0]);
  });

  it.each([
    ['deactivated', { state: 'deactivated' }, 'back-office'],
    ['without access', { access: 'none' }, 'shopify'],
    ['in a dry run', { dryRun: true }, 'back-office'],
    ['that may only read Shopify', { access: 'read' }, 'shopify'],
  ] as const)('of a connection %s stays a plan', async (_what, changes, target) => {
    const office = new Office();
    write = { ...write, target };
    const result = await performWrite(live(changes), write, office.acts);
    expect(result.outcome).toBe('withheld');
    expect([office.carriedOut, await state()]).toEqual([0, 'intended']);
    expect(await performWrite(live(), write, office.acts)).toMatchObject({ outcome: 'landed', again: false });
  });

  describe('to a back office that sees new orders only after a while', () => {
    async function unknown(): Promise<Office> {
      const office = new Office();
      office.next = lost();
      await expect(performWrite(live({}, 'delayed'), write, office.acts)).rejects.toThrow();
      office.seen = null;
      await expect(performWrite(live({}, 'delayed'), write, office.acts)).rejects.toMatchObject({ code: 'outcome-unknown' });
      await expect(performWrite(live({}, 'delayed'), write, office.acts)).rejects.toMatchObject({ code: 'outcome-unknown' });
      expect(office.carriedOut).toBe(1);
      return office;
    }

    it('is never sent again until somebody has looked; what was found counts as sent', async () => {
      const office = await unknown();
      await settleUnknown(shopId, [orderId], true);
      expect(await performWrite(live({}, 'delayed'), write, office.acts)).toMatchObject({
        outcome: 'landed',
        answer: { remoteId: '#1' },
      });
      expect(office.carriedOut).toBe(1);
    });

    it('is sent once more when somebody looked and it is not there', async () => {
      const office = await unknown();
      await settleUnknown(shopId, [orderId], false);
      expect(await performWrite(live({}, 'delayed'), write, office.acts)).toMatchObject({ outcome: 'landed', again: false });
      expect(office.carriedOut).toBe(2);
    });

    it('somebody’s word about another order changes nothing', async () => {
      const office = await unknown();
      await settleUnknown(shopId, ['gid://shopify/Order/2'], false);
      await expect(performWrite(live({}, 'delayed'), write, office.acts)).rejects.toMatchObject({ code: 'outcome-unknown' });
    });
  });
});
