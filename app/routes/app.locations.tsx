import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { LocationAudit } from '../components/location-audit.tsx';
import { LocationsForm } from '../components/locations-form.tsx';
import { MirrorImport } from '../components/mirror-import.tsx';
import { BlockStack, Page } from '../components/ui/index.ts';
import { auditLocations } from '../connections/audit-locations.ts';
import { listConnections } from '../connections/connections.ts';
import { createFacilityFromLocation, listFacilities, refreshFacilities } from '../connections/facilities.ts';
import { capabilitiesOf } from '../connections/known-connectors.ts';
import { linkLocation, setStockCarrier, unlinkLocation } from '../connections/location-links.ts';
import { listLocations } from '../connections/locations.ts';
import { openConnection } from '../connections/open-connection.ts';
import { inShop, type Tx } from '../db/scope.ts';
import { askForMirror } from '../sync/mirror/ask-for-mirror.ts';
import { retryProblems } from '../sync/problems/retry-problems.ts';
import { rejudgeOrders } from '../sync/orders/rejudge-orders.ts';
import { movedLocations, openOrdersAt, readLocationEffects, type LocationEffect } from '../sync/shop/location-effect.ts';
import { refreshShop } from '../sync/shop/refresh-shop.ts';
import { performWrite } from '../sync/writes/perform-write.ts';
import { readMirror } from './_shared/mappings-page.server.ts';
import { Refused } from './_shared/failure.server.ts';
import { act, readPage } from './_shared/page.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }) => {
    const rows = (await listConnections(shop.id)).filter(({ state }) => state === 'active');
    return inShop(shop.id, async (tx) => {
      const places = [];
      for (const row of rows) {
        const { id, name } = row;
        const { createsFacilities } = capabilitiesOf(row);
        places.push({ connectionId: id, name, createsFacilities, facilities: await listFacilities(tx, shop.id, id) });
      }
      const locations = await listLocations(tx, shop.id);
      const used = new Set(locations.map(({ link }) => link && `${link.connectionId} ${link.facilityId}`));
      const idle = places.flatMap(({ connectionId, facilities }) =>
        facilities
          .filter(({ active, listed, id, kind }) => active && listed && kind !== 'queue' && !used.has(`${connectionId} ${id}`))
          .map(({ id, name, url }) => ({ connectionId, id, name, url })),
      );
      return { locations, places, idle, findings: Object.fromEntries(auditLocations(locations)) };
    }).then(async (page) => {
      const mirrors = await Promise.all(rows.map((row) => readMirror(shop.id, row)));
      return { ...page, mirrors: mirrors.filter((one) => one !== null) };
    });
  });
}

const locationId = z.string().startsWith('gid://shopify/Location/');

const schema = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('refresh') }),
  z.object({
    intent: z.literal('save'),
    changes: z.array(z.object({ locationId, connectionId: z.uuid(), facilityId: z.string(), share: z.boolean() })).max(1000),
  }),
  z.object({ intent: z.literal('create'), locationId, connectionId: z.uuid() }),
  z.object({ intent: z.literal('carry'), locationId }),
  z.object({ intent: z.literal('remove'), locationId }),
  z.object({ intent: z.literal('effect'), locationIds: z.array(locationId).max(1000) }),
]);

export function action({ request }: ActionFunctionArgs) {
  return act<typeof schema, LocationEffect[]>(
    request,
    schema,
    ({ intent }) => (intent === 'refresh' ? 'operator' : 'administrator'),
    async (input, { shop, actor }) => {
      const shopId = shop.id;
      // Orders that waited for a location go by themselves once it is mapped.
      const release = () => retryProblems({ shopId, cause: 'location-unmapped', by: actor.userId });
      // A location that moves from one connection to another concerns both.
      const askAll = async (tx: Tx) => {
        const connections = await tx.connection.findMany({ where: { shopId }, select: { id: true } });
        for (const { id } of connections) await askForMirror(tx, shopId, id);
      };
      switch (input.intent) {
        case 'refresh': {
          await refreshShop(shop, 'location');
          const active = (await listConnections(shopId)).filter(({ state }) => state === 'active');
          for (const { id } of active) await refreshFacilities(await openConnection(shopId, id));
          return { done: 'done.refreshed' };
        }
        case 'save': {
          const concerned = await inShop(shopId, async (tx) => {
            const open = await openOrdersAt(tx, shopId, await movedLocations(tx, shopId, input.changes));
            for (const change of input.changes) await linkLocation(tx, shopId, actor, change);
            await askAll(tx);
            return open;
          });
          await release();
          // Orders that were handed over follow their location.
          await rejudgeOrders(shopId, concerned);
          return { done: 'done.saved' };
        }
        case 'create': {
          const made = await createFacilityFromLocation(
            await openConnection(shopId, input.connectionId),
            input.locationId,
            actor,
            performWrite,
          );
          if (made.outcome === 'withheld') throw new Refused(made.reason);
          await inShop(shopId, askAll);
          await release();
          return { done: 'done.facilityCreated' };
        }
        case 'carry':
          await inShop(shopId, (tx) => setStockCarrier(tx, shopId, actor, input.locationId));
          return { done: 'done.saved' };
        case 'effect':
          return { result: await inShop(shopId, (tx) => readLocationEffects(tx, shopId, input.locationIds)) };
        case 'remove': {
          const concerned = await inShop(shopId, async (tx) => {
            const open = await openOrdersAt(tx, shopId, [input.locationId]);
            await unlinkLocation(tx, shopId, actor, input.locationId);
            await askAll(tx);
            return open;
          });
          await rejudgeOrders(shopId, concerned);
          return { done: 'done.unmapped' };
        }
      }
    },
  );
}

export default function Locations(): ReactNode {
  const { locations, places, mirrors, findings, idle } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  return (
    <Page title={t('nav.locations')} subtitle={t('locations.what')}>
      <BlockStack gap="400">
        {mirrors.map((mirror) => (
          <MirrorImport key={mirror.connectionId} {...mirror} kinds={['location']} />
        ))}
        <LocationAudit findings={findings} idle={idle} />
        <LocationsForm locations={locations} places={places} findings={findings} />
      </BlockStack>
    </Page>
  );
}
