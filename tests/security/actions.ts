import type { Role } from '../../app/people/staff.ts';
import type { Ids } from './two-shops.ts';

/** Gives an id of that kind: whose, the test decides. */
export type Pick = (kind: keyof Ids) => string;

export interface ActionCase {
  route: string;
  /** The `intent` of what is sent; empty where a route has but one. */
  intent: string;
  /** The least that somebody must be to do it. */
  role: Role;
  params?: (pick: Pick) => Record<string, string>;
  query?: (pick: Pick) => Record<string, string>;
  json: (pick: Pick) => Record<string, unknown>;
}

const uuid = () => crypto.randomUUID();
const inRoom = { query: (pick: Pick) => ({ connection: pick('room') }) };
const onConnection = { params: (pick: Pick) => ({ id: pick('connection') }) };
const onOrder = { ...inRoom, params: (pick: Pick) => ({ id: pick('roomOrder') }) };
const remoteSettings = (pick: Pick) => ({ connectionId: pick('connection'), sync: 'inventory' });
const parcel = [{ number: 'P1', carrier: 'DHL', url: '' }];
const target = { carrier: 'DHL', method: 'Parcel' };

type Rest = Omit<ActionCase, 'route' | 'intent' | 'role' | 'json'>;
const on =
  (route: string, rest: Rest = {}) =>
  (role: Role, intent: string, json: ActionCase['json'] = () => ({})): ActionCase => ({
    route: `routes/${route}`,
    intent,
    role,
    ...rest,
    json: (pick) => ({ ...(intent ? { intent } : {}), ...json(pick) }),
  });

const problems = on('app.activity.problems');
const statement = on('app.activity.statement');
const recipient = on('app.alerts.recipients.$id', { params: (pick) => ({ id: pick('recipient') }) });
const log = on('app.alerts.log');
const alertSettings = on('app.alerts.settings');
const toldOf = {
  channel: 'email',
  name: 'Desk',
  address: 'desk@example.com',
  language: 'en',
  topics: ['connection'],
  severity: 'warning',
  connectionId: '',
  delivery: 'now',
  dailyAt: '08:00',
  tellClosed: true,
  active: true,
};
const connection = on('app.connections.$id', onConnection);
const connections = on('app.connections._index');
const storePage = on('app.connections.$id_.store', onConnection);
const takeOver = on('app.connections.$id_.take-over', onConnection);
const restore = on('app.activity.restore.$id', { params: (pick) => ({ id: pick('audited') }) });
const created = on('app.connections.new.$connector', { params: () => ({ connector: 'stockroom' }) });
const inventory = on('app.inventory');
const locations = on('app.locations');
const mappings = on('app.mappings');
const mirror = on('app.mirror');
const people = on('app.people');
const products = on('app.products-control');
const control = on('app.sync-control');
const shipments = on('app.shipments');
const scopes = on('app.scopes');
const undo = on('app.undo');
const facilities = on('app.stockroom.facilities', inRoom);
const order = on('app.stockroom.orders.$id._index', onOrder);
const orders = on('app.stockroom.orders._index', inRoom);
const shopifyOrder = on('app.orders.$id', { params: (pick) => ({ id: pick('order').split('/').pop() ?? '' }) });
const address = {
  name: 'A',
  company: '',
  address1: 'B 1',
  address2: '',
  city: 'C',
  zip: '1',
  provinceCode: '',
  countryCode: 'DE',
  phone: '',
};
const stock = on('app.stockroom.stock.$productId', { ...inRoom, params: (pick) => ({ productId: pick('roomProduct') }) });
const stocks = on('app.stockroom.stock._index', inRoom);
const tokens = on('app.stockroom.tokens', inRoom);

const line = (pick: Pick) => ({ sku: pick('sku'), facility: pick('roomFacility') });

/**
 * Everything that a page can ask for, with who may ask. A test compares it with the intents that stand in the routes' files, so that a new
 * one can't be forgotten here.
 */
export const actionCases: ActionCase[] = [
  statement('operator', 'make', (pick) => ({ connectionId: pick('connection'), period: 7 })),
  statement('operator', 'repair', (pick) => ({
    connectionId: pick('connection'),
    order: { statement: pick('planned'), kind: 'order', bucket: 'gap' },
  })),
  inventory('administrator', 'places', (pick) => ({ connectionId: pick('connection'), excluded: [], places: [] })),
  inventory('administrator', 'offline', (pick) => ({ connectionId: pick('connection'), locationId: pick('location') })),
  inventory('administrator', 'anyway', (pick) => ({ connectionId: pick('connection'), locationId: pick('location') })),
  inventory('administrator', 'starting-stock', (pick) => ({ connectionId: pick('connection'), again: false })),
  inventory('administrator', 'first-on', (pick) => ({ connectionId: pick('connection'), from: 'shopify', shipments: true })),
  problems('operator', 'assign', (pick) => ({
    cause: 'shipping-unmapped',
    connectionId: pick('connection'),
    ids: [pick('problem')],
    userId: pick('user'),
  })),
  problems('operator', 'note', (pick) => ({ id: pick('problem'), note: 'changed' })),
  recipient('administrator', 'test'),
  recipient('administrator', 'rotate'),
  recipient('administrator', 'save', (pick) => ({ recipient: { ...toldOf, address: '', connectionId: pick('connection') } })),
  log('administrator', 'again', (pick) => ({ id: pick('message') })),
  alertSettings('administrator', 'save', () => ({ settings: { silenceFloor: 25 } })),
  recipient('administrator', 'remove'),
  shipments('administrator', 'carriers', (pick) => ({ connectionId: pick('connection'), rules: [] })),
  shipments('operator', 'again', (pick) => ({ connectionId: pick('connection'), shipmentId: uuid() })),
  connection('administrator', 'save', () => ({ name: 'Renamed', settings: {} })),
  connection('administrator', 'test', () => ({ name: 'Tested', settings: {} })),
  connection('administrator', 'state', () => ({ state: 'deactivated' })),
  connection('administrator', 'access', () => ({ access: 'read' })),
  connection('administrator', 'dry-run', () => ({ dryRun: true })),
  connection('operator', 'check'),
  connection('administrator', 'inbound', () => ({ rotate: true })),
  connection('administrator', 'credentials', () => ({ secrets: { password: 'another' } })),
  connection('administrator', 'reconnect'),
  connection('administrator', 'refunds', () => ({ on: true })),
  connections('viewer', 'favourite', (pick) => ({ connectionId: pick('connection'), on: true })),
  takeOver('administrator', 'preview', (pick) => ({ source: { connectionId: pick('room') }, unlisted: false })),
  takeOver('administrator', 'take', (pick) => ({ source: { connectionId: pick('room') }, unlisted: false, expected: [] })),
  restore('administrator', 'restore', () => ({ expected: [] })),
  storePage('administrator', 'choose', (pick) => ({ storeId: pick('store') })),
  storePage('administrator', 'create', () => ({ name: `Store ${uuid()}` })),
  storePage('administrator', 'make-code'),
  storePage('administrator', 'revoke-code'),
  storePage('administrator', 'enter-code', () => ({ code: 'ABCD-EFGH-JKLM' })),
  storePage('administrator', 'answer', () => ({ codeId: uuid(), yes: true })),
  storePage('administrator', 'stop'),
  created('administrator', 'test', () => ({ name: 'New', settings: {} })),
  created('administrator', 'save', () => ({ name: 'New', settings: {} })),
  locations('operator', 'refresh'),
  locations('administrator', 'save', (pick) => ({
    changes: [
      {
        locationId: pick('location'),
        connectionId: pick('connection'),
        facilityId: pick('facility'),
        share: true,
      },
    ],
  })),
  locations('administrator', 'create', (pick) => ({ locationId: pick('location'), connectionId: pick('connection') })),
  locations('administrator', 'carry', (pick) => ({ locationId: pick('location') })),
  locations('administrator', 'effect', (pick) => ({ locationIds: [pick('location')] })),
  locations('administrator', 'remove', (pick) => ({ locationId: pick('location') })),
  mappings('administrator', 'save', (pick) => ({
    connectionId: pick('connection'),
    kind: 'shipping',
    mappings: [{ match: 'exact', source: 'Express', target }],
  })),
  on('app.setup')('administrator', 'accept', (pick) => ({ connectionId: pick('connection'), keys: [] })),
  mappings('administrator', 'create-there', (pick) => ({ connectionId: pick('connection'), kind: 'shipping', label: 'Express' })),
  mappings('administrator', 'what-if', (pick) => ({
    connectionId: pick('connection'),
    kind: 'shipping',
    mappings: [{ match: 'exact', source: 'Express', target }],
  })),
  mappings('administrator', 'import', (pick) => ({
    connectionId: pick('connection'),
    kind: 'payment',
    text: 'value,match,method\npaypal,exact,PAYPAL\n',
    replace: false,
    preview: false,
  })),
  mappings('operator', 'discover'),
  mirror('administrator', 'preview', (pick) => ({ connectionId: pick('connection'), kinds: ['location'] })),
  mirror('administrator', 'import', (pick) => ({
    connectionId: pick('connection'),
    chosen: [{ kind: 'payment-method', source: 'paypal' }],
  })),
  products('administrator', 'review', (pick) => ({
    connectionId: pick('connection'),
    ...{ identifier: 'sku', identifierFallback: 'none', physicalOnly: true },
  })),
  products('administrator', 'confirm', (pick) => ({ connectionId: pick('connection') })),
  products('operator', 'chosen', (pick) => ({ connectionId: pick('connection'), ids: [pick('variant')] })),
  products('operator', 'replay', (pick) => ({ connectionId: pick('connection'), from: '2026-11-20T08:00' })),
  products('operator', 'reconcile', (pick) => ({ connectionId: pick('connection') })),
  products('administrator', 'pause', (pick) => ({ connectionId: pick('connection') })),
  people('administrator', 'role', (pick) => ({ userId: pick('user'), role: 'viewer' })),
  people('administrator', 'remove', (pick) => ({ userId: pick('user') })),
  control('administrator', 'switch', (pick) => ({ ...remoteSettings(pick), on: true })),
  control('administrator', 'settings', (pick) => ({ ...remoteSettings(pick), settings: {}, intervalMinutes: 15 })),
  control('administrator', 'schedule', (pick) => ({
    ...remoteSettings(pick),
    schedule: { mode: 'interval', intervalMinutes: 20, dailyAt: null, quietFrom: '22:00', quietTo: '06:00' },
  })),
  control('administrator', 'settings-effect', (pick) => ({ connectionId: pick('connection'), settings: {} })),
  control('operator', 'count', (pick) => ({ connectionId: pick('connection'), from: '2026-11-01', to: '', numbers: [] })),
  control('operator', 'import', (pick) => ({
    connectionId: pick('connection'),
    from: '2026-11-01',
    to: '',
    numbers: [],
    preview: true,
  })),
  control('operator', 'pause', (pick) => ({ runId: pick('planned') })),
  control('operator', 'resume', (pick) => ({ runId: pick('planned') })),
  control('operator', 'start', (pick) => ({ ...remoteSettings(pick), task: 'full' })),
  control('operator', 'approve', (pick) => ({ ...remoteSettings(pick), runId: pick('planned') })),
  control('operator', 'discard', (pick) => ({ ...remoteSettings(pick), runId: pick('planned') })),
  control('operator', 'retry', (pick) => ({
    connectionId: pick('connection'),
    cause: 'shipping-unmapped',
    ids: [pick('problem')],
  })),
  control('operator', 'sync-again', (pick) => ({ orderId: pick('order') })),
  scopes('operator', 'refresh'),
  undo('operator', 'plan', (pick) => ({ runId: pick('run') })),
  undo('operator', 'undo', (pick) => ({ runId: pick('planned') })),
  undo('administrator', 'release', (pick) => remoteSettings(pick)),
  shopifyOrder('operator', 'choose', () => ({ made: 'leave-out' })),
  shopifyOrder('operator', 'edit', () => ({ ...address, shipping: 'Express', note: '', skus: {} })),
  facilities('administrator', 'create', () => ({ name: `Hall ${uuid()}`, city: 'Hamburg', countryCode: 'DE' })),
  facilities('administrator', 'rename', (pick) => ({ facility: pick('roomFacility'), name: `Renamed ${uuid()}` })),
  facilities('administrator', 'active', (pick) => ({ facility: pick('roomFacility'), active: false })),
  facilities('administrator', 'store', (pick) => ({ id: pick('store'), name: `Store ${uuid()}`, slipNote: 'changed' })),
  order('operator', 'pick'),
  order('operator', 'put-back'),
  order('operator', 'release'),
  order('operator', 'hold', () => ({ reason: 'changed' })),
  order('operator', 'cancel', () => ({ reason: 'changed', remaining: true })),
  order('operator', 'pack', (pick) => ({ reference: uuid(), lines: [{ lineId: pick('roomLine'), quantity: 1 }] })),
  order('operator', 'ship', (pick) => ({
    reference: uuid(),
    lines: [{ lineId: pick('roomLine'), quantity: 1 }],
    tracking: parcel,
    note: 'changed',
  })),
  order('operator', 'ship-parcel', (pick) => ({ shipment: pick('roomShipment'), tracking: parcel })),
  order('operator', 'tracking', (pick) => ({ shipment: pick('roomShipment'), tracking: parcel })),
  order('operator', 'unpack', (pick) => ({ shipment: pick('roomShipment') })),
  order('operator', 'recall', (pick) => ({ shipment: pick('roomShipment') })),
  order('operator', 'return', (pick) => ({
    reference: uuid(),
    lines: [{ lineId: pick('roomLine'), quantity: 1, restocked: true }],
    note: 'changed',
  })),
  orders('operator', 'pick', (pick) => ({ orders: [pick('roomOrder'), pick('roomOrderReference')] })),
  orders('operator', 'put-back', (pick) => ({ orders: [pick('roomOrder'), pick('roomOrderReference')] })),
  stock('operator', 'adjust', (pick) => ({ ...line(pick), reference: uuid(), change: 1, reason: 'changed' })),
  stock('operator', 'count', (pick) => ({ ...line(pick), reference: uuid(), counted: 3, reason: 'changed' })),
  stock('operator', 'details', (pick) => ({ sku: pick('sku'), details: { Care: 'wash cold' } })),
  stock('operator', 'shelf', (pick) => ({ ...line(pick), onHand: 9, shelf: 'changed' })),
  stocks('operator', '', (pick) => ({ reference: uuid(), reason: 'changed', lines: [{ ...line(pick), counted: 4 }] })),
  tokens('administrator', 'create', () => ({ name: `script ${uuid()}` })),
  tokens('administrator', 'revoke', (pick) => ({ id: pick('token') })),
];

/** These have tests of their own for who may call them: api.extension.order.test.ts, api.extension.product.test.ts. */
export const otherActions = ['routes/api.extension.order', 'routes/api.extension.product', 'routes/api.extension.sync'];

/** The intents that a route's file knows: the words of `intent: z.literal(…)` and `intent: z.enum([…])`. */
export function intentsIn(source: string): string[] {
  const words = [...source.matchAll(/intent: z\.(?:literal\('([\w-]+)'\)|enum\(\[([^\]]*)\]\))/g)].flatMap(([, one, many]) =>
    one ? [one] : [...(many ?? '').matchAll(/'([\w-]+)'/g)].map(([, word = '']) => word),
  );
  return words.length > 0 ? words : [''];
}
