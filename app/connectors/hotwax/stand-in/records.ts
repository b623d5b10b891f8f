import type { SqlValue } from '../../../../sandbox/kit/state.ts';
import type { Entity } from './entity.ts';
import { FACTS } from './facts.ts';
import { notFound, refuseMoqui } from './refusals.ts';
import { entityNamed } from './schema.ts';
import { convert } from './values.ts';
import { isFields, nextId, type Fields, type World } from './world.ts';

type Values = Record<string, SqlValue>;

/**
 * Moqui's `create#Entity`: keys are made where one is missing, `fromDate` is now, nested *many* relations are created and inherit the keys
 * of their parent, nested *one* relations are silently skipped. Answers the key map. Source: hotwax.md §3.6 [X].
 */
export function create(world: World, name: string, body: Fields, takenFact: string = FACTS.keyTaken): Fields {
  return world.state.transaction(() => {
    const entity = entityNamed(name);
    const values = readValues(entity, body);
    fillKeys(world, entity, values);
    checkReferences(world, entity, values);
    if (rowOf(world, entity, values))
      throw refuseMoqui(takenFact, 400, `Tried to create a ${name} that exists already, with key ${keyText(entity, values)}`);
    insert(world, entity, values);
    createNested(world, entity, body, values);
    return keysOf(entity, values);
  });
}

/** `update#Entity`: the record must exist; fields that are not given stay. */
export function update(world: World, name: string, body: Fields): Fields {
  const entity = entityNamed(name);
  const values = readValues(entity, body);
  for (const key of entity.keys) if (values[key] === null || values[key] === undefined) throw missingKey(key);
  if (!rowOf(world, entity, values)) throw notFound(name, keyText(entity, values));
  refuseNested(entity, body);
  checkReferences(world, entity, values);
  overwrite(world, entity, values);
  return keysOf(entity, values);
}

/** `store#Entity`: creates, or updates what is there. */
export function store(world: World, name: string, body: Fields): Fields {
  const entity = entityNamed(name);
  const values = readValues(entity, body);
  fillKeys(world, entity, values);
  if (!rowOf(world, entity, values)) return create(world, name, { ...body, ...values });
  refuseNested(entity, body);
  checkReferences(world, entity, values);
  overwrite(world, entity, values);
  return keysOf(entity, values);
}

/** `delete#Entity`: the record must exist. */
export function remove(world: World, name: string, key: Fields): void {
  const entity = entityNamed(name);
  const values = readValues(entity, key);
  for (const one of entity.keys) if (values[one] === null || values[one] === undefined) throw missingKey(one);
  const { changes } = world.state.run(
    `DELETE FROM ${name} WHERE ${entity.keys.map((one) => `"${one}" = ?`).join(' AND ')}`,
    ...entity.keys.map((one) => values[one] ?? null),
  );
  if (changes === 0) throw notFound(name, keyText(entity, values));
}

function readValues(entity: Entity, body: Fields): Values {
  const values: Values = {};
  for (const [name, value] of Object.entries(body)) {
    const field = entity.fields.get(name);
    if (field) values[name] = convert(field, value);
    else if (!entity.many[name] && !entity.one[name])
      throw refuseMoqui(FACTS.unknownField, 400, `${name} is no documented field of ${entity.name}`);
  }
  return values;
}

/** What generates keys in Moqui: a lone key and the last of two are sequenced, `fromDate` is now; anything else must be given. */
function fillKeys(world: World, entity: Entity, values: Values): void {
  const missing = entity.keys.filter((key) => values[key] === null || values[key] === undefined);
  for (const key of missing) {
    if (key === 'fromDate') values[key] = world.now();
    else if (entity.keys.length === 1) values[key] = nextId(world, entity.name);
    else if (entity.keys.length === 2 && missing.length === 1 && key === entity.keys[1] && key.endsWith('SeqId'))
      values[key] = nextSequence(world, entity, values);
    else throw missingKey(key);
  }
}

function nextSequence(world: World, entity: Entity, values: Values): string {
  const [parent = '', own = ''] = entity.keys;
  const highest = world.state.get<{ n: number | null }>(
    `SELECT max(CAST("${own}" AS INTEGER)) AS n FROM ${entity.name} WHERE "${parent}" = ?`,
    values[parent] ?? null,
  )?.n;
  return String((highest ?? 0) + 1).padStart(own === 'orderItemSeqId' ? 2 : 5, '0');
}

function missingKey(key: string): Error {
  const words = key.replace(/([A-Z])/g, ' $1').replace(/^./, (letter) => letter.toUpperCase());
  return refuseMoqui(FACTS.missingKey, 400, `Required field ${words} is missing`);
}

function checkReferences(world: World, entity: Entity, values: Values): void {
  for (const { name, ref } of entity.fields.values()) {
    const value = values[name];
    if (!ref || value === null || value === undefined) continue;
    const [key = ''] = entityNamed(ref).keys;
    if (!world.state.get(`SELECT 1 FROM ${ref} WHERE "${key}" = ?`, value))
      throw refuseMoqui(FACTS.reference, 400, `Foreign key of ${entity.name}.${name} fails: there is no ${ref} ${String(value)}`);
  }
}

function insert(world: World, entity: Entity, values: Values): void {
  const row: Values = { ...values, lastUpdatedStamp: world.now() };
  const names = Object.keys(row);
  world.state.run(
    `INSERT INTO ${entity.name} (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    ...Object.values(row),
  );
}

function overwrite(world: World, entity: Entity, values: Values): void {
  const names = Object.keys(values).filter((name) => !entity.keys.includes(name) && name !== 'lastUpdatedStamp');
  world.state.run(
    `UPDATE ${entity.name} SET ${[...names, 'lastUpdatedStamp'].map((name) => `"${name}" = ?`).join(', ')} WHERE ${entity.keys.map((key) => `"${key}" = ?`).join(' AND ')}`,
    ...names.map((name) => values[name] ?? null),
    world.now(),
    ...entity.keys.map((key) => values[key] ?? null),
  );
}

function createNested(world: World, entity: Entity, body: Fields, values: Values): void {
  for (const [alias, { entity: related, keys }] of Object.entries(entity.many)) {
    const rows = body[alias];
    if (rows === undefined || rows === null) continue;
    const inherited = Object.fromEntries(keys.map((key) => [key, values[key]]));
    for (const row of Array.isArray(rows) ? (rows as unknown[]) : [rows]) {
      if (!isFields(row)) throw refuseMoqui(FACTS.badBody, 400, `${alias} must be a list of records`);
      create(world, related, { ...row, ...inherited });
    }
  }
}

/** An update that names related rows: whether Moqui would write them is not documented, so it is refused by name. */
function refuseNested(entity: Entity, body: Fields): void {
  const nested = Object.keys(entity.many).find((alias) => body[alias] !== undefined);
  if (nested) throw refuseMoqui(FACTS.notImitated, 400, `Updating ${nested} together with ${entity.name} is not imitated`);
}

function rowOf(world: World, entity: Entity, values: Values): unknown {
  return world.state.get(
    `SELECT 1 FROM ${entity.name} WHERE ${entity.keys.map((key) => `"${key}" = ?`).join(' AND ')}`,
    ...entity.keys.map((key) => values[key] ?? null),
  );
}

const keysOf = (entity: Entity, values: Values): Fields => Object.fromEntries(entity.keys.map((key) => [key, values[key]]));
const keyText = (entity: Entity, values: Values): string => JSON.stringify(keysOf(entity, values));
