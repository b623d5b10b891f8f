import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Kind, NoDeprecatedCustomRule, parse, validate, visit, visitWithTypeInfo, TypeInfo, type DocumentNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { apiVersion } from '../../app/shopify/api-version.ts';
import { nextVersion, operationsOf, readAdminSchema, readOperations } from './admin-schema.ts';
import { queryCost } from './query-cost.ts';

const admin = readAdminSchema(apiVersion);
if (!admin) throw new Error(`The Admin schema of ${apiVersion} is not vendored: see vendor/shopify-admin-schema`);
const { schema } = admin;
const { document, files } = readOperations();
const operations = operationsOf(document);
const named = (name: string): DocumentNode => {
  const found = operations.find((operation) => operation.name === name);
  if (!found) throw new Error(`There is no operation ${name}`);
  return found.document;
};

describe('our operations', () => {
  it('are found', () => {
    expect(files.length).toBeGreaterThan(15);
    expect(operations.length).toBeGreaterThan(45);
  });

  it(`fit the Admin schema ${apiVersion}`, () => {
    expect(
      operations.flatMap(({ name, document: one }) => validate(schema, one).map(({ message }) => `${name}: ${message}`)),
    ).toEqual([]);
  });

  it('use nothing deprecated', () => {
    expect(
      operations.flatMap(({ name, document: one }) =>
        validate(schema, one, [NoDeprecatedCustomRule]).map(({ message }) => `${name}: ${message}`),
      ),
    ).toEqual([]);
  });

  const next = readAdminSchema(nextVersion(apiVersion));
  it.skipIf(!next)(`fit the next version, ${nextVersion(apiVersion)}, too`, () => {
    if (!next) return;
    const faults = operations.flatMap(({ name, document: one }) =>
      validate(next.schema, one).map(({ message }) => `${name}: ${message}`),
    );
    expect(faults).toEqual([]);
  });

  it('would be refused if they did not fit, or were deprecated', () => {
    expect(validate(schema, parse('{ shop { nope } }'))).toHaveLength(1);
    expect(validate(schema, parse('query Q($id: ID!) { order(id: $id) { totalPrice } }'), [NoDeprecatedCustomRule])).toHaveLength(
      1,
    );
  });

  it('are each asked by somebody: one that isn’t would still ask for its scopes', () => {
    const root = path.resolve(import.meta.dirname, '../..');
    const code = globSync('app/**/*.{ts,tsx}', { cwd: root })
      .filter((file) => !/\/generated\/|\.(test|fixture)\./.test(file))
      .map((file) => readFileSync(path.join(root, file), 'utf8'))
      .join('\n');
    expect(operations.map(({ name }) => name).filter((name) => !new RegExp(`\\b${name}Document\\b`).test(code))).toEqual([]);
  });

  it('have names of their own', () => {
    const names = operations.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).not.toContain('');
  });

  it('carry a key where Shopify requires one, which only the descriptions say', () => {
    const keyed = operations.flatMap(({ name, document: one }) => {
      const found: { operation: string; field: string; has: boolean }[] = [];
      const info = new TypeInfo(schema);
      visit(
        one,
        visitWithTypeInfo(info, {
          [Kind.FIELD]: (node) => {
            if (info.getParentType() !== schema.getMutationType()) return;
            const needs = /idempotency key is required|@idempotent/i.test(info.getFieldDef()?.description ?? '');
            const has = (node.directives ?? []).some((directive) => directive.name.value === 'idempotent');
            if (needs || has) found.push({ operation: name, field: node.name.value, has });
          },
        }),
      );
      return found;
    });
    expect(keyed.filter(({ has }) => !has)).toEqual([]);
    expect([...new Set(keyed.map(({ field }) => field))].sort()).toEqual(['inventorySetQuantities', 'refundCreate']);
  });

  it('for bulk queries keep Shopify’s rules: one to five connections, two deep, edges and node, an id in each parent', () => {
    for (const { name, document: one } of operations.filter(
      (operation) => /^Bulk[A-Z]\w+/.test(operation.name) && !isDriver(operation.name) && isQuery(operation.document),
    )) {
      const connections = [...printed(one).matchAll(/edges/g)].length;
      expect(connections, name).toBeGreaterThanOrEqual(1);
      expect(connections, name).toBeLessThanOrEqual(5);
      expect(printed(one), name).not.toContain('nodes');
      let depth = 0;
      let deepest = 0;
      visit(one, {
        Field: {
          enter(node) {
            if (node.name.value === 'edges') deepest = Math.max(deepest, ++depth);
            if (node.name.value === 'node')
              expect(
                node.selectionSet?.selections.some(
                  (child) => child.kind === Kind.FIELD && child.name.value === 'id' && !child.alias,
                ),
                name,
              ).toBe(true);
          },
          leave(node) {
            if (node.name.value === 'edges') depth--;
          },
        },
      });
      // orders > fulfilment orders > their lines is two below the root connection
      expect(deepest, name).toBeLessThanOrEqual(3);
      expect(one.definitions, `${name} uses fragments`).toHaveLength(1);
    }
  });
});

const printed = (one: DocumentNode): string => JSON.stringify(one, (key, value: unknown) => (key === 'loc' ? undefined : value));
const isDriver = (name: string): boolean => ['BulkRunQuery', 'BulkRunMutation', 'BulkStatus', 'BulkCancel'].includes(name);
const isQuery = (one: DocumentNode): boolean =>
  one.definitions.some((node) => node.kind === Kind.OPERATION_DEFINITION && node.operation === 'query');

describe('what our operations cost', () => {
  const cost = (name: string, variables: Record<string, unknown> = {}) => queryCost(schema, named(name), variables);

  it('is as the model was fitted: the figures of captured answers', () => {
    const pair = 'shopMoney { amount currencyCode }';
    expect(
      queryCost(
        schema,
        parse(
          `query Q { orders(first: 50) { nodes { id attribution { handle } app { id } customAttributes { key } retailLocation { id } totalPriceSet { ${pair} } } } }`,
        ),
      ),
    ).toBe(41);
    expect(queryCost(schema, parse('query Q { ordersCount(limit: null) { count } }'))).toBe(10);
    expect(queryCost(schema, parse('mutation M { tagsAdd(id: "1", tags: []) { node { id } userErrors { message } } }'))).toBe(10);
  });

  it('keeps the order read at 60 points or less', () => {
    expect(cost('OrderRead')).toBeLessThanOrEqual(60);
  });

  it.each([
    ['OrdersUpdated', 15],
    ['OrdersObserved', 40],
    ['OrderFulfilmentOrders', 75],
    ['OrderFulfilments', 20],
    ['OrderLines', 60],
    ['ProductsUpdatedSince', 400],
    ['ProductById', 60],
    ['VariantsBySku', 60],
    ['Locations', 30],
    ['DeliveryProfileMethods', 170],
    ['OrderRefunds', 60],
    ['FulfilmentCreate', 15],
    ['FulfilmentTrackingUpdate', 15],
    ['InventorySet', 10],
    ['InventorySetSayingWhat', 15],
    ['RefundCreate', 15],
    ['ReturnProcess', 20],
  ])('%s costs at most %i points', (name, limit) => {
    expect(cost(name)).toBeLessThanOrEqual(limit);
  });

  it('stays below the limit of a single query for each of them', () => {
    for (const { name, document: one } of operations) {
      if (/^Bulk/.test(name) && !isDriver(name)) continue;
      expect(queryCost(schema, one, { ids: [] }), name).toBeLessThan(1000);
    }
  });
});
