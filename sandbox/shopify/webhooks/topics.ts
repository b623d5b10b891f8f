import { isEnumType } from 'graphql';
import { adminSchema } from '../core/admin-schema.ts';

export interface Topic {
  /** As the API writes it: `ORDERS_CREATE`. */
  enumName: string;
  /** As webhooks carry it: `orders/create`. */
  topic: string;
  /** Any one of these must be granted; empty = none needed. */
  anyOf: readonly string[];
}

let topics: { byEnum: Map<string, Topic>; byName: Map<string, Topic> } | undefined;

/** Compliance topics: in the toml only, so the schema doesn't list them. */
export const COMPLIANCE_TOPICS = ['customers/data_request', 'customers/redact', 'shop/redact'] as const;

/** Every webhook topic with the scopes it needs, read off the schema's descriptions. */
function all(): { byEnum: Map<string, Topic>; byName: Map<string, Topic> } {
  if (topics) return topics;
  const type = adminSchema().schema.getType('WebhookSubscriptionTopic');
  if (!isEnumType(type)) throw new Error('The vendored schema has no WebhookSubscriptionTopic.');
  const found = type.getValues().map((value): Topic => {
    const text = value.description ?? '';
    const name = /`([a-z_]+\/[a-z_]+)`/.exec(text)?.[1] ?? value.name.toLowerCase();
    const sentence = /Requires (?:at least one of the following scopes: ([\w, ]+)|the `(\w+)` scope)/.exec(
      text.replace(/\s+/g, ' '),
    );
    const scopes = sentence?.[2] ? [sentence[2]] : (sentence?.[1]?.split(',').map((scope) => scope.trim()) ?? []);
    return { enumName: value.name, topic: name, anyOf: scopes.filter((scope) => /^\w+$/.test(scope)) };
  });
  topics = {
    byEnum: new Map(found.map((topic) => [topic.enumName, topic])),
    byName: new Map(found.map((topic) => [topic.topic, topic])),
  };
  return topics;
}

export const topicByEnum = (name: string): Topic | undefined => all().byEnum.get(name);
export const topicByName = (name: string): Topic | undefined => all().byName.get(name);
