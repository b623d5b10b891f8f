/*
 * Which part of HotWax's read-only GraphQL we rely on. Its schema differs between releases, so it is looked at before anything is asked.
 */

/** Fields that the query of an order names, by type. */
const wanted: Readonly<Record<string, readonly string[]>> = {
  Order: ['orderId', 'orderName', 'statusId', 'shipGroups', 'statuses'],
  ShipGroup: ['shipGroupSeqId', 'facilityId', 'orderItems'],
  OrderStatus: ['statusId', 'statusDatetime', 'orderItemSeqId'],
  OrderItem: ['orderItemSeqId', 'productId', 'quantity', 'statusId', 'externalId'],
};

/** The query of one order. Its id stands in the text, because releases differ in whether it is a String or an ID. */
export const orderQuery = (orderId: string): string => `query CrossdockOrder {
  order(orderId: ${JSON.stringify(orderId)}) {
    orderId orderName statusId
    shipGroups { shipGroupSeqId facilityId orderItems { orderItemSeqId productId quantity statusId externalId } }
    statuses { statusId statusDatetime orderItemSeqId }
  }
}`;

/** Fields of a type in a schema's text; null where it has no such type. */
function fieldsOf(sdl: string, type: string): Map<string, string> | null {
  const head = new RegExp(`\\btype\\s{1,9}${type}\\b[^{}]{0,300}\\{`).exec(sdl);
  const from = head ? head.index + head[0].length : 0;
  const to = sdl.indexOf('}', from);
  if (!head || to < 0) return null;
  const plain = sdl.slice(from, to).replace(/"""[\s\S]*?"""|"[^"\n]*"|#[^\n]*/g, '');
  return new Map([...plain.matchAll(/\b(\w+)\s*(?:\([^()]*\)\s*)?:\s*([[\]!\w]+)/g)].map(([, name = '', of = '']) => [name, of]));
}

/** Whether an order can be asked for with all that is needed, by id and with plain lists inside. */
export function offersOrders(sdl: string): boolean {
  const root = fieldsOf(sdl, 'Query') ?? fieldsOf(sdl, 'QueryRoot');
  if (!root?.has('order')) return false;
  const takesId = /\border\s*\([^()]*\borderId\s*:\s*(?:ID|String)\b/.test(sdl);
  const plain = (type: string, field: string) => fieldsOf(sdl, type)?.get(field)?.startsWith('[') === true;
  const plainLists = plain('Order', 'shipGroups') && plain('Order', 'statuses') && plain('ShipGroup', 'orderItems');
  return (
    takesId &&
    plainLists &&
    Object.entries(wanted).every(([type, fields]) => fields.every((field) => fieldsOf(sdl, type)?.has(field) === true))
  );
}
