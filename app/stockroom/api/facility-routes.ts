import { createRoute, z } from '@hono/zod-openapi';
import { createFacility, findFacility, listFacilities, updateFacility, type Facility } from '../facilities.ts';
import { inShop } from '../../db/scope.ts';
import { listStores, saveStore } from '../stores.ts';
import { body, failures, ok, roomOf, secured, type StockroomApi } from './api-app.ts';

const line = z.string().max(300).nullable().optional();
const Address = z
  .object({
    company: line,
    address1: line,
    address2: line,
    city: line,
    zip: line,
    province: line,
    provinceCode: line,
    countryCode: z.string().length(2).nullable().optional(),
    phone: line,
  })
  .openapi('FacilityAddress');
const FacilityJson = z
  .object({
    id: z.uuid(),
    code: z.string(),
    name: z.string(),
    active: z.boolean(),
    address: Address.nullable(),
    storeId: z.uuid().nullable(),
  })
  .openapi('Facility');
const StoreJson = z.object({ id: z.uuid(), name: z.string(), slipNote: z.string() }).openapi('Store');
const name = z.string().min(1).max(100);
const facility = z
  .string()
  .openapi({ param: { name: 'facility', in: 'path' }, description: 'Id, code or name.', example: 'main-warehouse' });
const tags = ['Facilities'];

const json = ({ id, code, name: called, active, address, storeId }: Facility): z.infer<typeof FacilityJson> => ({
  id,
  code,
  name: called,
  active,
  address,
  storeId,
});

export function addFacilityRoutes(api: StockroomApi): void {
  api.openapi(
    createRoute({
      ...secured,
      method: 'get',
      path: '/facilities',
      tags,
      summary: 'List facilities',
      responses: { 200: ok(z.object({ facilities: z.array(FacilityJson) })), ...failures },
    }),
    async (context) => context.json({ facilities: (await listFacilities(roomOf(context))).map(json) }, 200),
  );
  api.openapi(
    createRoute({
      ...secured,
      method: 'post',
      path: '/facilities',
      tags,
      summary: 'Create a facility',
      request: {
        body: body(z.object({ name, address: Address.nullable().optional(), storeId: z.uuid().nullable().optional() })),
      },
      responses: { 201: ok(FacilityJson), ...failures },
    }),
    async (context) => {
      const { name: called, address, storeId } = context.req.valid('json');
      return context.json(
        json(await createFacility({ ...roomOf(context), name: called, address: address ?? null, storeId: storeId ?? null })),
        201,
      );
    },
  );
  api.openapi(
    createRoute({
      ...secured,
      method: 'get',
      path: '/facilities/{facility}',
      tags,
      summary: 'Read a facility',
      request: { params: z.object({ facility }) },
      responses: { 200: ok(FacilityJson), ...failures },
    }),
    async (context) => {
      const room = roomOf(context);
      const found = await inShop(room.shopId, (tx) =>
        findFacility(tx, room, context.req.valid('param').facility, { inactiveToo: true }),
      );
      return context.json(json(found), 200);
    },
  );
  api.openapi(
    createRoute({
      ...secured,
      method: 'patch',
      path: '/facilities/{facility}',
      tags,
      summary: 'Rename, move, activate or deactivate a facility',
      request: {
        params: z.object({ facility }),
        body: body(
          z.object({
            name: name.optional(),
            address: Address.nullable().optional(),
            storeId: z.uuid().nullable().optional(),
            active: z.boolean().optional(),
          }),
        ),
      },
      responses: { 200: ok(FacilityJson), ...failures },
    }),
    async (context) => {
      const changed = await updateFacility({
        ...roomOf(context),
        facility: context.req.valid('param').facility,
        ...context.req.valid('json'),
      });
      return context.json(json(changed), 200);
    },
  );
  api.openapi(
    createRoute({
      ...secured,
      method: 'get',
      path: '/stores',
      tags,
      summary: 'List stores (the names on packing slips)',
      responses: { 200: ok(z.object({ stores: z.array(StoreJson) })), ...failures },
    }),
    async (context) => context.json({ stores: await listStores(roomOf(context)) }, 200),
  );
  api.openapi(
    createRoute({
      ...secured,
      method: 'post',
      path: '/stores',
      tags,
      summary: 'Create a store',
      request: { body: body(z.object({ name, slipNote: z.string().max(1000).default('') })) },
      responses: { 201: ok(StoreJson), ...failures },
    }),
    async (context) => context.json(await saveStore({ ...roomOf(context), ...context.req.valid('json') }), 201),
  );
}
