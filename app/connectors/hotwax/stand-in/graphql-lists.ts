import { refuseQuery } from './graphql-refusal.ts';
import { searched, type SearchKeys } from './graphql-search.ts';
import type { Fields, World } from './world.ts';

export interface ListArguments {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
  query?: string | null;
  sortKey?: string | null;
  reverse?: boolean | null;
}

interface ListSpec {
  /** SELECT of the rows, each with a `cursorKey` of its own. */
  from: string;
  keys: SearchKeys;
  sortable: readonly string[];
}

const equal = (...names: string[]): SearchKeys =>
  Object.fromEntries(names.map((name) => [name, { column: name, by: 'equal' as const }]));

/** Search keys of orders and inventoryLevels are documented, the others' a guess. Source: hotwax.md §3.10. */
const LISTS: Record<string, ListSpec> = {
  orders: {
    from: 'SELECT *, orderId AS cursorKey FROM OrderHeader',
    keys: {
      ...equal('orderId', 'externalId', 'orderName', 'statusId', 'productStoreId'),
      orderDate: { column: 'orderDate', by: 'range', time: true },
    },
    sortable: ['orderId', 'orderDate'],
  },
  shipments: {
    from: 'SELECT *, shipmentId AS cursorKey FROM Shipment',
    keys: equal('shipmentId', 'primaryOrderId', 'statusId', 'originFacilityId', 'shipmentMethodTypeId'),
    sortable: ['shipmentId'],
  },
  returns: {
    from: 'SELECT *, returnId AS cursorKey FROM ReturnHeader',
    keys: { ...equal('returnId', 'externalId', 'statusId'), entryDate: { column: 'entryDate', by: 'range', time: true } },
    sortable: ['returnId', 'entryDate'],
  },
  inventoryLevels: {
    from: `SELECT productId, facilityId, sum(availableToPromiseTotal) AS availableToPromise, sum(quantityOnHandTotal) AS quantityOnHand,
      productId || '|' || facilityId AS cursorKey FROM InventoryItem GROUP BY productId, facilityId`,
    keys: equal('productId', 'facilityId'),
    sortable: ['productId', 'facilityId'],
  },
  products: {
    from: 'SELECT *, productId AS cursorKey FROM Product',
    keys: equal('productId', 'internalName', 'productTypeId'),
    sortable: ['productId', 'internalName'],
  },
  facilities: {
    from: 'SELECT *, facilityId AS cursorKey FROM Facility',
    keys: equal('facilityId', 'facilityName', 'facilityTypeId', 'externalId'),
    sortable: ['facilityId', 'facilityName'],
  },
  parties: {
    from: 'SELECT *, partyId AS cursorKey FROM PartyNameDetail',
    keys: equal('partyId', 'partyTypeId'),
    sortable: ['partyId'],
  },
};

const MOST = 100;

export const isList = (name: string): boolean => name in LISTS;

/** How many rows a list is asked for: `first` or `last`, at most 100. Source: hotwax.md §3.10. */
export function rowsAsked(name: string, { first, last }: ListArguments): number {
  const asked = first ?? last;
  if (asked === undefined || asked === null || asked < 1) throw refuseQuery('FIRST_REQUIRED', `${name} needs first or last`);
  if (asked > MOST) throw refuseQuery('FIRST_TOO_LARGE', `${name} gives at most ${MOST} at once, not ${asked}`);
  return asked;
}

/** One page by keyset: the cursor holds the last row's place, so that rows which come or go meanwhile shift nothing. */
export function page(world: World, name: string, given: ListArguments, present: (row: Fields) => unknown): unknown {
  const spec = LISTS[name] as ListSpec;
  const size = rowsAsked(name, given);
  const sort = given.sortKey ?? 'cursorKey';
  if (given.sortKey && !spec.sortable.includes(sort))
    throw refuseQuery('FIELD_NOT_FILTERABLE', `${name} can't be sorted by ${sort}`);
  const backwards = given.last !== undefined && given.last !== null && (given.first === undefined || given.first === null);
  const descending = (given.reverse ?? false) !== backwards;
  const cursor = backwards ? given.before : given.after;
  const { sql, values } = searched(given.query, spec.keys);
  const place = cursor ? fromCursor(cursor) : undefined;
  const rows = world.state.all<Fields>(
    `SELECT * FROM (${spec.from}) WHERE ${sql} ${place ? `AND (coalesce(${sort}, ''), cursorKey) ${descending ? '<' : '>'} (?, ?)` : ''}
     ORDER BY coalesce(${sort}, '') ${descending ? 'DESC' : 'ASC'}, cursorKey ${descending ? 'DESC' : 'ASC'} LIMIT ?`,
    ...values,
    ...(place ?? []),
    size + 1,
  );
  const more = rows.length > size;
  const found = rows.slice(0, size);
  if (backwards) found.reverse();
  const edges = found.map((row) => ({ cursor: toCursor([row[sort] as string, row['cursorKey'] as string]), node: present(row) }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: backwards ? Boolean(given.before) : more,
      hasPreviousPage: backwards ? more : Boolean(given.after),
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

type Place = [sort: string | number | null, key: string];
const toCursor = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url');

function fromCursor(cursor: string): [string | number, string] {
  try {
    const [sort, key] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as Place;
    if (typeof key === 'string') return [sort ?? '', key];
  } catch {
    // no JSON in it: refused below as any other foreign cursor
  }
  throw refuseQuery('MALFORMED_QUERY', `"${cursor}" is no cursor of this list`);
}
