import { randomUUID } from 'node:crypto';
import type { Tx } from '../../db/scope.ts';
import { takeIn } from './inbox.ts';

/** The built-in back office needs no network to call us: what changed there knocks in the same transaction. */
export async function hearStockroom(
  tx: Tx,
  { shopId, connectionId, about, subject }: { shopId: number; connectionId: string; about: string; subject: string | null },
): Promise<void> {
  const subjectId = [connectionId, about, subject].filter(Boolean).join(' ');
  await takeIn(tx, shopId, {
    key: `stockroom ${randomUUID()}`,
    door: 'inbound',
    topic: about,
    subjectKind: 'connection',
    subjectId,
    triggeredAt: null,
  });
}
