import { now, nowMs } from '../core/clock.ts';
import { NeedsMerchantError, RejectedError } from '../core/errors.ts';
import { inShop, type Tx } from '../db/scope.ts';
import type { Actor } from './actor.ts';
import { audit } from './audit.ts';

/** Each role may do what the ones before it may. */
export const roles = ['viewer', 'operator', 'administrator'] as const;
export type Role = (typeof roles)[number];

/** Who Shopify says is asking: from the online session's associated user. */
export interface ShopifyUser {
  id: string;
  name: string;
  accountOwner: boolean;
}

/** A member of staff as an actor with a role. */
export interface Person extends Actor {
  userId: string;
  role: Role;
  accountOwner: boolean;
}

const SEEN_EVERY_MS = 60_000;

/** A shop has one owner: who was it before keeps the role, which administrators may change from now on. */
async function handOver(tx: Tx, shopId: number, owner: ShopifyUser): Promise<void> {
  await tx.staff.updateMany({ where: { shopId, accountOwner: true, id: { not: owner.id } }, data: { accountOwner: false } });
}

async function meet(tx: Tx, shopId: number, user: ShopifyUser): Promise<Role> {
  // Two first visitors at once: only one of them is the installer.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`staff ${shopId}`}, 0))`;
  const known = await tx.staff.findUnique({ where: { shopId_id: { shopId, id: user.id } } });
  if (known) return known.role as Role;
  const first = (await tx.staff.count({ where: { shopId, role: 'administrator' } })) === 0;
  const role: Role = user.accountOwner || first ? 'administrator' : 'viewer';
  const data = { name: user.name, role, accountOwner: user.accountOwner, firstSeenAt: now(), lastSeenAt: now() };
  await tx.staff.create({ data: { shopId, id: user.id, ...data } });
  if (user.accountOwner) await handOver(tx, shopId, user);
  await audit(
    tx,
    shopId,
    { userId: user.id, userName: user.name },
    { action: 'staff-joined', subject: `staff ${user.name}`, after: { role } },
  );
  return role;
}

/**
 * Who is asking, and what they may do. Called on each page view: staff are entered on their first one. The account owner and the first to
 * come (the installer) are administrators, everybody else starts as viewer.
 */
export function whoIs(shopId: number, user: ShopifyUser): Promise<Person> {
  const person = (role: Role): Person => ({ userId: user.id, userName: user.name, accountOwner: user.accountOwner, role });
  return inShop(shopId, async (tx) => {
    const known = await tx.staff.findUnique({ where: { shopId_id: { shopId, id: user.id } } });
    if (!known) return person(await meet(tx, shopId, user));
    // A shop can change hands: its new owner becomes administrator, the old one keeps what they were given.
    const role: Role = user.accountOwner ? 'administrator' : (known.role as Role);
    const stale = nowMs() - known.lastSeenAt.getTime() > SEEN_EVERY_MS;
    if (stale || known.name !== user.name || known.accountOwner !== user.accountOwner || known.role !== role) {
      const data = { name: user.name, accountOwner: user.accountOwner, role, lastSeenAt: now() };
      await tx.staff.update({ where: { shopId_id: { shopId, id: user.id } }, data });
    }
    if (user.accountOwner && !known.accountOwner) await handOver(tx, shopId, user);
    if (known.role !== role)
      await audit(tx, shopId, person(role), {
        action: 'role-changed',
        subject: `staff ${user.name}`,
        before: { role: known.role },
        after: { role },
      });
    return person(role);
  });
}

export function may({ role }: { role: Role }, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/** Throws NeedsMerchantError('role-needed') unless the person's role is at least `needed`; routes answer it with 403. */
export function requireRole(person: { role: Role }, needed: Role): void {
  if (!may(person, needed))
    throw new NeedsMerchantError('role-needed', `This needs the role ${needed}`, { params: { role: person.role, needed } });
}

export interface StaffRow extends Person {
  firstSeenAt: Date;
  lastSeenAt: Date;
}

export async function listStaff(tx: Tx, shopId: number): Promise<StaffRow[]> {
  const rows = await tx.staff.findMany({ where: { shopId }, orderBy: [{ name: 'asc' }, { id: 'asc' }] });
  return rows.map(({ id, name, role, accountOwner, firstSeenAt, lastSeenAt }) => ({
    userId: id,
    userName: name,
    role: role as Role,
    accountOwner,
    firstSeenAt,
    lastSeenAt,
  }));
}

/** Administrators of the shop, locked, so that two who step down at once can't both be "not the last". */
async function refuseLast(tx: Tx, shopId: number, userId: string): Promise<void> {
  const rows = await tx.$queryRaw<
    { id: string }[]
  >`SELECT id FROM staff WHERE shop_id = ${shopId} AND role = 'administrator' ORDER BY id FOR UPDATE`;
  if (rows.every(({ id }) => id === userId))
    throw new RejectedError('last-administrator', 'A shop needs an administrator', { field: 'role' });
}

async function findStaff(tx: Tx, shopId: number, userId: string) {
  const staff = await tx.staff.findUnique({ where: { shopId_id: { shopId, id: userId } } });
  if (!staff) throw new RejectedError('staff-unknown', 'Nobody of that id has opened the app', { field: 'userId' });
  return staff;
}

/** Only administrators change roles; the account owner stays one, and so does the last administrator. */
export async function setRole(tx: Tx, shopId: number, actor: Person, userId: string, role: Role): Promise<void> {
  requireRole(actor, 'administrator');
  const staff = await findStaff(tx, shopId, userId);
  if (staff.role === role) return;
  if (role !== 'administrator') {
    if (staff.accountOwner)
      throw new RejectedError('owner-is-administrator', 'The account owner is always an administrator', { field: 'role' });
    if (staff.role === 'administrator') await refuseLast(tx, shopId, userId);
  }
  await tx.staff.update({ where: { shopId_id: { shopId, id: userId } }, data: { role } });
  await audit(tx, shopId, actor, {
    action: 'role-changed',
    subject: `staff ${staff.name}`,
    before: { role: staff.role },
    after: { role },
  });
}

/** Forgets a member of staff; should they open the app again they start as viewer. */
export async function removeStaff(tx: Tx, shopId: number, actor: Person, userId: string): Promise<void> {
  requireRole(actor, 'administrator');
  const staff = await findStaff(tx, shopId, userId);
  if (staff.accountOwner)
    throw new RejectedError('owner-is-administrator', 'The account owner is always an administrator', { field: 'role' });
  if (staff.role === 'administrator') await refuseLast(tx, shopId, userId);
  await tx.favourite.deleteMany({ where: { shopId, userId } });
  await tx.staff.delete({ where: { shopId_id: { shopId, id: userId } } });
  await audit(tx, shopId, actor, {
    action: 'staff-removed',
    subject: `staff ${staff.name}`,
    before: { role: staff.role },
    after: null,
  });
}
