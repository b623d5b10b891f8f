import type { Alert } from '@prisma/client';
import type { Tx } from '../db/scope.ts';

async function isAtWork(tx: Tx, shopId: number, id: string): Promise<boolean> {
  const row = await tx.connection.findUnique({ where: { shopId_id: { shopId, id } }, select: { state: true, access: true } });
  return row !== null && row.state === 'active' && row.access !== 'none';
}

/** How we know that an alert's cause is gone: the evidence of what closed last, as a catalogue key `evidence.<code>`. */
export async function evidenceOf(tx: Tx, shopId: number, alert: Alert): Promise<string> {
  const { topic, connectionId, sync, cause } = alert;
  if (connectionId && !(await isAtWork(tx, shopId, connectionId))) return 'connection-off';
  if (topic === 'connection') return 'back-office-answers';
  if (topic === 'braked') return 'run-decided';
  if (topic === 'delivery') return 'delivered-again';
  if (topic === 'silence' && cause === 'orders-silent') return 'orders-come-again';
  const last = await tx.problem.findFirst({
    where: { shopId, connectionId, cause, closedAt: { not: null }, ...(sync ? { sync } : {}) },
    orderBy: { closedAt: 'desc' },
    select: { evidence: true },
  });
  return last?.evidence ?? 'records-closed';
}
