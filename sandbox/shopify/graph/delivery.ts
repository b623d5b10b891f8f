import { gid, idOf } from '../core/gid.ts';
import { pageOfList } from '../core/paging.ts';
import { ref } from '../core/refs.ts';
import { PAGING, withArgs, type Registry } from '../core/registry.ts';
import type { RequestContext } from '../core/world.ts';
import {
  documents,
  type CarrierDocument,
  type Method,
  type ProfileDocument,
  type Stored,
  type Zone,
} from '../domain/documents.ts';
import { moneyV2 } from './values.ts';

/** Delivery profiles and carrier services. */
export function deliveryFields(registry: Registry): void {
  registry.type<unknown>('QueryRoot', {
    deliveryProfiles: withArgs([...PAGING, 'merchantOwnedOnly'], (_source, args, ctx, info) =>
      pageOfList(ctx, info, args, documents(ctx.world.state, ctx.shop.id, 'deliveryProfile').map(profile)),
    ),
    deliveryProfile: withArgs(['id'], (_source, args, ctx) => {
      const found = documents(ctx.world.state, ctx.shop.id, 'deliveryProfile').find(
        (entry) => entry.id === idOf('DeliveryProfile', args.id),
      );
      return found ? profile(found) : null;
    }),
    carrierServices: withArgs([...PAGING, 'sortKey'], (_source, args, ctx, info) =>
      pageOfList(ctx, info, args, documents(ctx.world.state, ctx.shop.id, 'carrierService').map(carrier)),
    ),
    availableCarrierServices: (_source, _args, ctx) =>
      documents(ctx.world.state, ctx.shop.id, 'carrierService')
        .filter((entry) => entry.data.active)
        .map((entry) => ({
          carrierService: carrier(entry),
          locations: entry.data.locations.map((locationId) => ref('Location', locationId)),
        })),
  });

  registry.type<{ groups: ProfileDocument['groups'] }>('DeliveryProfile', {
    profileLocationGroups: withArgs(['locationGroupId'], (source, args) =>
      source.groups
        .filter((group) => !args.locationGroupId || idOf('DeliveryLocationGroup', args.locationGroupId) === group.id)
        .map((group) => ({ group })),
    ),
  });
  registry.type<{ group: ProfileDocument['groups'][number] }>('DeliveryProfileLocationGroup', {
    locationGroup: ({ group }) => ({ id: gid('DeliveryLocationGroup', group.id), group }),
    locationGroupZones: withArgs(PAGING, ({ group }, args, ctx, info) =>
      pageOfList(
        ctx,
        info,
        args,
        group.zones.map((zone) => ({ zone: zoneOf(zone), source: zone })),
      ),
    ),
  });
  registry.type<{ group: ProfileDocument['groups'][number] }>('DeliveryLocationGroup', {
    locations: withArgs(PAGING, ({ group }, args, ctx, info) =>
      pageOfList(
        ctx,
        info,
        args,
        group.locations.map((locationId) => ref('Location', locationId)).map((entry) => loaded(ctx, entry.id)),
      ),
    ),
  });
  registry.type<{ source: Zone }>('DeliveryLocationGroupZone', {
    methodDefinitions: withArgs([...PAGING, 'sortKey'], ({ source }, args, ctx, info) =>
      pageOfList(
        ctx,
        info,
        args,
        source.methods.map((method) => methodOf(ctx, method)),
      ),
    ),
  });
  registry.type<{ services: string[] }>('DeliveryCarrierService', {
    availableServicesForCountries: withArgs(['restOfWorld', 'countryCodes', 'origins'], (source) =>
      source.services.map((name) => ({ name, countries: [] })),
    ),
  });
}

const loaded = (ctx: RequestContext, id: number) => ({
  __typename: 'Location',
  ...ctx.world.state.get('SELECT * FROM locations WHERE id = ?', id),
});

function profile({ id, data }: Stored<ProfileDocument>) {
  return {
    __typename: 'DeliveryProfile',
    id: gid('DeliveryProfile', id),
    name: data.name,
    default: data.default,
    version: data.version,
    activeMethodDefinitionsCount: data.groups
      .flatMap((group) => group.zones)
      .flatMap((zone) => zone.methods)
      .filter((method) => method.active).length,
    groups: data.groups,
  };
}

const zoneOf = (zone: Zone) => ({
  id: gid('DeliveryZone', zone.id),
  name: zone.name,
  countries: zone.countries.map((country) => ({
    id: gid('DeliveryCountry', zone.id),
    name: country.restOfWorld ? 'Rest of world' : country.code,
    code: { countryCode: country.restOfWorld ? null : country.code, restOfWorld: country.restOfWorld },
    provinces: country.provinces.map((code) => ({ code, name: code })),
  })),
});

function methodOf(ctx: RequestContext, method: Method) {
  const rate = method.rate;
  return {
    id: gid('DeliveryMethodDefinition', method.id),
    name: method.name,
    description: method.description,
    active: method.active,
    rateProvider:
      'price' in rate
        ? {
            __typename: 'DeliveryRateDefinition',
            id: gid('DeliveryRateDefinition', method.id),
            price: moneyV2(rate.price, ctx.shop.data.currency),
          }
        : {
            __typename: 'DeliveryParticipant',
            id: gid('DeliveryParticipant', method.id),
            carrierService: carrier(
              documents(ctx.world.state, ctx.shop.id, 'carrierService').find(
                (entry) => entry.id === rate.carrierId,
              ) as Stored<CarrierDocument>,
            ),
            participantServices: rate.services,
            adaptToNewServicesFlag: rate.adapts,
          },
  };
}

const carrier = ({ id, data }: Stored<CarrierDocument>) => ({
  __typename: 'DeliveryCarrierService',
  id: gid('DeliveryCarrierService', id),
  name: data.name,
  formattedName: data.formattedName,
  active: data.active,
  callbackUrl: data.callbackUrl,
  supportsServiceDiscovery: data.discovery,
  services: data.services,
});
