import type { LiveConnection } from '../../connections/open-connection.ts';
import type { ConnectorDefinition, ExpectedReturn, Return, Shipment } from '../../connectors/contract/index.ts';
import { ShopifyModel } from './shopify-model.test-data.ts';

const at = new Date('2026-11-20T10:00:00Z');
export const locations = {
  north: 'gid://shopify/Location/1',
  annex: 'gid://shopify/Location/2',
  south: 'gid://shopify/Location/3',
  elsewhere: 'gid://shopify/Location/9',
};

interface LineSpec {
  sku: string;
  quantity: number;
  location?: keyof typeof locations;
  /** Lines of another part than the first. */
  part?: number;
}

export interface TestOrder {
  id: string;
  /** `#1001`, `#1001_2`. */
  references: string[];
  partIds: string[];
  lineIds: string[];
}

/**
 * A shop in a real database with one connection to a back office in memory and a Shopify in memory. `north` and `annex` are one facility, `south` is another of
 * the same connection, `elsewhere` is nobody's. `database` is the test's own (`openTestDatabase`); app modules are imported after it only (`await import`).
 */
export async function openSyncWorld(database: { close(): Promise<void> }) {
  const { inShop, inSystem } = await import('../../db/scope.ts');
  const { prisma } = await import('../../db/client.ts');
  const { setConnectors } = await import('../../connections/known-connectors.ts');
  const { logger } = await import('../../core/logger.ts');
  logger.level = 'silent';

  const definition = {
    id: 'office',
    label: 'Test office',
    capabilities: {
      handOver: 'order',
      findOrder: 'exact',
      remote: true,
      returns: true,
      partialShipments: true,
      defaultFinancialStatuses: ['PAID'],
      minimumIntervalMinutes: 1,
    },
  } as unknown as ConnectorDefinition;
  setConnectors([definition]);

  const shop = await inSystem('install-shop', (tx) =>
    tx.shop.create({ data: { domain: 'world.myshopify.com', currency: 'EUR', installedAt: at } }),
  );
  const shopId = shop.id;
  const connection = await inShop(shopId, (tx) =>
    tx.connection.create({
      data: { shopId, connector: 'office', name: 'Office', inboundHash: 'token', createdAt: at, updatedAt: at },
    }),
  );
  await inShop(shopId, async (tx) => {
    for (const kind of ['shipments', 'returns', 'inventory'])
      await tx.sync.create({ data: { shopId, connectionId: connection.id, kind, enabled: kind !== 'inventory', enabledAt: at } });
    const links: [string, string][] = [
      [locations.north, 'F1'],
      [locations.annex, 'F1'],
      [locations.south, 'F2'],
    ];
    for (const [locationId, facilityId] of links) {
      await tx.locationLink.create({
        data: {
          shopId,
          locationId,
          connectionId: connection.id,
          facilityId,
          carriesStock: locationId !== locations.annex,
          createdAt: at,
        },
      });
    }
  });

  const shopify = new ShopifyModel();
  const office = {
    expected: [] as ExpectedReturn[],
    shipments: [] as Shipment[],
    returns: [] as Return[],
    pulls: [] as (string | null)[],
    ofOrder: 0,
  };
  const pageOf = <T>(all: T[], since: string | null): T[][] => {
    const fresh = all.slice(since === null ? 0 : Number(since));
    const pages: T[][] = [];
    for (let start = 0; start < fresh.length; start += 2) pages.push(fresh.slice(start, start + 2));
    return pages.length > 0 ? pages : [[]];
  };
  const live = {
    id: connection.id,
    name: 'Office',
    shop: { id: shopId, domain: shop.domain, name: 'World', currency: 'EUR', timeZone: 'UTC' },
    definition,
    access: 'read_write',
    dryRun: false,
    state: 'active',
    storeId: null,
    mappingVersion: 1,
    settings: {},
    connector: {
      shipments: {
        async *pull({ since }: { since: string | null }) {
          await Promise.resolve();
          office.pulls.push(since);
          for (const shipments of pageOf(office.shipments, since)) yield { shipments, cursor: String(office.shipments.length) };
        },
        ofOrder(remoteId: string) {
          office.ofOrder += 1;
          return Promise.resolve(office.shipments.filter(({ reference }) => `remote ${reference}` === remoteId));
        },
      },
      returns: {
        async *pull({ since }: { since: string | null }) {
          await Promise.resolve();
          office.pulls.push(since);
          for (const returns of pageOf(office.returns, since)) yield { returns, cursor: String(office.returns.length) };
        },
        expect(expected: ExpectedReturn) {
          office.expected.push(expected);
          return Promise.resolve({ remoteId: `E ${expected.reference}` });
        },
      },
    },
  } as unknown as LiveConnection & { access: 'none' | 'read' | 'read_write'; dryRun: boolean };

  let orders = 0;
  async function addOrder(lines: LineSpec[]): Promise<TestOrder> {
    orders += 1;
    const id = `gid://shopify/Order/${1000 + orders}`;
    const name = `#${1000 + orders}`;
    const specs = lines.map((line, index) => ({
      part: 1,
      ...line,
      id: `${id}/line/${index + 1}`,
      price: 1000,
      locationId: locations[line.location ?? 'north'],
    }));
    shopify.addOrder(id, name, specs);
    const order: TestOrder = { id, references: [], partIds: [], lineIds: specs.map((line) => line.id) };
    await inShop(shopId, async (tx) => {
      await tx.order.create({
        data: {
          shopId,
          id,
          name,
          shopifyUpdatedAt: at,
          placedAt: at,
          financialStatus: 'PAID',
          fulfilmentStatus: 'UNFULFILLED',
          currency: 'EUR',
          total: 0n,
          units: 0,
          tags: [],
          verdict: 'send',
          firstSeenAt: at,
          decidedAt: at,
        },
      });
      for (const number of new Set(specs.map(({ part }) => part))) {
        const own = specs.filter(({ part }) => part === number);
        const locationId = own[0]?.locationId ?? locations.north;
        const reference = number === 1 ? name : `${name}_${number}`;
        const facilityId = locationId === locations.south ? 'F2' : 'F1';
        const part = await tx.part.create({
          data: {
            shopId,
            orderId: id,
            connectionId: connection.id,
            number,
            reference,
            state: 'sent',
            locationId,
            facilityId,
            remoteId: `remote ${reference}`,
            acceptedAt: at,
            createdAt: at,
          },
        });
        for (const line of own) {
          await tx.partLine.create({
            data: {
              shopId,
              partId: part.id,
              lineId: line.id,
              sku: line.sku,
              locationId: line.locationId,
              quantity: line.quantity,
              open: line.quantity,
            },
          });
        }
        order.references.push(reference);
        order.partIds.push(part.id);
      }
    });
    return order;
  }

  let parcels = 0;
  /** The warehouse ships: a report is there to be pulled. */
  function ship(
    reference: string,
    lines: { sku: string; quantity: number; lineId?: string }[],
    more: Partial<Shipment> = {},
  ): Shipment {
    parcels += 1;
    const report: Shipment = {
      remoteId: `S${parcels}`,
      reference,
      facilityId: 'F1',
      lines: lines.map(({ sku, quantity, lineId = null }) => ({ sku, quantity, lineId })),
      tracking: [{ number: `T${parcels}`, carrier: 'DHL', url: null }],
      shippedAt: new Date(at.getTime() + parcels * 1000).toISOString(),
      note: null,
      cancelled: false,
      ...more,
    };
    office.shipments.push(report);
    return report;
  }

  let returned = 0;
  /** The warehouse receives goods back. */
  function giveBack(
    reference: string,
    lines: { sku: string; quantity: number; lineId?: string; restocked?: boolean }[],
    more: Partial<Return> = {},
  ): Return {
    returned += 1;
    const report: Return = {
      remoteId: `R${returned}`,
      reference,
      facilityId: 'F1',
      lines: lines.map(({ sku, quantity, lineId = null, restocked = true }) => ({ sku, quantity, lineId, restocked })),
      receivedAt: new Date(at.getTime() + returned * 1000).toISOString(),
      note: null,
      ...more,
    };
    office.returns.push(report);
    return report;
  }

  async function newRun(sync: string, task = 'scheduled', argument?: string) {
    const { openRun } = await import('../runs/runs.ts');
    const id = await inShop(shopId, (tx) =>
      openRun(tx, shopId, {
        connectionId: connection.id,
        sync: sync as 'shipments',
        door: 'button',
        task,
        ...(argument ? { argument } : {}),
      }),
    );
    return { id, task, ...(argument ? { argument } : {}) };
  }

  return {
    shopId,
    connectionId: connection.id,
    shopify,
    office,
    live,
    addOrder,
    ship,
    giveBack,
    newRun,
    inShop: <T>(work: Parameters<typeof inShop<T>>[1]) => inShop(shopId, work),
    setSettings: (kind: string, settings: Record<string, string | boolean>) =>
      inShop(shopId, (tx) => tx.sync.updateMany({ where: { shopId, kind }, data: { settings } })),
    part: async (id: string) => {
      const part = await inShop(shopId, (tx) => tx.part.findUniqueOrThrow({ where: { shopId_id: { shopId, id } } }));
      const lines = await inShop(shopId, (tx) =>
        tx.partLine.findMany({ where: { shopId, partId: id }, orderBy: { lineId: 'asc' } }),
      );
      return { state: part.state, open: lines.map(({ open }) => open), shipped: lines.map(({ shipped }) => shipped) };
    },
    /** The database goes away each time a record is to be counted as done. */
    async withoutCounting(work: () => Promise<void>): Promise<void> {
      await prisma.$executeRaw`CREATE FUNCTION goes_away() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF (NEW.counts->>'done')::int > 0 THEN RAISE EXCEPTION 'gone' USING ERRCODE = '57P01'; END IF; RETURN NEW; END $$`;
      await prisma.$executeRaw`CREATE TRIGGER goes_away BEFORE UPDATE ON run FOR EACH ROW EXECUTE FUNCTION goes_away()`;
      try {
        await work();
      } finally {
        await prisma.$executeRaw`DROP TRIGGER goes_away ON run`;
        await prisma.$executeRaw`DROP FUNCTION goes_away`;
      }
    },
    problems: (open = true) =>
      inShop(shopId, (tx) =>
        tx.problem.findMany({ where: { shopId, ...(open ? { closedAt: null } : {}) }, orderBy: { openedAt: 'asc' } }),
      ),
    close: async () => {
      await prisma.$disconnect();
      await database.close();
    },
  };
}
