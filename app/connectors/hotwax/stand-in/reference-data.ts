import type { Context } from 'hono';
import { param, readBody, required, type Api } from './api.ts';
import { FACTS } from './facts.ts';
import { list } from './finding.ts';
import { settingOf } from './limits.ts';
import { create, remove, store, update } from './records.ts';
import { refuseMoqui } from './refusals.ts';
import type { World } from './world.ts';

const LISTS: Record<string, string> = {
  '/admin/enums': 'Enumeration',
  '/oms/shippingGateways/shipmentMethodTypes': 'ShipmentMethodType',
  '/oms/shippingGateways/carrierParties': 'PartyNameAndRoleDetail',
  '/oms/shippingGateways/carrierShipmentMethods': 'CarrierShipmentMethod',
  '/oms/shippingGateways/orderAdjustmentTypes': 'OrderAdjustmentType',
  '/oms/paymentMethodTypes': 'PaymentMethodType',
  '/oms/products/productTypes': 'ProductType',
  '/oms/statuses': 'StatusItem',
  '/oms/goodIdentificationTypes': 'GoodIdentificationType',
  '/oms/returnTypes': 'ReturnType',
  '/oms/returnReasons': 'ReturnReason',
  '/oms/returnItemTypes': 'ReturnItemType',
};

/** Lists that orders, products and returns choose from. Source: hotwax.md §3.3. */
export function referenceData(api: Api, world: World): void {
  for (const [path, entity] of Object.entries(LISTS))
    api.get(path, (c) => {
      // an older instance has no such list: hotwax.md §3.3 "newer; fall back to seed list"
      if (entity === 'ProductType' && settingOf(world, 'productTypes') === 'absent')
        throw refuseMoqui(FACTS.unknownPath, 404, 'Resource productTypes not found');
      return list(world, c, entity);
    });

  api.post('/oms/shippingGateways/shipmentMethodTypes', async (c) =>
    c.json(create(world, 'ShipmentMethodType', await readBody(c))),
  );
  const method = (c: Context) => ({ shipmentMethodTypeId: param(c, 'id') });
  api.put('/oms/shippingGateways/shipmentMethodTypes/:id', async (c) =>
    c.json(update(world, 'ShipmentMethodType', { ...(await readBody(c)), ...method(c) })),
  );
  api.delete('/oms/shippingGateways/shipmentMethodTypes/:id', (c) => {
    remove(world, 'ShipmentMethodType', method(c));
    return c.json({});
  });

  api.post('/oms/shippingGateways/carrierParties', async (c) => {
    const { partyId: wanted, ...rest } = await readBody(c);
    const groupName = required(rest, 'groupName');
    return c.json(
      world.state.transaction(() => {
        const { partyId } = create(world, 'Party', { ...(wanted ? { partyId: wanted } : {}), partyTypeId: 'PARTY_GROUP' });
        create(world, 'PartyGroup', { ...rest, partyId, groupName });
        create(world, 'PartyRole', { partyId, roleTypeId: 'CARRIER' });
        return { partyId };
      }),
    );
  });

  const carrierMethods = '/oms/shippingGateways/carrierShipmentMethods';
  api.post(carrierMethods, async (c) => c.json(create(world, 'CarrierShipmentMethod', await readBody(c))));
  api.put(carrierMethods, async (c) => c.json(store(world, 'CarrierShipmentMethod', await readBody(c))));
  api.delete(carrierMethods, async (c) => {
    remove(world, 'CarrierShipmentMethod', await keyOfDelete(c));
    return c.json({});
  });
}

/** A delete names its record in the query or in a body. */
export async function keyOfDelete(c: Context): Promise<Record<string, unknown>> {
  return { ...Object.fromEntries(new URL(c.req.url).searchParams), ...(await readBody(c)) };
}
