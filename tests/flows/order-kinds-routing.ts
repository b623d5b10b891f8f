import { expect } from 'vitest';
import {
  appSays,
  costsTheSame,
  eastWarehouse,
  fulfilled,
  goods,
  held,
  live,
  mainWarehouse,
  noPart,
  partsAre,
  popUp,
  scarce,
  sent,
  service,
  untouched,
  type OrderKind,
} from './order-kind.ts';

const group = 'Locations';
const { apron, kettle } = goods;

export const routing: OrderKind[] = [
  {
    group,
    kind: 'Split over two locations',
    verdict: 'Sent in two parts',
    backOffice:
      'Two orders, `#n` and `#n_2`, each at its place; the first carries shipping; together they cost what the buyer paid',
    shopify: 'A fulfilment for each part that is shipped',
    order: {
      lines: [
        { sku: apron, quantity: 2, price: 10, location: mainWarehouse },
        { sku: kettle, quantity: 1, price: 20, location: eastWarehouse },
      ],
    },
    async play({ until, ship, name }) {
      await until((view) => partsAre(view, [mainWarehouse, `${apron}×2`], [eastWarehouse, `${kettle}×1`]));
      await ship({ tracking: 'SPLIT-1' });
      await ship({ tracking: 'SPLIT-2' }, `${name}_2`);
    },
    app: appSays('shipped'),
    backOfficeHas(view) {
      costsTheSame(view);
      expect(view.parts.map(({ reference }) => reference)).toEqual([view.shopify.name, `${view.shopify.name}_2`]);
      expect(view.parts.map(({ charges }) => charges.length)).toEqual([1, 0]);
    },
    shopifyHas(view) {
      const shipped = view.shopify.fulfilments.map(({ lines, location }) => [
        location,
        ...lines.map(({ sku, quantity }) => `${sku}×${quantity}`),
      ]);
      expect(shipped.sort()).toEqual([
        [eastWarehouse, `${kettle}×1`],
        [mainWarehouse, `${apron}×2`],
      ]);
    },
  },
  {
    group,
    kind: 'One line split over two locations',
    verdict: 'Sent in two parts',
    backOffice: "Two orders with some of the line's units each; a discount is shared out to the penny",
    shopify: 'Nothing',
    order: { lines: [{ sku: scarce, quantity: 4, price: 9.99, discount: 5.01 }] },
    app: sent,
    backOfficeHas(view) {
      partsAre(view, [mainWarehouse, `${scarce}×2`], [eastWarehouse, `${scarce}×2`]);
      costsTheSame(view);
      expect(view.parts.flatMap(({ lines }) => lines).reduce((sum, line) => sum + line.discount, 0)).toBe(501);
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Moved to another location before it is handed over',
    verdict: 'Sent once, to where it was moved',
    backOffice: 'One order, at the new place only',
    shopify: 'Nothing',
    order: { lines: [{ sku: apron, quantity: 1, location: mainWarehouse }], financialStatus: 'pending' },
    async play({ until, inShopify }) {
      await until(held('awaiting-payment'));
      await inShopify('fulfilment-orders/1/move', { location: eastWarehouse });
      await inShopify('pay');
    },
    app: sent,
    backOfficeHas(view) {
      partsAre(view, [eastWarehouse, `${apron}×1`]);
      expect(view.parts).toHaveLength(1);
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Moved to another location after it is handed over',
    verdict: 'Goes along to the new place',
    backOffice: 'One order that lives, at the new place',
    shopify: 'Nothing',
    order: { lines: [{ sku: apron, quantity: 1, location: mainWarehouse }] },
    async play({ until, inShopify }) {
      await until((view) => partsAre(view, [mainWarehouse, `${apron}×1`]));
      await inShopify('fulfilment-orders/1/move', { location: eastWarehouse });
    },
    app: sent,
    backOfficeHas: (view) => partsAre(view, [eastWarehouse, `${apron}×1`]),
    shopifyHas: untouched,
  },
  {
    group,
    kind: "A third party's fulfilment service ships a part of it",
    verdict: 'The rest is sent',
    backOffice: "One order without the service's lines",
    shopify: 'A fulfilment for our part only',
    order: {
      lines: [
        { sku: apron, quantity: 1, location: service },
        { sku: kettle, quantity: 2, location: mainWarehouse },
      ],
    },
    async play({ until, ship }) {
      await until((view) => partsAre(view, [mainWarehouse, `${kettle}×2`]));
      await ship({ tracking: 'OURS-1' });
    },
    app: appSays('shipped'),
    backOfficeHas: (view) => expect(live(view)).toHaveLength(1),
    shopifyHas: fulfilled(['OURS-1', `${kettle}×2`]),
  },
  {
    group,
    kind: 'At a location that is not mapped',
    verdict: 'Held as a problem; goes by itself once the location is mapped',
    backOffice: 'Nothing before; then one order at the new facility',
    shopify: 'Nothing',
    alone: true,
    order: { lines: [{ sku: apron, quantity: 1, location: popUp }] },
    async before({ control, at }) {
      await control.post(at('/shopify/locations'), { name: popUp, online: false });
      await control.post(at('/shopify/levels'), { sku: apron, location: popUp, available: 5 });
    },
    async play({ shop, until }) {
      await until((view) => {
        held('location-unmapped')(view);
        noPart(view);
        expect(view.app?.reason?.params['location']).toBe(popUp);
      });
      const { merchant, connectionId } = shop;
      await merchant.act('/app/locations', 'routes/app.locations', { intent: 'refresh' });
      const { locations } = await merchant.read<{ locations: { id: string; name: string }[] }>(
        '/app/locations',
        'routes/app.locations',
      );
      const location = locations.find(({ name }) => name === popUp);
      await merchant.act('/app/locations', 'routes/app.locations', { intent: 'create', locationId: location?.id, connectionId });
    },
    app: sent,
    backOfficeHas: (view) => partsAre(view, [popUp, `${apron}×1`]),
    shopifyHas: untouched,
  },
];
