import type { Pick } from './actions.ts';

interface Given {
  params?: Record<string, string>;
  query?: Record<string, string>;
  json?: unknown;
}

/** One way to read a page, with ids that exist: what is asked for with another's is compared with this. */
export interface LoaderCase {
  route: string;
  given(pick: Pick): Given;
}

const on = (name: string, given: (pick: Pick) => Given = () => ({})): LoaderCase => ({ route: `routes/${name}`, given });
const legacy = (gid: string): string => gid.split('/').at(-1) ?? gid;
const inQuery =
  (query: (pick: Pick) => Record<string, string>) =>
  (pick: Pick): Given => ({ query: query(pick) });
const ofConnection = inQuery((pick) => ({ connection: pick('connection') }));
const withId =
  (id: (pick: Pick) => string, query: Record<string, string> = {}) =>
  (pick: Pick): Given => ({ params: { id: id(pick) }, query: { connection: pick('connection'), ...query } });
const order = (pick: Pick): string => legacy(pick('order'));

/** Every loader of the product; what is on disk is compared with it. */
export const loaderCases: LoaderCase[] = [
  on('app'),
  on('app.$', () => ({ params: { '*': 'nothing' } })),
  on('app._index', ofConnection),
  on('app.activity._index', ofConnection),
  on(
    'app.activity._index',
    inQuery((pick) => ({ connection: pick('connection'), q: pick('run') })),
  ),
  on(
    'app.activity.changes',
    inQuery((pick) => ({ connection: pick('connection'), user: pick('user') })),
  ),
  on('app.activity.problems', ofConnection),
  on(
    'app.activity.problems',
    inQuery((pick) => ({ connection: pick('connection'), cause: 'shipping-unmapped', detail: 'Express' })),
  ),
  on(
    'app.activity.restore.$id',
    withId((pick) => pick('audited')),
  ),
  on(
    'app.activity.runs.$id',
    withId((pick) => pick('run')),
  ),
  on(
    'app.activity.runs.$id',
    withId((pick) => pick('planned'), { action: 'update' }),
  ),
  on('app.activity.schedules', ofConnection),
  on(
    'app.activity.statement',
    inQuery((pick) => ({ connection: pick('connection'), statement: pick('planned') })),
  ),
  on('app.alerts._index'),
  on(
    'app.alerts.log',
    inQuery((pick) => ({ recipient: pick('recipient') })),
  ),
  on(
    'app.alerts.recipients.$id',
    withId((pick) => pick('recipient')),
  ),
  on('app.alerts.recipients._index'),
  on('app.alerts.settings'),
  on('app.backlog', ofConnection),
  on(
    'app.connections.$id',
    withId((pick) => pick('connection')),
  ),
  on(
    'app.connections.$id_.store',
    withId((pick) => pick('connection')),
  ),
  on(
    'app.connections.$id_.take-over',
    withId((pick) => pick('connection')),
  ),
  on('app.connections._index'),
  on('app.connections.new.$connector', () => ({ params: { connector: 'pulpo' } })),
  on('app.connections.new._index'),
  on(
    'app.data-request',
    inQuery((pick) => ({ request: pick('dataRequest') })),
  ),
  on(
    'app.inventory',
    inQuery((pick) => ({ connection: pick('connection'), q: pick('sku') })),
  ),
  on('app.locations', ofConnection),
  on(
    'app.mappings',
    inQuery((pick) => ({ connection: pick('connection'), kind: 'shipping' })),
  ),
  on(
    'app.mappings-csv',
    inQuery((pick) => ({ connection: pick('connection'), kind: 'shipping' })),
  ),
  on('app.open.$kind', (pick) => ({ params: { kind: 'order' }, query: { id: order(pick) } })),
  on('app.orders.$id', withId(order)),
  on('app.orders.$id', withId(order, { edit: '1' })),
  on('app.orders.$id', withId(order, { preview: '1' })),
  on('app.orders._index', ofConnection),
  on('app.people'),
  on(
    'app.products.$id',
    withId(() => '1'),
  ),
  on(
    'app.products._index',
    inQuery((pick) => ({ connection: pick('connection'), q: pick('sku') })),
  ),
  on('app.products.review', ofConnection),
  on('app.progress', ofConnection),
  on(
    'app.reference',
    inQuery((pick) => ({ connection: pick('connection'), mapping: 'shipping', kind: 'shipping' })),
  ),
  on('app.returns', ofConnection),
  on(
    'app.run-csv',
    inQuery((pick) => ({ run: pick('run') })),
  ),
  on('app.settings-file', ofConnection),
  on('app.setup', ofConnection),
  on('app.shipments', ofConnection),
  on(
    'app.statement-csv',
    inQuery((pick) => ({ statement: pick('planned') })),
  ),
  on('app.stockroom._index', ofConnection),
  on('app.stockroom.facilities', ofConnection),
  on(
    'app.stockroom.orders.$id._index',
    withId((pick) => pick('roomOrder')),
  ),
  on('app.stockroom.orders.$id.slip', (pick) => ({
    params: { id: pick('roomOrder') },
    query: { connection: pick('connection'), parcel: pick('roomShipment') },
  })),
  on(
    'app.stockroom.orders._index',
    inQuery((pick) => ({ connection: pick('connection'), facility: pick('roomFacility') })),
  ),
  on(
    'app.stockroom.pick-list',
    inQuery((pick) => ({ connection: pick('connection'), facility: pick('roomFacility') })),
  ),
  on('app.stockroom.returns', ofConnection),
  on('app.stockroom.stock.$productId', (pick) => ({
    params: { productId: pick('roomProduct') },
    query: { connection: pick('connection') },
  })),
  on(
    'app.stockroom.stock._index',
    inQuery((pick) => ({ connection: pick('connection'), facility: pick('roomFacility') })),
  ),
  on('app.stockroom.tokens', ofConnection),
  on('app.stores', ofConnection),
  on(
    'app.support',
    inQuery((pick) => ({ problem: pick('problem') })),
  ),
];

const product = (pick: Pick): string => pick('variant').replace('ProductVariant', 'Product');
const block =
  (json?: object) =>
  (id: (pick: Pick) => string) =>
  (pick: Pick): Given => ({
    query: { id: id(pick), locale: 'en' },
    ...(json ? { json } : {}),
  });
const shown = block();
const pressed = block({});

/** What the blocks and actions of the admin ask for. */
export const extensionCases: LoaderCase[] = [
  on(
    'api.extension.order',
    shown((pick) => pick('order')),
  ),
  on(
    'api.extension.order',
    pressed((pick) => pick('order')),
  ),
  on('api.extension.product', shown(product)),
  on('api.extension.product', pressed(product)),
  on('api.extension.sync', (pick) => ({ json: { kind: 'orders', ids: [pick('order'), pick('order')] } })),
  on('api.extension.sync', (pick) => ({ json: { kind: 'products', ids: [product(pick)] } })),
];
