import { randomUUID } from 'node:crypto';
import { impliedScopes } from '../access/scopes.ts';
import type { MakePayload, Shop, World } from '../core/world.ts';
import { COMPLIANCE_TOPICS, topicByName } from './topics.ts';

export interface SubscriptionRow {
  id: number;
  shop_id: number;
  topic: string;
  uri: string;
  format: string;
  include_fields: string;
  name: string | null;
  failures: number;
  created_at: number;
}

interface Receiver {
  /** Of a subscription made by the API; undefined for those of the toml. */
  subscriptionId: number | undefined;
  uri: string;
  includeFields: string[];
  name: string | null;
}

/** Told whatever the shop's scopes, and also when the app is no longer installed. */
const ALWAYS = new Set<string>(['app/uninstalled', ...COMPLIANCE_TOPICS]);
const REORDER_MS = [300, 1500] as const;

/**
 * Queues an event for every subscription to its topic: those of the app's toml and those made by the API. They are on their way
 * for a moment, come in no order, and now and then twice (facts: shopify.md §4 Webhooks). The payload is made only if someone
 * listens, and kept as it was for every retry.
 */
export function queueWebhook(world: World, shop: Shop, topic: string, payload: MakePayload): void {
  if (!ALWAYS.has(topic) && !mayHear(shop, topic)) return;
  const receivers = receiversOf(world, shop, topic);
  if (receivers.length === 0) return;
  const fault = world.faults.take('webhooks', [topic], ['drop', 'duplicate', 'reorder', 'delay']);
  if (fault?.kind === 'drop') return;
  if (topic === 'bulk_operations/finish' && world.random.next() < world.lostFinishRate) return;
  const whole = receivers.some((receiver) => receiver.includeFields.length === 0);
  const wanted = whole
    ? undefined
    : new Set(receivers.flatMap((receiver) => receiver.includeFields.map((field) => field.split('.')[0] ?? field)));
  const body = payload(wanted) as Record<string, unknown>;
  const eventId = randomUUID();
  const now = world.clock.now();
  for (const receiver of receivers) {
    const text = JSON.stringify(receiver.includeFields.length > 0 ? only(body, receiver.includeFields) : body);
    const webhookId = randomUUID();
    const copies = fault?.kind === 'duplicate' || world.random.next() < world.duplicateRate ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const extra =
        fault?.kind === 'delay' ? (fault.ms ?? 1_000) : fault?.kind === 'reorder' ? world.random.between(...REORDER_MS) : 0;
      world.state.run(
        'INSERT INTO deliveries (shop_id, subscription_id, topic, uri, name, webhook_id, event_id, triggered_at, body, due_at) VALUES (?,?,?,?,?,?,?,?,?,?)',
        shop.id,
        receiver.subscriptionId ?? null,
        topic,
        receiver.uri,
        receiver.name,
        webhookId,
        eventId,
        now,
        text,
        now + world.random.between(...world.timings.webhook) + extra,
      );
    }
  }
}

function mayHear(shop: Shop, topic: string): boolean {
  if (!shop.installed) return false;
  const anyOf = topicByName(topic)?.anyOf ?? [];
  if (anyOf.length === 0) return true;
  const scopes = impliedScopes(shop.scopes);
  return anyOf.some((scope) => scopes.has(scope));
}

function receiversOf(world: World, shop: Shop, topic: string): Receiver[] {
  const fromToml = world
    .appConfig()
    .subscriptions.filter((subscription) => subscription.topic === topic)
    .map((subscription): Receiver => ({
      subscriptionId: undefined,
      uri: subscription.uri,
      includeFields: subscription.includeFields,
      name: subscription.name ?? null,
    }));
  const fromApi = world.state
    .all<SubscriptionRow>('SELECT * FROM subscriptions WHERE shop_id = ? AND topic = ?', shop.id, topic)
    .map((row): Receiver => ({
      subscriptionId: row.id,
      uri: row.uri,
      includeFields: JSON.parse(row.include_fields) as string[],
      name: row.name,
    }));
  return [...fromToml, ...fromApi];
}

/** The fields asked for; `customer.id` picks inside. */
function only(body: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const field of fields) {
    const [head = '', ...rest] = field.split('.');
    if (!(head in body)) continue;
    const value = body[head];
    if (rest.length === 0 || typeof value !== 'object' || value === null) result[head] = value;
    else {
      const inner = rest.join('.');
      result[head] = Array.isArray(value)
        ? value.map((item) => ({ ...only(item as Record<string, unknown>, [inner]) }))
        : { ...(result[head] as Record<string, unknown> | undefined), ...only(value as Record<string, unknown>, [inner]) };
    }
  }
  return result;
}
