import { inShop } from '../../app/db/scope.ts';
import { prisma } from '../../app/db/client.ts';
import { stopBoss } from '../../app/jobs/boss.ts';
import { adminFor } from '../../app/shopify/client.ts';
import { importCatalogueFromShopify } from '../../app/sync/products/import-catalogue-from-shopify.ts';
import { optionsOfChild, serveParent } from './child.ts';

/** A process that imports one shop's catalogue and nothing else, so that its memory is the import's. */
const { shop, runId } = optionsOfChild<{ shop: { id: number; domain: string }; runId: string }>();
const work = () => importCatalogueFromShopify(adminFor(shop), 'EUR', { id: runId });
const linesTaken = async () => {
  const row = await inShop(shop.id, (tx) =>
    tx.bulkOperation.findFirst({ where: { shopId: shop.id, runId }, select: { linesTaken: true } }),
  );
  return Number(row?.linesTaken ?? 0);
};
serveParent(
  {},
  (question: { ask: 'import' | 'lines' }) => (question.ask === 'import' ? work() : linesTaken()),
  async () => {
    await stopBoss();
    await prisma.$disconnect();
  },
);
