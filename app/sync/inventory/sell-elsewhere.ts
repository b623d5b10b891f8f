import { randomUUID } from 'node:crypto';
import { requireScope } from '../../core/access-scopes.ts';
import { RejectedError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import type { Actor } from '../../people/actor.ts';
import { audit } from '../../people/audit.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { LocationEditDocument } from '../../shopify/operations/generated/graphql.ts';
import { refuseUserErrors } from '../../shopify/user-errors.ts';
import { performWrite } from '../writes/perform-write.ts';

/**
 * Switches online orders off at a location in Shopify: what another location shows too isn't sold there twice. Needs the optional scope
 * write_locations, which the page asks for. The reason where access level or dry run keep it a plan.
 */
export async function sellElsewhere(
  live: LiveConnection,
  admin: Pick<ShopifyAdmin, 'run'>,
  actor: Actor,
  locationId: string,
  granted: readonly string[],
): Promise<Reason | null> {
  const shopId = live.shop.id;
  requireScope(granted, 'write_locations');
  const location = await inShop(shopId, (tx) => tx.location.findUnique({ where: { shopId_id: { shopId, id: locationId } } }));
  if (!location) throw new RejectedError('location-unknown', 'The location was not imported', { field: 'locationId' });
  const send = async () => {
    const { locationEdit } = await admin.run(
      LocationEditDocument,
      { id: locationId, input: { fulfillsOnlineOrders: false } },
      { priority: 'page' },
    );
    refuseUserErrors(locationEdit);
    return { fulfillsOnline: false };
  };
  const done = await performWrite(
    live,
    {
      target: 'shopify',
      kind: 'location-edit',
      subject: { kind: 'location', id: locationId },
      key: `location-edit ${locationId} ${randomUUID()}`,
      class: 'reversible',
      before: { fulfillsOnline: location.fulfillsOnline },
      after: { fulfillsOnline: false },
    },
    { send, ask: send },
  );
  if (done.outcome === 'withheld') return done.reason;
  await inShop(shopId, async (tx) => {
    await tx.location.update({ where: { shopId_id: { shopId, id: locationId } }, data: { fulfillsOnline: false } });
    await audit(tx, shopId, actor, {
      action: 'location-online-changed',
      subject: `location ${location.name}`,
      connectionId: live.id,
      before: { fulfillsOnline: location.fulfillsOnline },
      after: { fulfillsOnline: false },
    });
  });
  return null;
}
