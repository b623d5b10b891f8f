import { readBody, type Api } from './api.ts';
import { FACTS } from './facts.ts';
import { find, list, nest, paramsOf, rowBy } from './finding.ts';
import { productOf, quantityOf } from './identification.ts';
import { limitsOf } from './limits.ts';
import { inShipments, itemsOf, type ItemRow } from './order-record.ts';
import { create } from './records.ts';
import { refuseOfbiz } from './refusals.ts';
import { receiveReturn, returnedOf } from './return-record.ts';
import { entityNamed } from './schema.ts';
import { momentOf } from './values.ts';
import { isFields, type Fields, type World } from './world.ts';

const PAYLOAD =
  'externalId type returnDate customerId externalCustomerId companyId companyExternalId status currencyCode grandTotal tags note returnIdentifications shipFrom shipTo items returnAdjustment';
const ITEM =
  'id idType idValue itemTypeId status orderId orderExternalId orderName orderItemSeqId orderItemExternalId quantity reason returnType restockType price itemAdjustments';

/** Returns: the list in both of its shapes, the raw record, and the business call at OFBiz. Source: hotwax.md §3.9. */
export function returns(api: Api, world: World): void {
  api.get('/oms/returns', (c) => {
    if (limitsOf(world).wrappedReturns === 0) return list(world, c, 'ReturnHeader');
    const { rows } = find(world, 'ReturnHeader', paramsOf(c));
    // the count is only the page's: hotwax.md §3.9
    return c.json({ returns: rows.map((row) => nest(world, entityNamed('ReturnHeader'), row)), returnsCount: rows.length });
  });
  api.post('/oms/returns', async (c) => c.json(create(world, 'ReturnHeader', await readBody(c))));

  api.post('/api/createReturn', async (c) => {
    const body = await readBody(c);
    const payLoad = body['payLoad'];
    if (!isFields(payLoad)) throw refuseOfbiz(FACTS.returnItem, 'payLoad is missing');
    world.state.transaction(() => createReturn(world, payLoad));
    return c.json({ payLoad, _ERROR_MESSAGE_: '', USERNAME: c.get('user'), _LOGIN_PASSED_: 'TRUE' });
  });
}

function createReturn(world: World, payLoad: Fields): void {
  known(payLoad, PAYLOAD, 'payLoad');
  const statusId = text(payLoad, 'status') ?? 'RETURN_REQUESTED';
  if (!rowBy(world, 'StatusItem', { statusId })) throw refuseOfbiz(FACTS.returnItem, `There is no status ${statusId}`);
  const shipTo = payLoad['shipTo'];
  const facilityId = isFields(shipTo) ? text(shipTo, 'facilityId') : undefined;
  if (!facilityId || !rowBy(world, 'Facility', { facilityId }))
    throw refuseOfbiz(FACTS.returnItem, `There is no facility ${facilityId ?? ''} to ship to`);
  const items = payLoad['items'];
  if (!Array.isArray(items) || items.length === 0 || !items.every(isFields))
    throw refuseOfbiz(FACTS.returnItem, 'items is missing');
  const identifications = payLoad['returnIdentifications'];
  const returnDate = text(payLoad, 'returnDate');
  receiveReturn(world, {
    items: items.map((item) => lineOf(world, item)),
    facilityId,
    statusId,
    restock: items.every((item) => text(item, 'restockType') !== 'NO_RESTOCK'),
    header: {
      externalId: text(payLoad, 'externalId'),
      fromPartyId: text(payLoad, 'customerId'),
      currencyUomId: text(payLoad, 'currencyCode'),
      ...(returnDate ? { returnDate: momentOf('returnDate', returnDate) } : {}),
    },
    identifications: (Array.isArray(identifications) ? identifications.filter(isFields) : []).map((one) => ({
      returnIdentificationTypeId: one['returnIdentificationTypeId'],
      idValue: one['idValue'],
    })),
  });
}

function lineOf(world: World, item: Fields) {
  known(item, ITEM, 'items');
  const order =
    rowBy(world, 'OrderHeader', { orderId: text(item, 'orderId') ?? '' }) ??
    rowBy(world, 'OrderHeader', { externalId: text(item, 'orderExternalId') ?? '' });
  if (!order)
    throw refuseOfbiz(FACTS.returnItem, `There is no order ${text(item, 'orderId') ?? text(item, 'orderExternalId') ?? ''}`);
  const orderId = String(order['orderId']);
  const line = orderItem(world, orderId, item);
  if (!line)
    throw refuseOfbiz(
      FACTS.returnItem,
      `Order ${orderId} has no item for ${text(item, 'idType') ?? ''} ${text(item, 'idValue') ?? ''}`,
    );
  const quantity = quantityOf(item['quantity']);
  if (!quantity || quantity <= 0) throw refuseOfbiz(FACTS.returnItem, 'quantity must be more than 0');
  const gone = inShipments(world, orderId, ['SHIPMENT_SHIPPED']).get(line.orderItemSeqId) ?? 0;
  const left = gone - returnedOf(world, orderId, line.orderItemSeqId);
  if (gone === 0) throw refuseOfbiz(FACTS.returnNotCompleted, `Item ${line.orderItemSeqId} of order ${orderId} is not completed`);
  if (quantity > left)
    throw refuseOfbiz(
      FACTS.returnItem,
      `Item ${line.orderItemSeqId} of order ${orderId} has ${left} left to return, not ${quantity}`,
    );
  const reason = text(item, 'reason');
  if (reason && !rowBy(world, 'ReturnReason', { returnReasonId: reason }))
    throw refuseOfbiz(FACTS.returnItem, `There is no return reason ${reason}`);
  return {
    orderId,
    orderItemSeqId: line.orderItemSeqId,
    quantity,
    reason,
    returnTypeId: text(item, 'returnType'),
    price: quantityOf(item['price']),
    externalId: text(item, 'orderItemExternalId'),
  };
}

function orderItem(world: World, orderId: string, item: Fields): ItemRow | undefined {
  const all = itemsOf(world, orderId);
  const seq = text(item, 'orderItemSeqId');
  if (seq) return all.find(({ orderItemSeqId }) => orderItemSeqId === seq);
  const externalId = text(item, 'orderItemExternalId');
  if (externalId) return all.find((one) => one.externalId === externalId);
  const productId = text(item, 'id') ?? productOf(world, text(item, 'idType') ?? '', text(item, 'idValue') ?? '');
  return all.find((one) => one.productId === productId);
}

function known(body: Fields, names: string, where: string): void {
  const unknown = Object.keys(body).filter((name) => !names.split(' ').includes(name));
  if (unknown.length > 0) throw refuseOfbiz(FACTS.unknownField, `${unknown.join(', ')} is no documented field of ${where}`);
}

function text(body: Fields, name: string): string | undefined {
  const value = body[name];
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
}
