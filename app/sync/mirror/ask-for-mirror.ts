import { randomUUID } from 'node:crypto';
import type { Tx } from '../../db/scope.ts';
import { takeIn } from '../inbox/inbox.ts';

/** Has a connection's mappings brought over to its back office, in the transaction of their change. Where it keeps none, nothing comes of it. */
export async function askForMirror(tx: Tx, shopId: number, connectionId: string): Promise<void> {
  await takeIn(tx, shopId, {
    key: `mappings ${connectionId} ${randomUUID()}`,
    door: 'button',
    topic: 'mappings-changed',
    subjectKind: 'connection',
    subjectId: `${connectionId} mappings`,
    triggeredAt: null,
  });
}
