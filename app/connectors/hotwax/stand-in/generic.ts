import { onlyKnown, readBody, required, type Api } from './api.ts';
import { conditionsOf, type Params } from './conditions.ts';
import { FACTS } from './facts.ts';
import { find } from './finding.ts';
import { refuseMoqui, refuseOfbiz, Refusal } from './refusals.ts';
import { findEntity } from './schema.ts';
import { isFields, type Fields, type World } from './world.ts';

/** Finding by entity name, at both servers. Source: hotwax.md §3.11. */
export function generic(api: Api, world: World): void {
  api.post('/oms/entityData', async (c) => {
    const body = onlyKnown(await readBody(c), ['selectedEntity', 'filterByDate', 'customParametersMap'], 'oms/entityData');
    const entity = findEntity(required(body, 'selectedEntity'));
    if (!entity) throw refuseMoqui(FACTS.notImitated, 400, `The entity ${String(body['selectedEntity'])} is not imitated`);
    const params = paramsFrom(body['customParametersMap']);
    const { rows, total } = find(world, entity.name, params);
    return c.json({ entityValueList: inForce(world, rows, body['filterByDate']), entityValueListCount: total });
  });
  api.post('/oms/dataDocumentView', async (c) => {
    const body = await readBody(c);
    throw refuseMoqui(FACTS.notImitated, 400, `The data document ${required(body, 'dataDocumentId')} is not imitated`);
  });

  api.post('/api/performFind', async (c) => {
    const body = await readBody(c);
    const known = [
      'entityName',
      'inputFields',
      'fieldList',
      'viewSize',
      'viewIndex',
      'distinct',
      'noConditionFind',
      'filterByDate',
      'orderBy',
    ];
    const unknown = Object.keys(body).filter((name) => !known.includes(name));
    if (unknown.length > 0)
      throw refuseOfbiz(FACTS.unknownParameter, `${unknown.join(', ')} is no documented parameter of performFind`);
    const entity = findEntity(String(body['entityName'] ?? ''));
    if (!entity) throw refuseOfbiz(FACTS.notImitated, `The entity ${String(body['entityName'])} is not imitated`);
    const params = paramsFrom(body['inputFields']);
    if (params.size === 0 && body['noConditionFind'] !== 'Y')
      throw new Refusal(FACTS.noRecord, 200, { error: 'No record found' });
    conditionsOf(entity, params);
    const size = Number(body['viewSize'] ?? 20);
    params.set('pageSize', [String(size)]);
    params.set('pageIndex', [String(Number(body['viewIndex'] ?? 0))]);
    if (typeof body['orderBy'] === 'string') params.set('orderByField', [body['orderBy']]);
    const { rows, total } = find(world, entity.name, params);
    const docs = inForce(world, rows, body['filterByDate']);
    if (docs.length === 0) throw new Refusal(FACTS.noRecord, 200, { error: 'No record found' });
    return c.json({ count: total, docs: only(docs, body['fieldList']) });
  });
}

function paramsFrom(given: unknown): Params {
  if (given === undefined || given === null) return new Map();
  if (!isFields(given)) throw refuseMoqui(FACTS.badBody, 400, 'The parameters must be a map');
  return new Map(
    Object.entries(given).map(([name, value]) => [
      name,
      Array.isArray(value) ? (value as unknown[]).map(String) : [String(value)],
    ]),
  );
}

function inForce(world: World, rows: Fields[], filterByDate: unknown): Fields[] {
  if (filterByDate !== 'Y' && filterByDate !== true) return rows;
  const now = world.now();
  return rows.filter((row) => Number(row['fromDate'] ?? 0) <= now && Number(row['thruDate'] ?? Number.MAX_SAFE_INTEGER) > now);
}

function only(rows: Fields[], fieldList: unknown): Fields[] {
  if (!Array.isArray(fieldList) || fieldList.length === 0) return rows;
  const names = fieldList.map(String);
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name))));
}
