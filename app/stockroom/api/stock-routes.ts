import { createRoute, z } from '@hono/zod-openapi';
import { inShop } from '../../db/scope.ts';
import { findFacility } from '../facilities.ts';
import { adjustStock, countStock, setStock } from '../stock-entries.ts';
import { stockHistory, stockPage, type StockPosition } from '../stock.ts';
import { isUuid, type Room } from '../room.ts';
import { actorOf, body, cursorQuery, failures, next, ok, roomOf, secured, type StockroomApi } from './api-app.ts';

const facility = z.string().openapi({ description: 'Id, code or name.', example: 'main-warehouse' });
const count = z.int().min(0).max(1_000_000_000);
const LevelJson = z
  .object({
    sku: z.string(),
    title: z.string(),
    facility: z.string(),
    facilityId: z.uuid(),
    onHand: z.int(),
    reserved: z.int(),
    available: z.int().openapi({ description: 'onHand − reserved. Below zero: so many are on back-order.' }),
    counted: z.boolean().openapi({ description: 'False until somebody stated how many there are.' }),
    shelf: z.string(),
    changedAt: z.iso.datetime(),
  })
  .openapi('StockLevel');
const ResultJson = z
  .object({
    batchId: z.uuid().openapi({ description: 'Names what was entered together; see the history.' }),
    changed: z.int(),
    unchanged: z.int(),
    refused: z.array(z.object({ sku: z.string(), facility: z.string(), code: z.string(), text: z.string() })),
  })
  .openapi('StockResult');
const reference = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .openapi({ description: 'Your own name for this request: sent again it is answered, not repeated.' });
const tags = ['Stock'];

function positionOf(after: string | undefined): StockPosition | undefined {
  const [facilityId = '', productId = ''] = after?.split('.') ?? [];
  return isUuid(facilityId) && isUuid(productId) ? { facilityId, productId } : undefined;
}

async function facilityIdsOf(room: Room, key: string | undefined): Promise<{ facilityIds?: string[] }> {
  if (key === undefined) return {};
  const found = await inShop(room.shopId, (tx) => findFacility(tx, room, key, { inactiveToo: true }));
  return { facilityIds: [found.id] };
}

export function addStockRoutes(api: StockroomApi): void {
  api.openapi(
    createRoute({
      ...secured,
      method: 'get',
      path: '/stock',
      tags,
      summary: 'List stock per facility',
      request: {
        query: z.object({
          ...cursorQuery,
          limit: z.coerce.number().int().min(1).max(5000).default(250),
          facility: facility.optional(),
          sku: z.string().optional(),
          changedSince: z.iso
            .datetime()
            .optional()
            .openapi({ description: 'Only levels that changed at or after this moment. Overlap your windows by two minutes.' }),
        }),
      },
      responses: { 200: ok(z.object({ levels: z.array(LevelJson), next })), ...failures },
    }),
    async (context) => {
      const room = roomOf(context);
      const { after, limit, facility: place, sku, changedSince } = context.req.valid('query');
      const only = {
        ...(sku === undefined ? {} : { skus: [sku] }),
        ...(changedSince === undefined ? {} : { changedSince: new Date(changedSince) }),
      };
      const rows = await stockPage({
        ...room,
        ...(await facilityIdsOf(room, place)),
        ...only,
        size: limit,
        after: positionOf(after),
      });
      const last = rows.at(-1);
      const levels = rows.map(({ change: _change, productId: _product, changedAt, ...level }) => ({
        ...level,
        changedAt: changedAt.toISOString(),
      }));
      return context.json({ levels, next: last && rows.length === limit ? `${last.facilityId}.${last.productId}` : null }, 200);
    },
  );
  api.openapi(
    createRoute({
      ...secured,
      method: 'put',
      path: '/stock',
      tags,
      summary: 'Set stock',
      description:
        'Give each line either `onHand` (what lies there) or `available` (what can be sold). Up to 10,000 lines; sending the same again changes nothing.',
      request: {
        body: body(
          z.object({
            lines: z
              .array(
                z.object({
                  sku: z.string(),
                  facility,
                  onHand: count.optional(),
                  available: count.optional(),
                  shelf: z.string().max(50).optional(),
                }),
              )
              .min(1)
              .max(10_000),
            reason: z.string().max(500).optional(),
          }),
        ),
      },
      responses: { 200: ok(ResultJson), ...failures },
    }),
    async (context) =>
      context.json(await setStock({ ...roomOf(context), ...context.req.valid('json'), actor: actorOf(context) }), 200),
  );
  api.openapi(
    createRoute({
      ...secured,
      method: 'post',
      path: '/stock/adjustments',
      tags,
      summary: 'Add or take away stock, with a reason',
      request: {
        body: body(
          z.object({
            lines: z
              .array(z.object({ sku: z.string(), facility, change: z.int().min(-1_000_000_000).max(1_000_000_000) }))
              .min(1)
              .max(1000),
            reason: z.string().min(1).max(500),
            reference,
          }),
        ),
      },
      responses: { 200: ok(ResultJson), ...failures },
    }),
    async (context) =>
      context.json(await adjustStock({ ...roomOf(context), ...context.req.valid('json'), actor: actorOf(context) }), 200),
  );
  api.openapi(
    createRoute({
      ...secured,
      method: 'post',
      path: '/stock/counts',
      tags,
      summary: 'Enter a stock-take',
      request: {
        body: body(
          z.object({
            lines: z
              .array(z.object({ sku: z.string(), facility, counted: count }))
              .min(1)
              .max(10_000),
            reason: z.string().max(500).optional(),
            reference,
          }),
        ),
      },
      responses: { 200: ok(ResultJson), ...failures },
    }),
    async (context) =>
      context.json(await countStock({ ...roomOf(context), ...context.req.valid('json'), actor: actorOf(context) }), 200),
  );
  const EntryJson = z.object({
    id: z.string(),
    at: z.iso.datetime(),
    kind: z.string(),
    sku: z.string(),
    title: z.string(),
    facility: z.string(),
    before: z.int(),
    after: z.int(),
    reason: z.string(),
    actor: z.object({ kind: z.string(), name: z.string() }),
    reference: z.string().nullable(),
    batchId: z.uuid(),
  });
  api.openapi(
    createRoute({
      ...secured,
      method: 'get',
      path: '/stock/history',
      tags,
      summary: 'What changed on hand, newest first',
      request: {
        query: z.object({
          facility: facility.optional(),
          batchId: z.uuid().optional(),
          page: z.coerce.number().int().min(1).default(1),
          limit: z.coerce.number().int().min(1).max(250).default(50),
        }),
      },
      responses: { 200: ok(z.object({ entries: z.array(EntryJson.openapi('StockEntry')), total: z.int() })), ...failures },
    }),
    async (context) => {
      const room = roomOf(context);
      const { facility: place, batchId, page, limit } = context.req.valid('query');
      const { facilityIds } = await facilityIdsOf(room, place);
      const only = { ...(facilityIds?.[0] ? { facilityId: facilityIds[0] } : {}), ...(batchId ? { batchId } : {}) };
      const { entries, total } = await stockHistory({ ...room, ...only, page: { number: page, size: limit } });
      return context.json({ entries: entries.map((entry) => ({ ...entry, at: entry.at.toISOString() })), total }, 200);
    },
  );
}
