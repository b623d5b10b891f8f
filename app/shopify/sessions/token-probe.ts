import { asCrossdockError } from '../../core/errors.ts';
import { logger } from '../../core/logger.ts';
import { adminFor } from '../client.ts';
import { GrantedScopesDocument } from '../operations/generated/graphql.ts';
import { forgetToken } from './offline-token.ts';
import { deleteSessionsOfShop, loadSession, offlineSessionId } from './session-table.ts';
import { withShopLock } from './shop-lock.ts';

const TRUST_MS = 60_000;
const trusted = new Map<string, number>();

/**
 * Forgets a shop's tokens when Shopify no longer takes them, so that the request at hand gets new ones. After a quick reinstall the stored
 * ones look good for an hour and are dead: pages would open, and nothing would run behind them. Asked when the app is opened, once a minute.
 */
export async function dropRefusedTokens(domain: string): Promise<void> {
  // Real time: this is about how often we ask, not about business.
  if ((trusted.get(domain) ?? 0) > Date.now()) return;
  const tokenOf = async () => (await loadSession(offlineSessionId(domain)))?.accessToken;
  const probed = await tokenOf();
  try {
    await adminFor({ id: 0, domain }).run(GrantedScopesDocument, {}, { priority: 'page' });
    trusted.set(domain, Date.now() + TRUST_MS);
  } catch (thrown) {
    const error = asCrossdockError(thrown);
    if (error.kind !== 'needs-merchant') return;
    logger.info({ shop: domain, code: error.code }, 'Shopify no longer takes the stored tokens; new ones are asked for');
    await withShopLock(domain, async () => {
      // A page and its frame ask side by side: one that was given new tokens meanwhile keeps them.
      if ((await tokenOf()) !== probed) return;
      await deleteSessionsOfShop(domain);
      forgetToken(domain);
    });
  }
}
