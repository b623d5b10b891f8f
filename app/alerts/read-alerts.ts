import { inShop } from '../db/scope.ts';
import { alertView, type AlertView } from './alert.ts';
import { readConnectionNames } from './reconcile-alerts.ts';

const PAGE = 25;

/** What the page of alerts shows: everything that is open, the worst first, and a page of what is over. */
export function readAlertsPage(
  shopId: number,
  page: number,
): Promise<{ open: AlertView[]; closed: AlertView[]; hasNext: boolean; recipients: number }> {
  return inShop(shopId, async (tx) => {
    const names = await readConnectionNames(tx, shopId);
    const open = await tx.alert.findMany({
      where: { shopId, closedAt: null },
      orderBy: [{ severity: 'asc' }, { openedAt: 'desc' }],
    });
    const closed = await tx.alert.findMany({
      where: { shopId, closedAt: { not: null } },
      orderBy: [{ closedAt: 'desc' }, { id: 'asc' }],
      skip: (page - 1) * PAGE,
      take: PAGE + 1,
    });
    return {
      open: open.map((row) => alertView(row, names)),
      closed: closed.slice(0, PAGE).map((row) => alertView(row, names)),
      hasNext: closed.length > PAGE,
      recipients: await tx.alertRecipient.count({ where: { shopId, active: true } }),
    };
  });
}
