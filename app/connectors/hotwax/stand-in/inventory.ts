import { onlyKnown, readBody, required, type Api } from './api.ts';
import { FACTS } from './facts.ts';
import { find, list, paging, paramsOf, rowBy, rowsBy } from './finding.ts';
import { PAGING } from './conditions.ts';
import { productOf, quantityOf } from './identification.ts';
import { onlineAtp } from './online-atp.ts';
import { refuseMoqui, refuseOfbiz } from './refusals.ts';
import { moveStock } from './stock-levels.ts';
import { isFields, type Fields, type World } from './world.ts';

/** Stock by facility, online and in history, and the write by difference. Source: hotwax.md §3.7. */
export function inventory(api: Api, world: World): void {
  api.get('/oms/productFacilities', (c) => list(world, c, 'ProductFacility'));
  api.get('/oms/inventoryLogs', (c) => list(world, c, 'InventoryItem'));
  api.get('/oms/inventoryItem/detail', (c) => list(world, c, 'InventoryItemDetail'));

  api.get('/oms/productFacilities/search', (c) => {
    const params = paramsOf(c);
    paging(world, params);
    const { rows, total } = find(world, 'ProductFacility', params, PAGING);
    return c.json({
      products: rows.map((row) => ({
        productId: row['productId'],
        facilityId: row['facilityId'],
        inventoryConfig: {
          productId: row['productId'],
          facilityId: row['facilityId'],
          atp: row['lastInventoryCount'],
          qoh: rowsBy(world, 'InventoryItem', placeOf(row)).reduce(
            (sum, item) => sum + Number(item['quantityOnHandTotal'] ?? 0),
            0,
          ),
          minimumStock: row['minimumStock'],
          allowBrokering: row['allowBrokering'],
          allowPickup: row['allowPickup'],
        },
      })),
      totalCount: total,
    });
  });

  api.get('/poorti/getInventoryAvailableByFacility', (c) => {
    const query = onlyKnown(c.req.query(), ['productId', 'facilityId'], 'getInventoryAvailableByFacility');
    const items = rowsBy(world, 'InventoryItem', {
      productId: required(query, 'productId'),
      facilityId: required(query, 'facilityId'),
    });
    const sum = (name: string) => items.reduce((total, item) => total + Number(item[name] ?? 0), 0);
    return c.json({ qoh: sum('quantityOnHandTotal'), atp: sum('availableToPromiseTotal') });
  });

  api.get('/oms/getProductOnlineAtp', (c) => {
    const params = paramsOf(c);
    onlyKnown(Object.fromEntries(params), ['productStoreId', 'facilityGroupId', 'sku'], 'getProductOnlineAtp');
    const productStoreId = params.get('productStoreId')?.[0];
    if (!productStoreId) throw refuseMoqui(FACTS.missingKey, 400, 'Required field productStoreId is missing');
    const skus = params.get('sku') ?? [];
    if (skus.length === 0) throw refuseMoqui(FACTS.missingKey, 400, 'Required field sku is missing');
    return c.json({ productOnlineAtp: onlineAtp(world, productStoreId, params.get('facilityGroupId')?.[0], skus) });
  });

  api.post('/api/service/updateInventoryByIdentification', async (c) => {
    const body = await readBody(c);
    const known = ['facilityId', 'availableDelta', 'idType', 'idValue', 'locationSeqId', 'varianceReasonId'];
    const unknown = Object.keys(body).filter((name) => !known.includes(name));
    if (unknown.length > 0)
      throw refuseOfbiz(
        FACTS.unknownField,
        `${unknown.join(', ')} is no documented parameter of updateInventoryByIdentification`,
      );
    const facility = rowBy(world, 'Facility', { externalId: String(body['facilityId'] ?? '') });
    if (!facility) throw refuseOfbiz(FACTS.externalFacility, `No facility found with external id ${String(body['facilityId'])}`);
    const productId = productOf(world, String(body['idType'] ?? ''), String(body['idValue'] ?? ''));
    if (!productId)
      throw refuseOfbiz(FACTS.noRecord, `No product found with ${String(body['idType'])} ${String(body['idValue'])}`);
    const delta = quantityOf(body['availableDelta']);
    if (delta === undefined) throw refuseOfbiz(FACTS.badValue, 'availableDelta must be a number');
    moveStock(world, {
      productId,
      facilityId: String(facility['facilityId']),
      atp: delta,
      qoh: delta,
      reason: String(body['varianceReasonId'] ?? 'VAR_MANUAL'),
    });
    return c.json(body);
  });

  api.post('/ofbiz-oms-usl/checkShippingInventory', async (c) => {
    const body = onlyKnown(
      await readBody(c),
      ['productStoreId', 'internalNames', 'productIds', 'facilityIds', 'inventoryGroupId'],
      'checkShippingInventory',
    );
    const texts = (name: string): string[] => (Array.isArray(body[name]) ? (body[name] as unknown[]).map(String) : []);
    const ids = [
      ...texts('productIds'),
      ...texts('internalNames').flatMap(
        (internalName) => (rowBy(world, 'Product', { internalName })?.['productId'] as string | undefined) ?? [],
      ),
    ];
    return c.json({ resultList: ids.map((productId) => shippingStock(world, productId, texts('facilityIds'))) });
  });
}

const placeOf = (row: Fields) => ({ productId: String(row['productId']), facilityId: String(row['facilityId']) });

function shippingStock(world: World, productId: string, facilityIds: string[]): Fields {
  const facilities = rowsBy(world, 'ProductFacility', { productId })
    .filter((row) => isFields(row) && (facilityIds.length === 0 || facilityIds.includes(String(row['facilityId']))))
    .map((row) => ({
      facilityId: row['facilityId'],
      atp: Number(row['lastInventoryCount'] ?? 0),
      computedAtp: Number(row['computedLastInventoryCount'] ?? 0),
      safetyStock: Number(row['minimumStock'] ?? 0),
    }));
  const sum = (name: 'atp' | 'computedAtp' | 'safetyStock') => facilities.reduce((total, one) => total + one[name], 0);
  return {
    productId,
    totalAtp: sum('atp'),
    totalComputedAtp: sum('computedAtp'),
    totalSafetyStock: sum('safetyStock'),
    facilities,
  };
}
