import { inShop } from '../db/scope.ts';
import type { Role } from './staff.ts';

/** What somebody may do who asks from outside the app's pages (an extension). Who has never opened the app may look. */
export function readRole(shopId: number, userId: string): Promise<Role> {
  return inShop(shopId, async (tx) => {
    const known = await tx.staff.findUnique({ where: { shopId_id: { shopId, id: userId } }, select: { role: true } });
    return (known?.role as Role | undefined) ?? 'viewer';
  });
}
