import type { LiveConnection } from '../../connections/open-connection.ts';
import { switchSync } from '../../connections/syncs.ts';
import { NeedsMerchantError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import { appItself } from '../../people/actor.ts';
import type { RunOrder } from '../runs/runs.ts';

/**
 * Switches the inventory sync on in the name of whoever started the run that handed the starting stock over. Throws NeedsMerchantError where it
 * can't be; what it needs was looked at when the run was asked for, so it can only have gone missing since.
 */
export async function switchOnAfterStart({ id, shop }: LiveConnection, { startedBy }: RunOrder): Promise<void> {
  const result = await inShop(shop.id, async (tx) => {
    const where = { shopId_id: { shopId: shop.id, id: startedBy ?? '' } };
    const person = await tx.staff.findUnique({ where, select: { id: true, name: true } });
    const actor = person ? { userId: person.id, userName: person.name } : appItself;
    return switchSync(tx, shop.id, actor, id, 'inventory', true);
  });
  if (!result.ok) throw new NeedsMerchantError('starting-stock-left-off', 'The inventory sync can’t be switched on yet');
}
