import { NeedsMerchantError } from '../../core/errors.ts';
import type { MappedPayment, ReferenceDataPort, ReferenceKind, ReferenceValue, SalesOrder } from '../contract/index.ts';
import { firstOffered, type Account } from './account.ts';
import { idLength, seedProductTypes } from './assumptions.ts';
import * as wire from './wire.ts';

const gateways = '/oms/shippingGateways';

/** A shipment method with the carrier that does it is one choice: `carrier/method`. */
export const methodId = (method: string, carrier: string | null): string => (carrier ? `${carrier}/${method}` : method);

/** What a mapping's method and carrier mean: the method may name its carrier itself. */
export function splitMethod(method: string, carrier: string | null): { method: string; carrier: string | null } {
  const cut = method.indexOf('/');
  if (cut <= 0) return { method, carrier };
  return { method: method.slice(cut + 1), carrier: method.slice(0, cut) };
}

const same = (one: string | null, other: string) => one?.trim().toLowerCase() === other.trim().toLowerCase();

/** Carriers: their names by id. */
export async function carriersOf({ client }: Account): Promise<Map<string, string>> {
  const carriers = await client.list(`${gateways}/carrierParties`, wire.carrier, { roleTypeId: 'CARRIER' });
  return new Map(carriers.map(({ partyId, groupName }) => [partyId, groupName ?? partyId]));
}

/** The id of a carrier that is named by its id or as people know it. */
export const carrierNamed = (carriers: ReadonlyMap<string, string>, carrier: string): string | null =>
  carriers.has(carrier) ? carrier : ([...carriers].find(([, name]) => same(name, carrier))?.[0] ?? null);

async function shippingMethods(account: Account): Promise<ReferenceValue[]> {
  const { client } = account;
  const [methods, names, offered] = await Promise.all([
    client.list(`${gateways}/shipmentMethodTypes`, wire.shipmentMethod),
    carriersOf(account),
    client.list(`${gateways}/carrierShipmentMethods`, wire.carrierMethod),
  ]);
  const labels = new Map(methods.map((one) => [one.shipmentMethodTypeId, one.description ?? one.shipmentMethodTypeId]));
  const byCarrier = offered
    .filter(({ partyId, shipmentMethodTypeId }) => partyId !== '_NA_' && labels.has(shipmentMethodTypeId))
    .map(({ partyId, shipmentMethodTypeId }): ReferenceValue => ({
      id: methodId(shipmentMethodTypeId, partyId),
      label: labels.get(shipmentMethodTypeId) ?? shipmentMethodTypeId,
      group: names.get(partyId) ?? partyId,
    }));
  const open = methods.map(({ shipmentMethodTypeId }): ReferenceValue => ({
    id: shipmentMethodTypeId,
    label: labels.get(shipmentMethodTypeId) ?? shipmentMethodTypeId,
    group: null,
  }));
  return [...open, ...byCarrier.filter(({ id }, index) => byCarrier.findIndex((one) => one.id === id) === index)];
}

const paymentTypes = ({ client }: Account) => client.list('/oms/paymentMethodTypes', wire.paymentType);

/** Product types; those of the public seed where the release has no list of them. */
export async function productTypesOf({ client }: Account): Promise<ReferenceValue[]> {
  const seed = seedProductTypes.map((id): ReferenceValue => ({ id, label: id, group: null }));
  return firstOffered(
    async () =>
      (await client.list('/oms/products/productTypes', wire.productType)).map((one) => ({
        id: one.productTypeId,
        label: one.description ?? one.productTypeId,
        group: one.parentTypeId,
      })),
    () => Promise.resolve(seed),
  );
}

export function referenceDataPort(account: Account): ReferenceDataPort {
  const { client } = account;
  const lists: Partial<Record<ReferenceKind, () => Promise<ReferenceValue[]>>> = {
    'shipping-method': () => shippingMethods(account),
    'payment-method': async () =>
      (await paymentTypes(account)).map(({ paymentMethodTypeId: id, description }) => ({
        id,
        label: description ?? id,
        group: null,
      })),
    channel: async () =>
      (await client.list('/admin/enums', wire.enumeration, { enumTypeId: 'ORDER_SALES_CHANNEL' })).map(
        ({ enumId, description }) => ({
          id: enumId,
          label: description ?? enumId,
          group: null,
        }),
      ),
    'product-type': () => productTypesOf(account),
  };
  return {
    kinds: Object.keys(lists) as ReferenceKind[],
    list: (kind) => lists[kind]?.() ?? Promise.resolve([]),
    creates: ['shipping-method'],
    async create(_kind, label) {
      const path = `${gateways}/shipmentMethodTypes`;
      const there = (await client.list(path, wire.shipmentMethod)).find(({ description }) => same(description, label));
      const made = { shipmentMethodTypeId: methodIdFor(label), description: label };
      if (!there) await client.write('POST', path, made, wire.anything);
      return { id: there?.shipmentMethodTypeId ?? made.shipmentMethodTypeId, label, group: null };
    },
  };
}

/** HotWax's ids are words in capitals of at most twenty characters. */
const methodIdFor = (label: string): string =>
  label
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, idLength) || 'METHOD';

/** Method and carrier for an order. What was typed instead of chosen is taken for a name. */
export async function shippingOf(
  account: Account,
  shipping: SalesOrder['shipping'],
): Promise<{ shipmentMethodTypeId: string; carrierPartyId: string | null }> {
  const typed = shipping?.method ?? account.settings.defaultShipmentMethod;
  const { method, carrier } = splitMethod(typed, shipping?.carrier ?? null);
  const chosen = typed.includes('/');
  if (chosen || (carrier === null && method === account.settings.defaultShipmentMethod))
    return { shipmentMethodTypeId: method, carrierPartyId: carrier };
  const [methods, carriers] = await Promise.all([
    account.client.list(`${gateways}/shipmentMethodTypes`, wire.shipmentMethod),
    carrier === null ? new Map<string, string>() : carriersOf(account),
  ]);
  const found =
    methods.find((one) => one.shipmentMethodTypeId === method) ?? methods.find(({ description }) => same(description, method));
  if (!found)
    throw new NeedsMerchantError('hotwax-shipping-method-unknown', 'HotWax has no such shipment method', { params: { method } });
  const carrierPartyId = carrier === null ? null : carrierNamed(carriers, carrier);
  if (carrier !== null && carrierPartyId === null)
    throw new NeedsMerchantError('hotwax-carrier-unknown', 'HotWax has no such carrier', { params: { carrier } });
  return { shipmentMethodTypeId: found.shipmentMethodTypeId, carrierPartyId };
}

/** Payment types by gateway: as mapped, else HotWax's own that names the gateway, else the settings' one. */
export async function paymentTypesOf(account: Account, payments: readonly MappedPayment[]): Promise<ReadonlyMap<string, string>> {
  const types = payments.length > 0 ? await paymentTypes(account) : [];
  return new Map(
    payments.map(({ gateway, method }) => {
      const wanted = method ?? gateway;
      const found =
        types.find((one) => one.paymentMethodTypeId === wanted) ??
        types.find((one) => same(one.paymentMethodCode, wanted)) ??
        types.find(({ description }) => same(description, wanted));
      if (found) return [gateway, found.paymentMethodTypeId];
      if (method === null) return [gateway, account.settings.defaultPaymentType];
      throw new NeedsMerchantError('hotwax-payment-type-unknown', 'HotWax has no such payment type', { params: { method } });
    }),
  );
}
