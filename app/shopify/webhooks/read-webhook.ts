import { z } from 'zod';
import { RejectedError } from '../../core/errors.ts';
import { gid } from '../../core/gid.ts';

/** What a webhook is about. A fulfilment order's own webhooks name no order: ask FulfilmentOrderOwner. */
export type SubjectKind =
  | 'order'
  | 'fulfilment-order'
  | 'return'
  | 'product'
  | 'inventory-item'
  | 'location'
  | 'delivery-profile'
  | 'shop'
  | 'bulk'
  | 'customer';

export interface Webhook {
  topic: string;
  subjectKind: SubjectKind;
  /** Global id. */
  subjectId: string;
  /** Further global ids the work needs: a level's location, the orders of a compliance request, a moved fulfilment order's successor. */
  related: string[];
  /** When it happened (X-Shopify-Triggered-At), ISO 8601; the object's own time where the header is missing. */
  triggeredAt: string | null;
  webhookId: string;
  eventId: string | null;
}

interface Subject {
  kind: SubjectKind;
  id: string;
  related?: string[];
  updatedAt?: string | null | undefined;
}

const legacyId = z.union([z.int().positive(), z.string().regex(/^[1-9]\d*$/)]).transform(String);
const globalId = z.string().regex(/^gid:\/\/shopify\/\w+\/.+$/);
const time = z.string().nullish();

/** Fulfilment orders come with a number, with a global id, or with both. */
const reference = (type: string) =>
  z
    .object({
      id: z.union([legacyId, globalId]).optional(),
      admin_graphql_api_id: globalId.optional(),
      order_id: legacyId.nullish(),
      updated_at: time,
    })
    .loose()
    .transform((value, context) => {
      const id =
        value.admin_graphql_api_id ??
        (typeof value.id === 'string' && value.id.startsWith('gid:') ? value.id : value.id && gid(type, value.id));
      if (!id) context.addIssue({ code: 'custom', message: 'has no id' });
      return { id: id ?? '', orderId: value.order_id ? gid('Order', value.order_id) : null, updatedAt: value.updated_at };
    });

/** The object itself is the body. */
const itself = (kind: SubjectKind, type: string) =>
  reference(type).transform(({ id, updatedAt }): Subject => ({ kind, id, updatedAt }));

/** Something that belongs to an order, which is what has to be read again. */
const ofOrder = z
  .object({ order_id: legacyId, updated_at: time })
  .loose()
  .transform((body): Subject => ({ kind: 'order', id: gid('Order', body.order_id), updatedAt: body.updated_at }));

const orderEdit = z
  .object({ order_edit: z.object({ order_id: legacyId, committed_at: time }).loose() })
  .transform(({ order_edit }): Subject => ({
    kind: 'order',
    id: gid('Order', order_edit.order_id),
    updatedAt: order_edit.committed_at,
  }));

const aReturn = z
  .object({
    id: legacyId.optional(),
    admin_graphql_api_id: globalId.optional(),
    order: reference('Order').optional(),
    updated_at: time,
  })
  .loose()
  .transform((body, context): Subject => {
    const id = body.admin_graphql_api_id ?? (body.id && gid('Return', body.id));
    if (!id) context.addIssue({ code: 'custom', message: 'has no id' });
    // where Shopify names the order, the order is what is read again
    return body.order
      ? { kind: 'order', id: body.order.id, related: [id ?? ''], updatedAt: body.updated_at }
      : { kind: 'return', id: id ?? '', updatedAt: body.updated_at };
  });

const successors = ['moved_fulfillment_order', 'remaining_fulfillment_order', 'replacement_fulfillment_order'] as const;

/** Named `original_…` on a move; beside it stand those that came out of it. */
const fulfilmentOrder = z
  .object({
    fulfillment_order: reference('FulfillmentOrder').optional(),
    original_fulfillment_order: reference('FulfillmentOrder').optional(),
    moved_fulfillment_order: reference('FulfillmentOrder').nullish(),
    remaining_fulfillment_order: reference('FulfillmentOrder').nullish(),
    replacement_fulfillment_order: reference('FulfillmentOrder').nullish(),
  })
  .loose()
  .transform((body, context): Subject => {
    const main = body.fulfillment_order ?? body.original_fulfillment_order ?? body.moved_fulfillment_order;
    if (!main) {
      context.addIssue({ code: 'custom', message: 'has no fulfilment order' });
      return z.NEVER;
    }
    const others = successors.flatMap((name) => body[name]?.id ?? []).filter((id) => id !== main.id);
    if (main.orderId) return { kind: 'order', id: main.orderId, related: [main.id, ...others] };
    return { kind: 'fulfilment-order', id: main.id, related: others };
  });

const level = z
  .object({ inventory_item_id: legacyId, location_id: legacyId, updated_at: time })
  .loose()
  .transform((body): Subject => ({
    kind: 'inventory-item',
    id: gid('InventoryItem', body.inventory_item_id),
    related: [gid('Location', body.location_id)],
    updatedAt: body.updated_at,
  }));

const bulk = z
  .object({ admin_graphql_api_id: globalId, completed_at: time })
  .loose()
  .transform((body): Subject => ({ kind: 'bulk', id: body.admin_graphql_api_id, updatedAt: body.completed_at }));

const ordersOf = (ids: string[] | undefined): string[] => (ids ?? []).map((id) => gid('Order', id));

/** The customer's id only: the address and the number in these bodies are not kept. */
const customerRequest = z
  .object({
    customer: z.object({ id: legacyId }).loose(),
    orders_requested: z.array(legacyId).optional(),
    orders_to_redact: z.array(legacyId).optional(),
  })
  .loose()
  .transform((body): Subject => ({
    kind: 'customer',
    id: gid('Customer', body.customer.id),
    related: ordersOf(body.orders_requested ?? body.orders_to_redact),
  }));

const shopRedact = z
  .object({ shop_id: legacyId })
  .loose()
  .transform((body): Subject => ({ kind: 'shop', id: gid('Shop', body.shop_id) }));

const order = itself('order', 'Order');
const product = itself('product', 'Product');
const location = itself('location', 'Location');

/** app/scopes_update: the sender's header names the shop, the body doesn't always. */
const scopes = z
  .object({ shop_id: legacyId.nullish(), current: z.array(z.string()), updated_at: time })
  .loose()
  .transform((body): Subject => ({
    kind: 'shop',
    id: body.shop_id ? gid('Shop', body.shop_id) : 'gid://shopify/Shop/self',
    updatedAt: body.updated_at,
  }));

/** Every topic of shopify.app.toml, with the shape of its body as far as we read it. */
export const subjects: Record<string, z.ZodType<Subject>> = {
  'orders/create': order,
  'orders/updated': order,
  'orders/paid': order,
  'orders/cancelled': order,
  'orders/delete': order,
  'orders/edited': orderEdit,
  'orders/risk_assessment_changed': ofOrder,
  'order_transactions/create': ofOrder,
  'refunds/create': ofOrder,
  'returns/request': aReturn,
  'returns/approve': aReturn,
  'returns/update': aReturn,
  'returns/close': aReturn,
  'fulfillment_orders/order_routing_complete': fulfilmentOrder,
  'fulfillment_orders/moved': fulfilmentOrder,
  'fulfillment_orders/split': fulfilmentOrder,
  'fulfillment_orders/merged': fulfilmentOrder,
  'fulfillment_orders/cancelled': fulfilmentOrder,
  'fulfillment_orders/placed_on_hold': fulfilmentOrder,
  'fulfillment_orders/hold_released': fulfilmentOrder,
  'fulfillments/create': ofOrder,
  'fulfillments/update': ofOrder,
  'products/create': product,
  'products/update': product,
  'products/delete': product,
  'inventory_levels/connect': level,
  'inventory_levels/update': level,
  'inventory_levels/disconnect': level,
  'inventory_items/update': itself('inventory-item', 'InventoryItem'),
  'locations/create': location,
  'locations/update': location,
  'locations/activate': location,
  'locations/deactivate': location,
  'locations/delete': location,
  'profiles/update': itself('delivery-profile', 'DeliveryProfile'),
  'shop/update': itself('shop', 'Shop'),
  'app/uninstalled': itself('shop', 'Shop'),
  'app/scopes_update': scopes,
  'bulk_operations/finish': bulk,
  'customers/data_request': customerRequest,
  'customers/redact': customerRequest,
  'shop/redact': shopRedact,
};

/** What came with the delivery beside its body. */
export interface WebhookHeaders {
  webhookId: string;
  eventId: string | null;
  triggeredAt: string | null;
}

/**
 * What a webhook is about: ids and times, never more of the body. Throws RejectedError for a topic that nobody subscribed to
 * (`webhook-topic-unknown`) and for a body that isn't Shopify's (`webhook-malformed`).
 */
export function readWebhook(topic: string, payload: unknown, { webhookId, eventId, triggeredAt }: WebhookHeaders): Webhook {
  // A topic is a word from outside: it may be the name of something that every object has.
  const schema = Object.hasOwn(subjects, topic) ? subjects[topic] : undefined;
  if (!schema)
    throw new RejectedError('webhook-topic-unknown', `Nothing here handles the webhook ${topic}`, { params: { topic } });
  const parsed = schema.safeParse(payload);
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim()).join('; ');
    throw new RejectedError('webhook-malformed', `The body of a webhook ${topic} is not as Shopify describes it: ${fields}`, {
      params: { topic, webhookId },
    });
  }
  const { kind, id, related = [], updatedAt } = parsed.data;
  return { topic, subjectKind: kind, subjectId: id, related, triggeredAt: triggeredAt ?? updatedAt ?? null, webhookId, eventId };
}
