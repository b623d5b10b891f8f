import { readGrantedScopes } from '../../connections/granted-scopes.ts';
import { inShop } from '../../db/scope.ts';
import type { Actor } from '../../people/actor.ts';
import { audit } from '../../people/audit.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { GrantedScopesDocument } from '../../shopify/operations/generated/graphql.ts';

/** Writes down what Shopify has granted us, with an entry in the audit log when that is news. */
export async function storeScopes(shopId: number, actor: Actor, scopes: string[]): Promise<void> {
  await inShop(shopId, async (tx) => {
    const before = await readGrantedScopes(tx, shopId);
    const granted = scopes.filter((scope) => !before.includes(scope));
    const withdrawn = before.filter((scope) => !scopes.includes(scope));
    if (granted.length + withdrawn.length === 0) return;
    await tx.shop.update({ where: { id: shopId }, data: { scopes } });
    await audit(tx, shopId, actor, {
      action: 'scopes-changed',
      subject: 'shop',
      before: { scopes: withdrawn.join(', ') },
      after: { scopes: granted.join(', ') },
    });
  });
}

/** What the shop grants us now, as Shopify says. Ten points. */
export async function askScopes(admin: Pick<ShopifyAdmin, 'run'>): Promise<string[]> {
  const { currentAppInstallation } = await admin.run(GrantedScopesDocument, {}, { priority: 'page' });
  return currentAppInstallation.accessScopes.map(({ handle }) => handle).sort();
}

/** Asks Shopify at once what we may do, instead of waiting for its webhook: somebody has just answered in the admin. */
export async function refreshScopes(admin: ShopifyAdmin, actor: Actor): Promise<string[]> {
  const scopes = await askScopes(admin);
  await storeScopes(admin.shop.id, actor, scopes);
  return scopes;
}
