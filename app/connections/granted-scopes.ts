import type { Tx } from '../db/scope.ts';

/** What the shop has granted the app, as Shopify last said. */
export async function readGrantedScopes(tx: Tx, shopId: number): Promise<string[]> {
  const { scopes } = await tx.shop.findUniqueOrThrow({ where: { id: shopId }, select: { scopes: true } });
  return scopes;
}
