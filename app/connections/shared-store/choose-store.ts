import { RejectedError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import type { Store } from '../../connectors/contract/index.ts';
import type { Actor } from '../../people/actor.ts';
import { audit } from '../../people/audit.ts';
import { saveConnection, type SaveResult } from '../connections.ts';
import { openConnection } from '../open-connection.ts';

/**
 * Links a connection to a store of its back office, by the store's id there; null: to none in particular. Every wrong value is named at the field
 * `storeId`. Throws RejectedError while the store is shared: all who share it would have to move.
 */
export async function chooseStore(
  shopId: number,
  actor: Actor,
  connectionId: string,
  storeId: string | null,
): Promise<SaveResult> {
  const { definition, connector, sharing } = await openConnection(shopId, connectionId);
  const { store } = definition;
  if (!store)
    throw new RejectedError('store-not-offered', `${definition.label} knows no stores`, {
      params: { backOffice: definition.label },
    });
  if (sharing) throw new RejectedError('share-store-locked', 'The store is shared');
  const wrong = (code: string): SaveResult => ({ ok: false, errors: { storeId: { code, params: {} } } });
  if (storeId === null && store.required) return wrong('required');
  const listed = storeId === null ? null : await connector.stores?.list();
  if (listed && !listed.some(({ id }) => id === storeId)) return wrong('not-a-choice');
  const settings = store.toSettings(storeId);
  if (!settings) return wrong('wrong-format');
  const saved = await saveConnection(shopId, actor, connectionId, { settings });
  return saved.ok || Object.keys(saved.errors).length === 0
    ? saved
    : { ok: false, errors: { storeId: Object.values(saved.errors)[0]! } };
}

/** Makes a store in the back office, where it lets us. */
export async function createStore(shopId: number, actor: Actor, connectionId: string, name: string): Promise<Store> {
  const { definition, connector, name: connection } = await openConnection(shopId, connectionId);
  const create = connector.stores?.create?.bind(connector.stores);
  if (!create)
    throw new RejectedError('store-not-offered', `${definition.label} lets nobody make stores`, {
      params: { backOffice: definition.label },
    });
  const made = await create(name);
  await inShop(shopId, (tx) =>
    audit(tx, shopId, actor, {
      action: 'store-created',
      subject: `connection ${connection}`,
      connectionId,
      after: { store: made.name },
    }),
  );
  return made;
}
