import { createRoute, z } from '@hono/zod-openapi';
import { changedReturns, changedShipments, listShipments, shipmentById } from '../parcel-reading.ts';
import { refusal } from '../refusals.ts';
import type { Room } from '../room.ts';
import { unpackParcel } from '../parcels.ts';
import { cancelShipment, correctTracking, shipParcel } from '../shipping.ts';
import { actorOf, body, cursorQuery, failures, ok, roomOf, secured, type StockroomApi } from './api-app.ts';
import { ReturnJson, returnJson, ShipmentJson, shipmentJson, TrackingJson } from './order-json.ts';

const param = z.object({ id: z.uuid().openapi({ param: { name: 'id', in: 'path' } }) });
const tags = ['Shipments and returns'];
const lasting = z.string().openapi({ description: 'Keep it: given as `after` later, it answers what changed since.' });

function startOf(after: string | undefined): { change: bigint; id?: string } {
  if (after === undefined) return { change: 0n };
  const [, change, id] = /^(\d{1,18})(?:\.([0-9a-f-]{36}))?$/.exec(after) ?? [];
  if (!change) throw refusal('stockroom-value', '"after" must be a value that this list gave as `next`.', { field: 'after' });
  return { change: BigInt(change), ...(id ? { id } : {}) };
}

const endOf = (rows: { change: bigint; id: string }[], after: string | undefined) => {
  const last = rows.at(-1);
  return last ? `${last.change}.${last.id}` : (after ?? '0');
};

async function firstPage<T>(pages: AsyncGenerator<T[]>): Promise<T[]> {
  const { value } = await pages.next();
  await pages.return(undefined);
  return (value as T[] | undefined) ?? [];
}

export function addShipmentRoutes(api: StockroomApi): void {
  const read = async (room: Room, id: string) => shipmentJson(await shipmentById({ ...room, id }));
  api.openapi(
    createRoute({
      ...secured,
      method: 'get',
      path: '/shipments',
      tags,
      summary: 'Follow what left: new, corrected and cancelled shipments, oldest change first',
      request: { query: z.object(cursorQuery) },
      responses: { 200: ok(z.object({ shipments: z.array(ShipmentJson), next: lasting })), ...failures },
    }),
    async (context) => {
      const { after, limit } = context.req.valid('query');
      const rows = await firstPage(changedShipments({ ...roomOf(context), ...startOf(after), size: limit }));
      return context.json({ shipments: rows.map(shipmentJson), next: endOf(rows, after) }, 200);
    },
  );
  api.openapi(
    createRoute({
      ...secured,
      method: 'get',
      path: '/shipments/packed',
      tags,
      summary: 'List parcels that are packed and have not left',
      request: {
        query: z.object({
          page: z.coerce.number().int().min(1).default(1),
          limit: z.coerce.number().int().min(1).max(250).default(50),
        }),
      },
      responses: { 200: ok(z.object({ shipments: z.array(ShipmentJson) })), ...failures },
    }),
    async (context) => {
      const { page, limit } = context.req.valid('query');
      const rows = await listShipments({ ...roomOf(context), state: 'packed', page: { number: page, size: limit } });
      return context.json({ shipments: rows.map(shipmentJson) }, 200);
    },
  );
  api.openapi(
    createRoute({
      ...secured,
      method: 'get',
      path: '/shipments/{id}',
      tags,
      summary: 'Read a parcel',
      request: { params: param },
      responses: { 200: ok(ShipmentJson), ...failures },
    }),
    async (context) => context.json(await read(roomOf(context), context.req.valid('param').id), 200),
  );
  api.openapi(
    createRoute({
      ...secured,
      method: 'patch',
      path: '/shipments/{id}',
      tags,
      summary: 'Correct the tracking of a parcel',
      request: { params: param, body: body(z.object({ tracking: z.array(TrackingJson).max(50) })) },
      responses: { 200: ok(ShipmentJson), ...failures },
    }),
    async (context) => {
      const { id } = context.req.valid('param');
      await correctTracking({
        ...roomOf(context),
        shipment: id,
        tracking: context.req.valid('json').tracking,
        actor: actorOf(context),
      });
      return context.json(await read(roomOf(context), id), 200);
    },
  );
  api.openapi(
    createRoute({
      ...secured,
      method: 'post',
      path: '/shipments/{id}/ship',
      tags,
      summary: 'Ship a packed parcel',
      request: {
        params: param,
        body: body(z.object({ tracking: z.array(TrackingJson).max(50).optional(), shippedAt: z.iso.datetime().optional() })),
      },
      responses: { 200: ok(ShipmentJson), ...failures },
    }),
    async (context) => {
      const { id } = context.req.valid('param');
      const { tracking, shippedAt } = context.req.valid('json');
      const more = { ...(tracking ? { tracking } : {}), ...(shippedAt ? { shippedAt: new Date(shippedAt) } : {}) };
      await shipParcel({ ...roomOf(context), shipment: id, ...more, actor: actorOf(context) });
      return context.json(await read(roomOf(context), id), 200);
    },
  );
  api.openapi(
    createRoute({
      ...secured,
      method: 'post',
      path: '/shipments/{id}/cancel',
      tags,
      summary: 'Take back a shipment that did not leave after all',
      request: { params: param, body: body(z.object({ reason: z.string().max(500).optional() })) },
      responses: { 200: ok(ShipmentJson), ...failures },
    }),
    async (context) => {
      const { id } = context.req.valid('param');
      const { reason } = context.req.valid('json');
      await cancelShipment({ ...roomOf(context), shipment: id, ...(reason ? { reason } : {}), actor: actorOf(context) });
      return context.json(await read(roomOf(context), id), 200);
    },
  );
  api.openapi(
    createRoute({
      ...secured,
      method: 'delete',
      path: '/shipments/{id}',
      tags,
      summary: 'Take a packed parcel apart again',
      request: { params: param },
      responses: { 204: { description: 'Done.' }, ...failures },
    }),
    async (context) => {
      await unpackParcel({ ...roomOf(context), shipment: context.req.valid('param').id, actor: actorOf(context) });
      return context.body(null, 204);
    },
  );
  api.openapi(
    createRoute({
      ...secured,
      method: 'get',
      path: '/returns',
      tags,
      summary: 'Follow what came back, oldest first',
      request: { query: z.object(cursorQuery) },
      responses: { 200: ok(z.object({ returns: z.array(ReturnJson), next: lasting })), ...failures },
    }),
    async (context) => {
      const { after, limit } = context.req.valid('query');
      const rows = await firstPage(changedReturns({ ...roomOf(context), ...startOf(after), size: limit }));
      return context.json({ returns: rows.map(returnJson), next: endOf(rows, after) }, 200);
    },
  );
}
