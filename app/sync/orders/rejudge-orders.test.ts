import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { fakeConnector } from '../../connections/fake-connector.test-data.ts';

const database = await openTestDatabase();
const { prisma } = await import('../../db/client.ts');
const { inShop } = await import('../../db/scope.ts');
const { setConnectors } = await import('../../connections/known-connectors.ts');
const { stopBoss } = await import('../../jobs/boss.ts');
const { ordersConcernedBy, reasonsTouched, rejudgeOrders } = await import('./rejudge-orders.ts');
const { orderSettingGroups, orderSettings } = await import('../../connections/order-settings.ts');
afterAll(async () => {
  await stopBoss();
  await prisma.$disconnect();
  await database.close();
});

const connector = fakeConnector({ facilities: [], key: 'k' });
setConnectors([connector]);

describe('a change of the settings of orders', () => {
  it('concerns the orders that were left out or held for what changed, and none that were sent', async () => {
    const at = new Date();
    const { id: shopId } = await prisma.shop.create({ data: { domain: 'judge.myshopify.com', installedAt: at } });
    const { id: connectionId } = await prisma.connection.create({
      data: { shopId, connector: 'fake', name: 'Main', inboundHash: 'judge', createdAt: at, updatedAt: at },
    });
    const order = (id: string, verdict: string, code: string) =>
      prisma.order.create({
        data: {
          ...{
            shopId,
            id,
            name: id,
            shopifyUpdatedAt: at,
            placedAt: at,
            financialStatus: 'PAID',
            fulfilmentStatus: 'UNFULFILLED',
          },
          ...{
            currency: 'EUR',
            total: 1n,
            units: 1,
            tags: [],
            verdict,
            reason: { code, params: {} },
            firstSeenAt: at,
            decidedAt: at,
          },
        },
      });
    await order('tagged', 'skip', 'tag-excluded');
    await order('abroad', 'skip', 'country-left-out');
    await order('waits', 'hold', 'awaiting-payment');
    await order('tagged-and-sent', 'skip', 'tag-excluded');
    await prisma.part.create({
      data: {
        ...{ shopId, orderId: 'tagged-and-sent', connectionId, number: 1, reference: 'x', remoteId: 'r', state: 'sent' },
        ...{ locationId: 'l', facilityId: 'f', createdAt: at },
      },
    });
    const concerned = (given: Record<string, unknown>) =>
      inShop(shopId, (tx) => ordersConcernedBy(tx, shopId, connectionId, given, connector.capabilities)).then((ids) =>
        ids.sort(),
      );
    expect(await concerned({})).toEqual([]);
    expect(await concerned({ orderNote: false })).toEqual([]);
    expect(await concerned({ excludedTags: ['b2b'] })).toEqual(['tagged', 'waits']);
    expect(await concerned({ onlyCountries: ['DE'] })).toEqual(['abroad', 'waits']);
    expect(await concerned({ onlyCountries: ['Germany'] })).toEqual([]);
    await rejudgeOrders(shopId, ['tagged', 'waits']);
    const waiting = await prisma.inboxItem.findMany({ where: { shopId }, orderBy: { id: 'asc' } });
    expect(waiting.map(({ subjectKind, subjectId }) => [subjectKind, subjectId])).toEqual([
      ['order', 'tagged'],
      ['order', 'waits'],
    ]);
  });

  it('is judged by what differs, whatever the order of the fields', () => {
    expect(reasonsTouched({ risk: 'send', excludedTags: [] }, { excludedTags: [], risk: 'hold-high' })).toEqual(['risk']);
  });
});

describe('the sections of the settings of orders', () => {
  it('hold each setting exactly once', () => {
    expect(Object.values(orderSettingGroups).flat().sort()).toEqual(Object.keys(orderSettings.shape).sort());
  });
});
