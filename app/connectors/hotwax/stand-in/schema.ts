import type { State } from '../../../../sandbox/kit/state.ts';
import { GOODS_ENTITIES } from './entities-goods.ts';
import { ORDER_ENTITIES } from './entities-orders.ts';
import { PLACE_ENTITIES } from './entities-places.ts';
import { REFERENCE_ENTITIES } from './entities-reference.ts';
import type { Entity, FieldKind } from './entity.ts';

const ENTITIES: ReadonlyMap<string, Entity> = new Map(
  [...REFERENCE_ENTITIES, ...PLACE_ENTITIES, ...GOODS_ENTITIES, ...ORDER_ENTITIES].map((entity) => [entity.name, entity]),
);

export function entityNamed(name: string): Entity {
  const entity = ENTITIES.get(name);
  if (!entity) throw new Error(`There is no entity ${name} in the stand-in`);
  return entity;
}

/** By short or full name; undefined when nobody defined it. */
export const findEntity = (name: string): Entity | undefined => ENTITIES.get(name.split('.').at(-1) ?? '');

const SQL_TYPE: Record<FieldKind, string> = { id: 'TEXT', text: 'TEXT', number: 'REAL', time: 'INTEGER' };

/** What is asked for often beside the key. */
const INDEXES = `
CREATE INDEX IF NOT EXISTS OrderHeader_name ON OrderHeader (orderName);
CREATE INDEX IF NOT EXISTS OrderHeader_external ON OrderHeader (externalId);
CREATE INDEX IF NOT EXISTS OrderHeader_stamp ON OrderHeader (lastUpdatedStamp);
CREATE INDEX IF NOT EXISTS OrderAdjustment_order ON OrderAdjustment (orderId);
CREATE INDEX IF NOT EXISTS OrderPaymentPreference_order ON OrderPaymentPreference (orderId);
CREATE INDEX IF NOT EXISTS OrderStatus_order ON OrderStatus (orderId);
CREATE INDEX IF NOT EXISTS OrderFacilityChange_order ON OrderFacilityChange (orderId);
CREATE INDEX IF NOT EXISTS OrderItem_product ON OrderItem (productId);
CREATE INDEX IF NOT EXISTS Product_name ON Product (internalName);
CREATE INDEX IF NOT EXISTS GoodIdentification_value ON GoodIdentification (idValue, goodIdentificationTypeId);
CREATE INDEX IF NOT EXISTS InventoryItem_place ON InventoryItem (productId, facilityId);
CREATE INDEX IF NOT EXISTS ProductFacility_facility ON ProductFacility (facilityId, productId);
CREATE INDEX IF NOT EXISTS Shipment_order ON Shipment (primaryOrderId);
CREATE INDEX IF NOT EXISTS ReturnItem_order ON ReturnItem (orderId);
`;

const OWN = `
CREATE TABLE IF NOT EXISTS sequences (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS users (username TEXT PRIMARY KEY, password TEXT NOT NULL, permissions TEXT);
CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, username TEXT NOT NULL, expires_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS logins (at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
`;

/** Makes tables and views where they are missing: one for each entity, its columns named as its fields. */
export function createTables(state: State): void {
  state.exec(OWN);
  for (const entity of ENTITIES.values()) {
    if (entity.view) state.exec(`CREATE VIEW IF NOT EXISTS ${entity.name} AS ${entity.view}`);
    else {
      const columns = [...entity.fields.values()].map(({ name, kind }) => `"${name}" ${SQL_TYPE[kind]}`);
      state.exec(
        `CREATE TABLE IF NOT EXISTS ${entity.name} (${columns.join(', ')}, PRIMARY KEY (${entity.keys.join(', ')})) WITHOUT ROWID`,
      );
    }
  }
  state.exec(INDEXES);
}
