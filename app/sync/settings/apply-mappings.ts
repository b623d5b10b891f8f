import type { MappingKind } from '../../connectors/contract/index.ts';
import { inShop } from '../../db/scope.ts';
import { changeMappings, type MappingChange } from '../../mappings/change-mappings.ts';
import { previewChange } from '../../mappings/preview-change.ts';
import type { Actor } from '../../people/actor.ts';
import { askForMirror } from '../mirror/ask-for-mirror.ts';
import { rejudgeOrders } from '../orders/rejudge-orders.ts';
import { retryProblems } from '../problems/retry-problems.ts';

const heldFor: Partial<Record<MappingKind, string>> = {
  shipping: 'shipping-unmapped',
  payment: 'payment-unmapped',
  channel: 'channel-unmapped',
};

/**
 * The one way in which mappings change, whoever asks. The back office is told where it keeps mappings, and orders that it concerns are looked
 * at again. Returns how many were held for it.
 */
export async function applyMappings(shopId: number, actor: Actor, wanted: MappingChange): Promise<number> {
  const { connectionId, kind } = wanted;
  const { orderIds } = await inShop(shopId, async (tx) => {
    const preview = await previewChange(tx, shopId, wanted);
    await changeMappings(tx, shopId, actor, wanted);
    await askForMirror(tx, shopId, connectionId);
    return preview;
  });
  const cause = heldFor[kind];
  // Orders held for the values just answered go by themselves.
  if (cause) return retryProblems({ shopId, connectionId, cause, by: actor.userId ?? actor.userName });
  await rejudgeOrders(shopId, orderIds);
  return 0;
}
