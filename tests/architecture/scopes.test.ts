import { readFileSync } from 'node:fs';
import { getNamedType, isCompositeType, TypeInfo, visit, visitWithTypeInfo, type DocumentNode } from 'graphql';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { apiVersion } from '../../app/shopify/api-version.ts';
import { subjects } from '../../app/shopify/webhooks/read-webhook.ts';
import { isPersonal } from '../../app/shopify/personal-fields.ts';
import { baseScopes, optionalScopes } from '../../app/core/access-scopes.ts';
import { operationsOf, readAdminSchema, readOperationFiles, readOperations } from './admin-schema.ts';

const admin = readAdminSchema(apiVersion);
if (!admin) throw new Error(`The Admin schema of ${apiVersion} is not vendored`);
const { schema, scopes, protectedFields } = admin;

const config = z
  .object({
    application_url: z.url(),
    embedded: z.literal(true),
    access_scopes: z.object({ scopes: z.string(), optional_scopes: z.array(z.string()) }),
    auth: z.object({ redirect_urls: z.array(z.url()) }),
    webhooks: z.object({
      api_version: z.string(),
      subscriptions: z.array(
        z
          .object({ topics: z.array(z.string()).optional(), compliance_topics: z.array(z.string()).optional(), uri: z.string() })
          .loose(),
      ),
    }),
  })
  .parse(parseToml(readFileSync(new URL('../../shopify.app.toml', import.meta.url), 'utf8')));

const asked = config.access_scopes.scopes.split(',');
const optional = config.access_scopes.optional_scopes;
const topics = config.webhooks.subscriptions.flatMap((subscription) => subscription.topics ?? []);
const compliance = config.webhooks.subscriptions.flatMap((subscription) => subscription.compliance_topics ?? []);

/** What Shopify's documentation of a field asks for and its data leaves out. */
const unlisted: Record<string, string[]> = { 'QueryRoot.channels': ['read_publications'] };

/** Which scopes an operation needs by Shopify's own data: each entry is a list of which one is enough. */
function needsOf(document: DocumentNode): { where: string; oneOf: string[] }[] {
  const needs = new Map<string, string[]>();
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field() {
        const parent = info.getParentType();
        const field = info.getFieldDef();
        if (!parent || !field) return;
        const type = getNamedType(field.type);
        const keys = [`${parent.name}.${field.name}`, ...(isCompositeType(type) ? [type.name] : [])];
        for (const key of keys) {
          const oneOf = [...(scopes.get(key) ?? []), ...(unlisted[key] ?? [])];
          if (oneOf.length > 0) needs.set(key, oneOf);
        }
      },
    }),
  );
  return [...needs].map(([where, oneOf]) => ({ where, oneOf }));
}

/** `write_x` includes `read_x`. */
const grants = (scope: string, list: string[]): boolean =>
  list.includes(scope) || (scope.startsWith('read_') && list.includes(scope.replace('read_', 'write_')));

const uncovered = (document: DocumentNode, list: string[]) =>
  operationsOf(document).flatMap(({ name, document: one }) =>
    needsOf(one)
      .filter(({ oneOf }) => !oneOf.some((scope) => grants(scope, list)))
      .map(({ where, oneOf }) => `${name}: ${where} needs ${oneOf.join(' or ')}`),
  );

describe('shopify.app.toml', () => {
  it('names the API version of the code', () => {
    expect(config.webhooks.api_version).toBe(apiVersion);
  });

  it('asks for what the code names, at once or when a switch needs it', () => {
    expect([...asked].sort()).toEqual([...baseScopes].sort());
    expect([...optional].sort()).toEqual([...optionalScopes].sort());
  });

  it('asks for every scope that an operation needs; one that needs an optional scope says so in its file', () => {
    const faults = readOperationFiles().flatMap(({ file, announced, operations }) =>
      uncovered(operations, [...asked, ...announced]).map((fault) => `${file}: ${fault}`),
    );
    expect(faults).toEqual([]);
  });

  it('names optional scopes at the files whose every operation needs one of them, and nowhere else', () => {
    for (const { file, announced, operations } of readOperationFiles().filter((one) => one.announced.length > 0)) {
      expect([file, announced.filter((scope) => !optional.includes(scope))]).toEqual([file, []]);
      const needing = new Set(uncovered(operations, asked).map((fault) => fault.split(':')[0]));
      expect([file, operationsOf(operations).filter(({ name }) => !needing.has(name))]).toEqual([file, []]);
    }
  });

  it('would be found out if a scope were missing', () => {
    expect(
      uncovered(
        readOperations().document,
        asked.filter((scope) => scope !== 'read_locations'),
      ).length,
    ).toBeGreaterThan(0);
  });

  it('asks for no scope that neither an operation nor a webhook needs', () => {
    const needed = operationsOf(readOperations().document).flatMap(({ document }) =>
      needsOf(document).flatMap(({ oneOf }) => oneOf),
    );
    // webhooks of fulfilments carry no operation of ours
    const forWebhooks = topics.some((topic) => topic.startsWith('fulfillments/')) ? ['read_fulfillments'] : [];
    const idle = asked.filter(
      (scope) => ![...needed, ...forWebhooks].some((need) => need === scope || need === scope.replace('write_', 'read_')),
    );
    expect(idle).toEqual([]);
    expect(asked.filter((scope) => optional.includes(scope))).toEqual([]);
  });

  it('subscribes to topics that exist in this version, each once, and each is understood', () => {
    const known = schema.getType('WebhookSubscriptionTopic');
    const names = known && 'getValues' in known ? known.getValues().map(({ name }) => name) : [];
    const asEnum = (topic: string): string => topic.toUpperCase().replace('/', '_');
    expect(topics.filter((topic) => !names.includes(asEnum(topic)))).toEqual([]);
    expect(new Set(topics).size).toBe(topics.length);
    expect([...topics, ...compliance].sort()).toEqual(Object.keys(subjects).sort());
  });

  it('has the three compliance topics', () => {
    expect(compliance.sort()).toEqual(['customers/data_request', 'customers/redact', 'shop/redact']);
  });
});

describe('protected customer data', () => {
  it('that Shopify may keep back is known as such wherever an operation reads it', () => {
    const read = new Set<string>();
    const info = new TypeInfo(schema);
    visit(
      readOperations().document,
      visitWithTypeInfo(info, {
        Field() {
          const [parent, field] = [info.getParentType()?.name ?? '', info.getFieldDef()?.name ?? ''];
          if (protectedFields.has(`${parent}.${field}`)) read.add(`${parent}.${field}`);
        },
      }),
    );
    expect([...read]).toContain('MailingAddress.address1');
    expect([...read].filter((one) => !isPersonal(['order', one.split('.')[1] ?? '']))).toEqual([]);
  });
});
