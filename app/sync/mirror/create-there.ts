import { randomUUID } from 'node:crypto';
import { RejectedError } from '../../core/errors.ts';
import { openConnection } from '../../connections/open-connection.ts';
import type { MappingKind, ReferenceValue } from '../../connectors/contract/index.ts';
import { inShop } from '../../db/scope.ts';
import { referenceListOf } from '../../mappings/reference-lists.ts';
import { audit } from '../../people/audit.ts';
import type { Actor } from '../../people/actor.ts';
import { performWrite } from '../writes/perform-write.ts';

/**
 * Makes a value in the back office's own list, named as Shopify names it, so that it can be mapped to. It passes the gate like every write. Throws
 * RejectedError `not-created-there` where the back office keeps no such list that we may add to, or may not be written to now.
 */
export async function createThere(
  shopId: number,
  actor: Actor,
  { connectionId, kind, label }: { connectionId: string; kind: MappingKind; label: string },
): Promise<ReferenceValue> {
  const live = await openConnection(shopId, connectionId);
  const port = live.connector.referenceData;
  const list = referenceListOf[kind];
  const params = { backOffice: live.definition.label, value: label };
  const refuse = () => new RejectedError('not-created-there', `${live.definition.label} took no new ${kind}`, { params });
  if (!list || !port?.create || !port.creates?.includes(list)) throw refuse();
  const make = port.create.bind(port);
  const result = await performWrite<ReferenceValue>(
    live,
    {
      ...{ target: 'back-office', kind: 'reference-create', class: 'compensable' },
      ...{ subject: { kind: 'connection', id: connectionId }, key: `reference ${connectionId} ${list} ${label} ${randomUUID()}` },
      after: { list, label },
    },
    { send: () => make(list, label), ask: () => Promise.resolve(null) },
  );
  if (result.outcome === 'withheld') throw refuse();
  await inShop(shopId, (tx) =>
    audit(tx, shopId, actor, {
      ...{ action: 'value-created-there', subject: `${kind} ${label}`, connectionId },
      ...{ before: null, after: { id: result.answer.id, label: result.answer.label } },
    }),
  );
  return result.answer;
}
