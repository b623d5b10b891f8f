import { randomUUID } from 'node:crypto';
import type { SyncKind } from '../../app/connectors/contract/index.ts';
import { sha256 } from '../../app/core/crypto.ts';

/** Shops that are made side by side. */
const AT_ONCE = 8;

export interface BenchShop {
  id: number;
  domain: string;
  connectionId: string;
}

export const locationGid = (shop: number) => `gid://shopify/Location/${shop * 10 + 1}`;
export const FACILITY = 'F1';

interface Given {
  officeUrl: string;
  syncs?: SyncKind[];
  settings?: Partial<Record<SyncKind, object>>;
}

/** Shops 1 to `count`, as `addShop` makes them. */
export async function addShops(count: number, given: Given): Promise<BenchShop[]> {
  const shops: BenchShop[] = [];
  for (let first = 1; first <= count; first += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - first + 1) }, (_, index) => first + index);
    shops.push(...(await Promise.all(numbers.map((n) => addShop(n, given)))));
  }
  return shops;
}

/** A shop with one connection to the quick office at `officeUrl`, its location mapped and some of its syncs on. */
export async function addShop(n: number, { officeUrl, syncs = [], settings = {} }: Given): Promise<BenchShop> {
  // Loaded when there is something to do: the app's modules read their settings as they are loaded.
  const { inShop, inSystem } = await import('../../app/db/scope.ts');
  const { saveSession, offlineSessionId } = await import('../../app/shopify/sessions/session-table.ts');
  const { syncKinds } = await import('../../app/connectors/contract/index.ts');
  const domain = `bench-${n}.myshopify.com`;
  const at = new Date();
  const { id } = await inSystem('install-shop', async (tx) => {
    // What is done once a day is not this day's business.
    await tx.$executeRaw`INSERT INTO budget_slot (key, slot, holder, until_ms) VALUES ('daily', 0, 'bench', ${BigInt(at.getTime() + 86_400_000)}) ON CONFLICT DO NOTHING`;
    return tx.shop.create({ data: { domain, name: `Bench ${n}`, currency: 'EUR', timeZone: 'Europe/Berlin', installedAt: at } });
  });
  // Without an end: nobody renews it here.
  await saveSession({ id: offlineSessionId(domain), shop: domain, state: '', isOnline: false, accessToken: `token ${domain}` });
  const connectionId = randomUUID();
  await inShop(id, async (tx) => {
    await tx.connection.create({
      data: {
        ...{ shopId: id, id: connectionId, connector: 'bench', name: 'Quick office', inboundHash: sha256(domain) },
        ...{ settings: { baseUrl: officeUrl, account: domain }, createdAt: at, updatedAt: at },
      },
    });
    await tx.sync.createMany({
      data: syncKinds.map((kind) => ({
        ...{ shopId: id, connectionId, kind, enabled: syncs.includes(kind), enabledAt: at, settings: settings[kind] ?? {} },
        // Its schedule isn't due while the bench runs.
        nextDue: new Date(at.getTime() + 86_400_000),
      })),
    });
    await tx.location.create({
      data: {
        ...{ shopId: id, id: locationGid(n), name: 'Main', active: true, fulfillsOnline: true },
        ...{ address: {}, importedAt: at },
      },
    });
    await tx.facility.create({
      data: { shopId: id, connectionId, id: FACILITY, name: 'Main', kind: 'warehouse', active: true, readAt: at },
    });
    await tx.locationLink.create({
      data: { shopId: id, locationId: locationGid(n), connectionId, facilityId: FACILITY, createdAt: at },
    });
  });
  return { id, domain, connectionId };
}
