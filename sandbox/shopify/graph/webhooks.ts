import { API_VERSION } from '../core/admin-schema.ts';
import { gid, idOf } from '../core/gid.ts';
import { dateTime } from '../core/moment.ts';
import { NotImplemented, onlyKnown } from '../core/not-implemented.ts';
import { page } from '../core/paging.ts';
import { byShop, defineLoader, ref, refOrNull } from '../core/refs.ts';
import { PAGING, withArgs, type Registry } from '../core/registry.ts';
import { Refused } from '../core/user-error.ts';
import { topicByEnum, topicByName } from '../webhooks/topics.ts';
import type { SubscriptionRow } from '../webhooks/queue.ts';
import { apiVersion } from './shop.ts';
import { defineMutation } from './mutation.ts';
import { exactCount } from './values.ts';

interface Input {
  uri?: string | null;
  callbackUrl?: string | null;
  format?: string | null;
  includeFields?: string[] | null;
  name?: string | null;
}

/** Subscriptions made by the API; those of the toml don't show here (facts: shopify-operations/webhooks.graphql). */
export function webhookFields(registry: Registry): void {
  defineLoader('WebhookSubscription', byShop('subscriptions'));
  registry.type<unknown>('QueryRoot', {
    webhookSubscription: withArgs(['id'], (_source, args) =>
      refOrNull('WebhookSubscription', idOf('WebhookSubscription', args.id)),
    ),
    webhookSubscriptionsCount: (_source, _args, ctx) =>
      exactCount(
        ctx.world.state.get<{ n: number }>('SELECT count(*) AS n FROM subscriptions WHERE shop_id = ?', ctx.shop.id)?.n ?? 0,
      ),
    webhookSubscriptions: withArgs([...PAGING, 'sortKey', 'topics', 'uri'], (_source, args, ctx, info) => {
      const topics = (args.topics as string[] | null | undefined)?.map((name) => topicByEnum(name)?.topic ?? '');
      return page(ctx, info, args, {
        select: 'SELECT s.* FROM subscriptions s',
        where: [
          { sql: 's.shop_id = ?', params: [ctx.shop.id] },
          ...(topics ? [{ sql: 's.topic IN (SELECT value FROM json_each(?))', params: [JSON.stringify(topics)] }] : []),
          ...(args.uri ? [{ sql: 's.uri = ?', params: [String(args.uri)] }] : []),
        ],
        id: 's.id',
        toNode: (row) => ({ __typename: 'WebhookSubscription', ...row }),
      });
    }),
  });
  registry.type<SubscriptionRow>('WebhookSubscription', {
    id: (row) => gid('WebhookSubscription', row.id),
    legacyResourceId: (row) => String(row.id),
    topic: (row) => topicByName(row.topic)?.enumName,
    uri: (row) => row.uri,
    format: (row) => row.format,
    filter: () => null,
    includeFields: (row) => JSON.parse(row.include_fields) as string[],
    metafieldNamespaces: () => [],
    name: (row) => row.name,
    apiVersion: () => apiVersion(API_VERSION),
    createdAt: (row) => dateTime(row.created_at),
    updatedAt: (row) => dateTime(row.created_at),
  });

  const checked = (input: Input) => {
    onlyKnown(
      input as Record<string, unknown>,
      ['uri', 'callbackUrl', 'format', 'includeFields', 'name'],
      'WebhookSubscriptionInput',
    );
    if (input.format && input.format !== 'JSON') throw new NotImplemented('webhooks in XML');
    const uri = input.uri ?? input.callbackUrl;
    if (uri && !/^https?:\/\//.test(uri)) {
      if (/^(arn:aws|pubsub:)/.test(uri)) throw new NotImplemented(`webhooks to ${uri.split(':')[0]}`);
      throw new Refused('Address is invalid', { field: ['webhookSubscription', 'uri'] });
    }
    return uri;
  };

  defineMutation(registry, 'webhookSubscriptionCreate', ['topic', 'webhookSubscription'], (change, args, ctx) => {
    const input = args.webhookSubscription as Input;
    const topic = topicByEnum(String(args.topic));
    const uri = checked(input);
    if (!topic) throw new NotImplemented(`the webhook topic ${String(args.topic)}`);
    if (!uri) throw new Refused('Address can’t be blank', { field: ['webhookSubscription', 'uri'] });
    if (topic.anyOf.length > 0 && !topic.anyOf.some((scope) => ctx.scopes.has(scope))) {
      throw new Refused(
        `You do not have the access scopes to create a subscription to the topic ${topic.topic}: ${topic.anyOf.join(', ')}`,
        { field: ['topic'] },
      );
    }
    if (
      change.state.get(
        'SELECT 1 FROM subscriptions WHERE shop_id = ? AND topic = ? AND uri = ?',
        change.shop.id,
        topic.topic,
        uri,
      )
    ) {
      throw new Refused('Address for this topic has already been taken', { field: ['webhookSubscription', 'uri'] });
    }
    const { lastId } = change.state.run(
      'INSERT INTO subscriptions (shop_id, topic, uri, format, include_fields, name, created_at) VALUES (?,?,?,?,?,?,?)',
      change.shop.id,
      topic.topic,
      uri,
      'JSON',
      JSON.stringify(input.includeFields ?? []),
      input.name ?? null,
      change.at,
    );
    return { webhookSubscription: ref('WebhookSubscription', lastId) };
  });

  defineMutation(registry, 'webhookSubscriptionUpdate', ['id', 'webhookSubscription'], (change, args) => {
    const input = args.webhookSubscription as Input;
    const uri = checked(input);
    const row = change.state.get<SubscriptionRow>(
      'SELECT * FROM subscriptions WHERE id = ? AND shop_id = ?',
      idOf('WebhookSubscription', args.id) ?? 0,
      change.shop.id,
    );
    if (!row) throw new Refused('Webhook subscription does not exist', { field: ['id'] });
    change.state.run(
      'UPDATE subscriptions SET uri = ?, include_fields = ?, name = ? WHERE id = ?',
      uri ?? row.uri,
      input.includeFields ? JSON.stringify(input.includeFields) : row.include_fields,
      input.name ?? row.name,
      row.id,
    );
    return { webhookSubscription: ref('WebhookSubscription', row.id) };
  });

  defineMutation(registry, 'webhookSubscriptionDelete', ['id'], (change, args) => {
    const deleted = change.state.run(
      'DELETE FROM subscriptions WHERE id = ? AND shop_id = ?',
      idOf('WebhookSubscription', args.id) ?? 0,
      change.shop.id,
    );
    if (deleted.changes === 0) throw new Refused('Webhook subscription does not exist', { field: ['id'] });
    return { deletedWebhookSubscriptionId: String(args.id) };
  });
}
