import type { OpenApp } from './open-app.ts';
import { fillTable, rowsOfShop, tablesOfShops } from './fill-table.ts';

/** Ids of one shop's records by what they name, as a request could carry them. */
export type Ids = Record<
  | 'connection'
  | 'remoteConnection'
  | 'session'
  | 'order'
  | 'run'
  | 'planned'
  | 'problem'
  | 'part'
  | 'location'
  | 'facility'
  | 'mapping'
  | 'variant'
  | 'inventoryItem'
  | 'sku'
  | 'room'
  | 'roomFacility'
  | 'roomFacilityCode'
  | 'store'
  | 'roomOrder'
  | 'roomOrderReference'
  | 'roomLine'
  | 'roomShipment'
  | 'roomProduct'
  | 'token'
  | 'user'
  | 'inboxKey'
  | 'audited'
  | 'dataRequest'
  | 'recipient'
  | 'message'
  | 'bulk',
  string
>;

export interface FullShop {
  id: number;
  domain: string;
  /** Stands in every text that only this shop's own pages may show; never in an id. */
  marker: string;
  /** Stands in what nobody may be shown, the shop's own staff included. */
  secret: string;
  ids: Ids;
  apiToken: string;
  /** The secret of the address that the back office of this connector calls. */
  inboundToken(connector: 'pulpo' | 'orderwise'): string;
  /** Lays its order out for OrderWise's session, with its buyer; one that was fetched and confirmed is laid out anew. */
  layOffer(): Promise<void>;
  administrator: { domain: string; userId: string };
  operator: { domain: string; userId: string };
  viewer: { domain: string; userId: string };
  /** Everything the shop has in the database, summed up by table. */
  rows(): Promise<Record<string, string>>;
}

/** A shop with at least one row in every table, made by the product's own functions where rows hang together. `number` is 1 to 9. */
export async function openFullShop({ prisma, client }: OpenApp, number: number): Promise<FullShop> {
  const { sealCredentials } = await import('../../app/connections/credentials.ts');
  const { sealInboundToken } = await import('../../app/connections/inbound-token.ts');
  const { connectionRecords } = await import('../../app/connections/connection-records.ts');
  const { createSyncs } = await import('../../app/connections/syncs.ts');
  const { connectorDefinition } = await import('../../app/connections/known-connectors.ts');
  const { inShop } = await import('../../app/db/scope.ts');
  const { orderOf } = await import('../../app/stockroom/room.fixture.ts');
  const { acceptOrder } = await import('../../app/stockroom/accept-order.ts');
  const { createFacility } = await import('../../app/stockroom/facilities.ts');
  const { upsertProducts } = await import('../../app/stockroom/products.ts');
  const { setStock } = await import('../../app/stockroom/stock-entries.ts');
  const { saveStore } = await import('../../app/stockroom/stores.ts');
  const { shipOrder } = await import('../../app/stockroom/shipping.ts');
  const { packOrder } = await import('../../app/stockroom/parcels.ts');
  const { receiveReturn } = await import('../../app/stockroom/returns.ts');
  const { createToken } = await import('../../app/stockroom/tokens.ts');
  const { getOrder } = await import('../../app/stockroom/orders.ts');
  const { sealSecrets } = await import('../../app/alerts/recipient-secrets.ts');
  const { saveSettings } = await import('../../app/alerts/settings-store.ts');
  const { newSecret } = await import('../../app/alerts/webhook-signature.ts');

  const marker = `only-shop-${number}`;
  const secret = `secret-of-shop-${number}`;
  const domain = `shop-${number}.myshopify.com`;
  const at = new Date();
  const { id } = await prisma.shop.create({
    data: { domain, name: `${marker} name`, ownerName: `${marker} owner`, scopes: ['read_orders'], installedAt: at },
  });
  const userIds = { administrator: `${number}`, operator: `${number}1`, viewer: `${number}2` };
  await prisma.staff.createMany({
    data: Object.entries(userIds).map(([role, userId]) => ({
      shopId: id,
      id: userId,
      // As Shopify's answer to the token exchange has it: nothing is to change when they come.
      name: `User ${userId}`,
      role,
      accountOwner: role === 'administrator',
      firstSeenAt: at,
      lastSeenAt: new Date(at.getTime() + 3_600_000),
    })),
  });

  const inboundToken = (connector: string) => `${secret}-inbound-${connector}`;
  const connectionOf = async (connector: string) => {
    const connectionId = crypto.randomUUID();
    const made = await prisma.connection.create({
      data: {
        shopId: id,
        id: connectionId,
        connector,
        name: `${marker} ${connector}`,
        ...sealInboundToken(id, connectionId, inboundToken(connector)),
        createdAt: at,
        updatedAt: at,
      },
    });
    await inShop(id, (tx) => createSyncs(tx, id, made.id, connectorDefinition(connector).capabilities));
    return made.id;
  };
  const room = { shopId: id, connectionId: await connectionOf('stockroom') };
  const remote = await connectionOf('pulpo');
  await prisma.connection.update({
    where: { shopId_id: { shopId: id, id: remote } },
    data: {
      // An address that the guard refuses, so that nothing is ever called.
      settings: { baseUrl: 'http://10.0.0.1', username: marker },
      credentials: sealCredentials(id, remote, { password: secret }),
    },
  });

  const session = await connectionOf('orderwise');
  await prisma.connection.update({ where: { shopId_id: { shopId: id, id: session } }, data: { settings: { mode: 'classic' } } });
  const layOffer = async () => {
    const reference = `#${number}001`;
    const order = `gid://shopify/Order/${number}001`;
    const xml = `<SalesOrder><OrderNumber>${reference}</OrderNumber><Name>${marker} buyer</Name></SalesOrder>`;
    const offer = { reference, order, customer: null, xml, offeredAt: at.getTime(), withdrawn: false };
    const lines = [{ lineId: `gid://shopify/LineItem/${number}`, sku: `SKU-${number}`, quantity: 4, facilityId: '1' }];
    const known = { reference, stage: 'offered', confirmedAt: null, lines, total: 4_000, status: null, deliveries: [] };
    await connectionRecords(id, session).put('offer', reference, offer);
    await connectionRecords(id, session).put('classic-order', reference, { ...known, unconfirmed: false });
  };
  await layOffer();

  const actor = { kind: 'person' as const, name: `${marker} clerk` };
  const facility = await createFacility({ ...room, name: `Hall ${number}` });
  const store = await saveStore({ ...room, name: `${marker} store`, slipNote: `${marker} slip` });
  const sku = `SKU-${number}`;
  await upsertProducts({ ...room, products: [{ sku, title: `${marker} product` }] });
  await setStock({ ...room, actor, lines: [{ sku, facility: facility.code, onHand: 50 }] });
  const accept = async (reference: string) => {
    const order = orderOf(reference, { [sku]: 4 }, { facility: facility.code, note: `${marker} note` });
    const shipTo = order.shipTo && { ...order.shipTo, name: `${marker} buyer`, city: `${marker} city` };
    const lines = order.lines.map((line) => ({ ...line, title: `${marker} line` }));
    await acceptOrder({ ...room, order: { ...order, shipTo, lines }, rules: {}, actor });
    return getOrder({ ...room, reference });
  };
  const shipped = await accept(`#${number}001`);
  await shipOrder({
    ...room,
    order: shipped.reference,
    lines: [{ sku, quantity: 2 }],
    tracking: [{ number: `${marker} parcel`, carrier: 'DHL', url: null }],
    actor,
    reference: crypto.randomUUID(),
  });
  await receiveReturn({ ...room, order: shipped.reference, lines: [{ sku, quantity: 1, restocked: true }], note: marker, actor });
  await packOrder({ ...room, order: shipped.reference, lines: [{ sku, quantity: 1 }], actor });
  await accept(`#${number}002`);
  const token = await createToken({ ...room, name: `${marker} script`, createdBy: actor.name });

  const own = { shopId: id };
  const mailServer = { mailServer: 'own', smtpHost: 'mail.example.com', smtpUser: marker, smtpFrom: 'alerts@example.com' };
  await saveSettings(id, { userId: userIds.administrator, userName: marker }, { ...mailServer, smtpPassword: secret });
  const recipient = crypto.randomUUID();
  await prisma.alertRecipient.create({
    data: {
      ...own,
      id: recipient,
      channel: 'webhook',
      name: `${marker} desk`,
      address: '10.0.0.1',
      // Again an address that the guard refuses.
      sealed: sealSecrets(id, recipient, {
        url: `https://10.0.0.1/${secret}`,
        secret: newSecret(),
        previous: null,
        previousUntil: null,
      }),
      language: 'en',
      topics: ['connection'],
      severity: 'warning',
      delivery: 'now',
      dailyAt: '08:00',
      tellClosed: true,
      createdAt: at,
      updatedAt: at,
      digestedAt: at,
    },
  });
  const uuid = {
    message: crypto.randomUUID(),
    run: crypto.randomUUID(),
    planned: crypto.randomUUID(),
    problem: crypto.randomUUID(),
    part: crypto.randomUUID(),
  };
  const known: Record<string, unknown> = {
    shop_id: id,
    connection_id: room.connectionId,
    order_id: `gid://shopify/Order/${number}001`,
    part_id: uuid.part,
    run_id: uuid.planned,
    location_id: `gid://shopify/Location/${number}`,
    'shop_order.id': `gid://shopify/Order/${number}001`,
    'part.id': uuid.part,
    'location.id': `gid://shopify/Location/${number}`,
    'variant.id': `gid://shopify/ProductVariant/${number}`,
    variant_id: `gid://shopify/ProductVariant/${number}`,
    product_id: `gid://shopify/Product/${number}`,
    inventory_item_id: `gid://shopify/InventoryItem/${number}`,
    facility_id: facility.id,
    'facility.id': facility.id,
    sku,
    reference: `#${number}001`,
    'run.id': uuid.planned,
    'problem.id': uuid.problem,
    'bulk_operation.id': `gid://shopify/BulkOperation/${number}`,
    operation_id: `gid://shopify/BulkOperation/${number}`,
    subject_id: `gid://shopify/Order/${number}001`,
    subject_kind: 'order',
    line_id: `gid://shopify/LineItem/${number}`,
    'inbox_item.key': `key-${number}`,
    door: 'button',
    sync: 'inventory',
    'run.state': 'awaiting_approval',
    task: 'full',
    'run.counts': '{}',
    'run.slot': null,
    'run.argument': null,
    'part.state': 'accepted',
    'shipment.lines': '[]',
    'shipment.tracking': '[]',
    'return_record.lines': '[]',
    'problem.closed_at': null,
    'problem.cause': 'shipping-unmapped',
    'problem.params': JSON.stringify({ value: marker }),
    'problem.evidence': null,
    'timeline_event.kind': 'decided',
    'timeline_event.params': JSON.stringify({ note: marker }),
    'write.state': 'landed',
    'write.class': 'reversible',
    'write.target': 'shopify',
    'write.kind': 'order-tag',
    'mapping.kind': 'shipping',
    'mapping.match': 'exact',
    'mapping.target': JSON.stringify({ carrier: marker, method: null }),
    'observed_value.kind': 'shipping',
    'shop_order.verdict': 'send',
    verdict: 'send',
    currency: 'EUR',
    'lease.until': new Date(0),
    'lease.holder': null,
    'bulk_operation.state': 'finished',
    'bulk_operation.url': null,
    'product_link.state': 'linked',
    'plan_item.action': 'update',
    'location.address': '{}',
    'facility.kind': 'warehouse',
    status: 'ACTIVE',
    when_out_of_stock: 'DENY',
    'audit_entry.action': 'connection-created',
    'inbox_item.handled_at': at,
    'alert.topic': 'problem-orders',
    'alert.severity': 'warning',
    'alert.cause': 'shipping-unmapped',
    'alert.closed_at': null,
    'alert.evidence': null,
    recipient_id: recipient,
    'alert_delivery.id': uuid.message,
    'alert_delivery.kind': 'now',
    'alert_delivery.state': 'delivered',
    'alert_delivery.content': JSON.stringify({ entries: [], note: marker }),
    'remote_token.sealed': Buffer.from(secret),
  };
  const pool = await prisma.stockPool.create({ data: { connector: 'stockroom', storeName: `Store ${number}`, createdAt: at } });
  await prisma.stockPoolMember.create({
    data: { ...room, poolId: pool.id, name: `Shop ${number}`, imports: true, joinedAt: at },
  });
  await connectionRecords(id, remote).put('order', `#${number}001`, { order: `gid://shopify/Order/${number}001`, buyer: marker });
  for (const table of await tablesOfShops(client)) {
    const { rowCount } = await client.query(`SELECT 1 FROM "${table}" WHERE shop_id = $1 LIMIT 1`, [id]);
    if (!rowCount) await fillTable(client, table, known, marker);
  }
  // A review that was made, as its page reads it.
  const report = {
    rules: { identifier: 'sku', identifierFallback: 'none', physicalOnly: false },
    shopify: { products: 1, variants: 1, going: 1, leftOut: {} },
    backOffice: { products: null, looked: null },
    sample: [],
    faults: {
      missing: { count: 1, first: [{ code: marker, title: marker }] },
      duplicate: { count: 0, first: [] },
      spaced: { count: 0, first: [] },
      case: { count: 0, first: [] },
    },
  };
  await prisma.productReview.updateMany({ where: own, data: { report } });
  await prisma.run.create({
    data: {
      ...own,
      id: uuid.run,
      connectionId: room.connectionId,
      sync: 'orders',
      door: 'button',
      state: 'finished',
      counts: {},
      startedBy: marker,
      createdAt: at,
    },
  });

  const audited = await prisma.auditEntry.create({
    data: {
      ...own,
      at,
      userId: userIds.administrator,
      userName: marker,
      connectionId: room.connectionId,
      action: 'sync-settings-changed',
      subject: 'sync inventory',
      before: { minimumLevel: 3 },
      after: { minimumLevel: 0 },
    },
  });
  const dataRequest = await prisma.auditEntry.create({
    data: {
      ...own,
      at,
      userName: 'Crossdock',
      action: 'customer-data-requested',
      subject: 'customer',
      after: { customerId: `gid://shopify/Customer/${number}`, orderIds: [`gid://shopify/Order/${number}001`] },
    },
  });
  const one = async <Row>(query: Promise<Row | null>): Promise<Row> => {
    const row = await query;
    if (!row) throw new Error('The shop lacks a record that its tests need');
    return row;
  };
  const asker = (userId: string) => ({ domain, userId });
  return {
    id,
    domain,
    marker,
    secret,
    apiToken: token.secret,
    inboundToken,
    layOffer,
    administrator: asker(userIds.administrator),
    operator: asker(userIds.operator),
    viewer: asker(userIds.viewer),
    ids: {
      connection: room.connectionId,
      remoteConnection: remote,
      session,
      room: room.connectionId,
      order: `gid://shopify/Order/${number}001`,
      run: uuid.run,
      planned: uuid.planned,
      problem: uuid.problem,
      part: uuid.part,
      location: `gid://shopify/Location/${number}`,
      facility: facility.id,
      audited: audited.id,
      dataRequest: dataRequest.id,
      mapping: (await one(prisma.mapping.findFirst({ where: own }))).id,
      variant: `gid://shopify/ProductVariant/${number}`,
      inventoryItem: `gid://shopify/InventoryItem/${number}`,
      sku,
      roomFacility: facility.id,
      roomFacilityCode: facility.code,
      store: store.id,
      roomOrder: shipped.id,
      roomOrderReference: shipped.reference,
      roomLine: (await one(prisma.stockroomOrderLine.findFirst({ where: { ...own, orderId: shipped.id } }))).id,
      roomShipment: (await one(prisma.stockroomShipment.findFirst({ where: own }))).id,
      roomProduct: (await one(prisma.stockroomProduct.findFirst({ where: own }))).id,
      token: token.token.id,
      user: userIds.operator,
      inboxKey: `key-${number}`,
      recipient,
      message: uuid.message,
      bulk: `gid://shopify/BulkOperation/${number}`,
    },
    rows: () => rowsOfShop(client, id, domain),
  };
}
