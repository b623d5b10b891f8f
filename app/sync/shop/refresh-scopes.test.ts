import { afterAll, describe, expect, it } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';

const database = await openTestDatabase();
const { inShop } = await import('../../db/scope.ts');
const { prisma } = await import('../../db/client.ts');
const { listAudit } = await import('../../people/audit.ts');
const { readGrantedScopes } = await import('../../connections/granted-scopes.ts');
const { refreshScopes } = await import('./refresh-scopes.ts');

const standIn = openTestShop({ scopes: 'read_products', shop: { catalogue: 'none' } });
const ada = { userId: '1', userName: 'Ada' };
const { id: shopId, domain } = await prisma.shop.create({
  data: { domain: standIn.shop.domain, installedAt: new Date(), scopes: ['read_products'] },
});
const admin: ShopifyAdmin = {
  shop: { id: shopId, domain },
  run: (async (document: unknown) => (await standIn.graphql(String(document), {})).data as unknown) as ShopifyAdmin['run'],
  runNotingDenied: () => Promise.reject(new Error('unused')),
};
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const granted = () => inShop(shopId, (tx) => readGrantedScopes(tx, shopId));
const entries = async () => (await inShop(shopId, (tx) => listAudit(tx, shopId, { action: 'scopes-changed' }))).rows;

describe('an optional scope', () => {
  it('that somebody granted in the admin counts at once, and the audit log says who was asked', async () => {
    await standIn.control('/shopify/scopes', { grant: ['write_products'] });
    expect(await refreshScopes(admin, ada)).toContain('write_products');
    expect(await granted()).toEqual(['read_products', 'write_products']);
    expect(await entries()).toMatchObject([
      { userName: 'Ada', subject: 'shop', before: { scopes: '' }, after: { scopes: 'write_products' } },
    ]);
  });

  it('that was taken back is gone; asking again without news enters nothing', async () => {
    await standIn.control('/shopify/scopes', { revoke: ['write_products'] });
    await refreshScopes(admin, ada);
    await refreshScopes(admin, ada);
    expect(await granted()).toEqual(['read_products']);
    expect(await entries()).toHaveLength(2);
  });

  it('that the app never asked for can not be granted', async () => {
    await standIn.control('/shopify/scopes', { grant: ['write_themes'] }).catch(() => undefined);
    expect(await refreshScopes(admin, ada)).not.toContain('write_themes');
  });
});
