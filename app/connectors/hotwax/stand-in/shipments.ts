import type { SqlValue } from '../../../../sandbox/kit/state.ts';
import type { Params } from './conditions.ts';
import { onlyKnown, param, readBody, required, type Api } from './api.ts';
import { FACTS } from './facts.ts';
import { list, paging, paramsOf, rowBy, rowsBy } from './finding.ts';
import { notFound, refuseMoqui } from './refusals.ts';
import { addLabel, ship, shipmentItems, type ShipmentRow } from './shipping.ts';
import { momentOf, withoutNulls } from './values.ts';
import type { Fields, World } from './world.ts';

const KNOWN = [
  ...['orderId', 'shipmentId', 'shipmentTypeId', 'statusId', 'statusId_op', 'statusId_not', 'originFacilityId', 'productStoreId'],
  ...['shipmentMethodTypeIds', 'carrierPartyId', 'shippedDateFrom', 'keyword', 'pageSize', 'pageIndex', 'orderBy'],
];

/** Shipments with their items, packages and tracking. Source: hotwax.md §3.8 [C]. */
export function shipments(api: Api, world: World): void {
  api.get('/poorti/shipments', (c) => {
    const params = paramsOf(c);
    const unknown = [...params.keys()].filter((name) => !KNOWN.includes(name));
    if (unknown.length > 0)
      throw refuseMoqui(FACTS.unknownParameter, 400, `${unknown.join(', ')} is no documented parameter of poorti/shipments`);
    const { where, values } = filter(params);
    const from = `FROM Shipment s JOIN OrderHeader o ON o.orderId = s.primaryOrderId ${where}`;
    const { index, size } = paging(world, params);
    const rows = world.state.all<ShipmentRow>(
      `SELECT s.* ${from} ORDER BY ${order(params)} LIMIT ? OFFSET ?`,
      ...values,
      size,
      index * size,
    );
    const shipmentCount = world.state.get<{ n: number }>(`SELECT count(*) AS n ${from}`, ...values)?.n ?? 0;
    return c.json({ shipmentCount, shipments: rows.map((row) => present(world, row)) });
  });

  api.get('/poorti/shipmentPackageRouteSegDetails', (c) => list(world, c, 'ShipmentPackageRouteSegDetail'));

  api.put('/poorti/updateShipmentTracking', async (c) => {
    const body = onlyKnown(
      await readBody(c),
      ['shipmentId', 'shipmentRouteSegmentId', 'trackingIdNumber', 'trackingCode', 'carrierPartyId'],
      'updateShipmentTracking',
    );
    const shipment = found(world, required(body, 'shipmentId'));
    const tracking = (body['trackingIdNumber'] ?? body['trackingCode']) as string | undefined;
    if (!tracking) throw refuseMoqui(FACTS.missingKey, 400, 'Required field trackingIdNumber is missing');
    addLabel(world, shipment.shipmentId, { tracking, carrier: body['carrierPartyId'] as string | undefined });
    return c.json({ shipmentId: shipment.shipmentId });
  });

  api.post('/poorti/shipments/:id/ship', (c) => {
    const shipment = found(world, param(c, 'id'));
    if (shipment.statusId !== 'SHIPMENT_PACKED')
      throw refuseMoqui(
        FACTS.shipment,
        400,
        `Shipment ${shipment.shipmentId} is ${shipment.statusId}, only a packed one can be shipped`,
      );
    ship(world, shipment.shipmentId);
    return c.json({ shipmentId: shipment.shipmentId });
  });
}

function found(world: World, shipmentId: string): ShipmentRow {
  const row = rowBy(world, 'Shipment', { shipmentId });
  if (!row) throw notFound('Shipment', shipmentId);
  return row as unknown as ShipmentRow;
}

function filter(params: Params): { where: string; values: SqlValue[] } {
  const conditions: string[] = ['1'];
  const values: SqlValue[] = [];
  const among = (column: string, given: readonly string[], not = false) => {
    conditions.push(`${column} ${not ? 'NOT ' : ''}IN (SELECT value FROM json_each(?))`);
    values.push(JSON.stringify(given.flatMap((one) => one.split(','))));
  };
  const status = params.get('statusId');
  if (status && status.length + (status[0]?.split(',').length ?? 1) > 2 && params.get('statusId_op')?.[0] !== 'in')
    throw refuseMoqui(FACTS.unknownParameter, 400, 'several values of statusId need statusId_op=in');
  if (status) among('s.statusId', status, params.get('statusId_not')?.[0] === 'Y');
  for (const [name, column] of [
    ['orderId', 's.primaryOrderId'],
    ['shipmentId', 's.shipmentId'],
    ['shipmentTypeId', 's.shipmentTypeId'],
    ['originFacilityId', 's.originFacilityId'],
    ['productStoreId', 'o.productStoreId'],
    ['carrierPartyId', 's.carrierPartyId'],
    ['shipmentMethodTypeIds', 's.shipmentMethodTypeId'],
  ] as const) {
    const given = params.get(name);
    if (given) among(column, given);
  }
  const from = params.get('shippedDateFrom')?.[0];
  if (from) {
    conditions.push('s.shippedDate >= ?');
    values.push(momentOf('shippedDateFrom', from));
  }
  const keyword = params.get('keyword')?.[0];
  if (keyword) {
    conditions.push(
      "(instr(s.primaryOrderId, ?) > 0 OR instr(coalesce(o.orderName, ''), ?) > 0 OR instr(coalesce(s.trackingIdNumber, ''), ?) > 0)",
    );
    values.push(keyword, keyword, keyword);
  }
  return { where: `WHERE ${conditions.join(' AND ')}`, values };
}

/** The client's own spelling, `-orderDate`. [C fulfillment] */
function order(params: Params): string {
  const given = params.get('orderBy')?.[0];
  if (!given) return 's.shipmentId';
  const [, sign, name = ''] = /^(-?)(\w+)$/.exec(given) ?? [];
  const column = { orderDate: 'o.orderDate', shipmentId: 's.shipmentId', shippedDate: 's.shippedDate' }[name];
  if (!column) throw refuseMoqui(FACTS.unknownParameter, 400, `orderBy ${given} is not documented for poorti/shipments`);
  return `${column} ${sign === '-' ? 'DESC' : 'ASC'}, s.shipmentId`;
}

/** No date of shipping shows: none is among the fields that the client reads. Source: hotwax.md §3.8. */
function present(world: World, row: ShipmentRow): Fields {
  const { shipmentId } = row;
  const details = rowsBy(world, 'ShipmentPackageRouteSegDetail', { shipmentId });
  return withoutNulls({
    shipmentId,
    orderId: row.primaryOrderId,
    statusId: row.statusId,
    originFacilityId: row.originFacilityId,
    carrierPartyId: row.carrierPartyId,
    shipmentMethodTypeId: row.shipmentMethodTypeId,
    trackingIdNumber: row.trackingIdNumber,
    carrierServiceStatusId: details.at(-1)?.['carrierServiceStatusId'],
    items: shipmentItems(world, shipmentId).map(({ shipmentItemSeqId, orderItemSeqId, productId, quantity }) => ({
      shipmentItemSeqId,
      orderItemSeqId,
      productId,
      quantity,
    })),
    shipmentPackages: rowsBy(world, 'ShipmentPackage', { shipmentId }).map(({ shipmentPackageSeqId }) => ({
      shipmentId,
      shipmentPackageSeqId,
    })),
    shipmentPackageRouteSegDetails: details.map(
      ({ shipmentPackageSeqId, shipmentRouteSegmentId, trackingCode, labelImageUrl, carrierServiceStatusId }) =>
        withoutNulls({
          shipmentId,
          shipmentPackageSeqId,
          shipmentRouteSegmentId,
          trackingCode,
          labelImageUrl,
          carrierServiceStatusId,
        }),
    ),
  });
}
