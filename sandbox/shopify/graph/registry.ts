import { Registry } from '../core/registry.ts';
import { bulkFields } from './bulk.ts';
import { channelFields } from './channels.ts';
import { deliveryFields } from './delivery.ts';
import { eventFields } from './events.ts';
import { fulfilmentFields } from './fulfilments.ts';
import { fulfilmentRequestFields } from './fulfilment-requests.ts';
import { fulfillmentOrderFields } from './fulfillment-orders.ts';
import { inventoryFields } from './inventory.ts';
import { locationFields } from './locations.ts';
import { metafieldFields } from './metafields.ts';
import { nodeFields } from './node.ts';
import { orderActionFields } from './order-actions.ts';
import { orderFields } from './orders.ts';
import { productFields } from './products.ts';
import { productSetFields } from './product-set.ts';
import { refundFields } from './refunds.ts';
import { returnFields } from './returns.ts';
import { shopFields } from './shop.ts';
import { webhookFields } from './webhooks.ts';

/** Every resolver of the stand-in. */
export function buildRegistry(): Registry {
  const registry = new Registry();
  for (const fields of [
    shopFields,
    locationFields,
    productFields,
    productSetFields,
    inventoryFields,
    metafieldFields,
    orderFields,
    orderActionFields,
    fulfillmentOrderFields,
    fulfilmentFields,
    fulfilmentRequestFields,
    refundFields,
    returnFields,
    deliveryFields,
    channelFields,
    eventFields,
    webhookFields,
    bulkFields,
    nodeFields,
  ]) {
    fields(registry);
  }
  return registry;
}
