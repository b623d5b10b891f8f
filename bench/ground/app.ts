import type { LiveConnection } from '../../app/connections/open-connection.ts';
import type { StockRules } from '../../app/sync/inventory/stock-facts.ts';

/** Puts the app together in this process, with the quick office among its connectors. */
export async function composeApp(): Promise<void> {
  const { compose } = await import('../../app/compose.ts');
  const { setConnectors } = await import('../../app/connections/known-connectors.ts');
  const { connectors } = await import('../../app/connectors/registry.ts');
  const { quickOffice } = await import('./quick-office.ts');
  compose();
  setConnectors([...connectors, quickOffice]);
}

/** A shop's connection, ready to work in this process, and its stock rules as a run reads them. */
export async function openLive(shop: { id: number; connectionId: string }): Promise<{ live: LiveConnection; rules: StockRules }> {
  const { openConnection } = await import('../../app/connections/open-connection.ts');
  const { inShop } = await import('../../app/db/scope.ts');
  const { readSync } = await import('../../app/connections/syncs.ts');
  const { readGoodsRules } = await import('../../app/mappings/goods-rules.ts');
  const { stockRulesOf } = await import('../../app/sync/inventory/stock-facts.ts');
  const live = await openConnection(shop.id, shop.connectionId);
  const rules = await inShop(shop.id, async (tx) =>
    stockRulesOf(
      live,
      (await readSync(tx, shop.id, live.id, 'inventory')).settings,
      (await readSync(tx, shop.id, live.id, 'products')).settings,
      await readGoodsRules(tx, shop.id, live.id),
    ),
  );
  return { live, rules };
}

/** Ends what the app's modules hold open in this process. */
export async function closeApp(): Promise<void> {
  const { stopBoss } = await import('../../app/jobs/boss.ts');
  const { prisma } = await import('../../app/db/client.ts');
  await stopBoss();
  await prisma.$disconnect();
}
