import { randomUUID } from 'node:crypto';
import type { Tx } from '../../db/scope.ts';
import { tellSharers } from '../../connections/shared-store/sharing.ts';
import { takeIn } from './inbox.ts';

/** What the built-in back office announces (stockroom/announce). */
type News = { shopId: number; connectionId: string } & ({ about: 'shelf'; skus: string[] } | { about: string; subject?: string });

/** The built-in back office needs no network to call us: what changed there knocks in the same transaction, here or at whoever shares the shelf. */
export async function hearStockroom(tx: Tx, news: News): Promise<void> {
  const { shopId, connectionId, about } = news;
  if ('skus' in news) return tellSharers(tx, shopId, connectionId, news.skus);
  const subjectId = [connectionId, about, news.subject].filter(Boolean).join(' ');
  await takeIn(tx, shopId, {
    key: `stockroom ${randomUUID()}`,
    door: 'inbound',
    topic: about,
    subjectKind: 'connection',
    subjectId,
    triggeredAt: null,
  });
}
