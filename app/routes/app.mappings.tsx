import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { ConnectionChoice } from '../components/connection-choice.tsx';
import { NoConnection } from '../components/no-connection.tsx';
import { MappingRule } from '../components/mapping-rule.tsx';
import { MappingsForm } from '../components/mappings-form.tsx';
import { BlockStack, Page, Tabs } from '../components/ui/index.ts';
import { inShop } from '../db/scope.ts';
import { mappingKinds, matchKinds } from '../mappings/kinds.ts';
import { listMappingRows, mappingCoverage, removeMapping, saveMapping } from '../mappings/mapping-store.ts';
import { retryProblems } from '../sync/problems/retry-problems.ts';
import { discoverValues } from '../sync/shop/discover-values.ts';
import { act, oneOf, pickConnection, readPage } from './_shared/page.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }, query) => {
    const kind = oneOf(query, 'kind', mappingKinds) ?? 'shipping';
    const connection = await pickConnection(shop.id, query);
    if (!connection) return { kind, connection: null, rows: [], coverage: null, kinds: mappingKinds };
    return inShop(shop.id, async (tx) => ({
      kind,
      kinds: mappingKinds,
      connection: { id: connection.id, name: connection.name },
      rows: await listMappingRows(tx, shop.id, connection.id, kind),
      coverage: await mappingCoverage(tx, shop.id, connection.id, kind),
    }));
  });
}

const target = z.record(z.string(), z.string().nullable());
const of = { connectionId: z.uuid(), kind: z.enum(['shipping', 'payment']) };

const schema = z.discriminatedUnion('intent', [
  z.object({
    intent: z.literal('save'),
    ...of,
    mappings: z.array(z.object({ match: z.enum(matchKinds), source: z.string().max(255), target })).max(1000),
  }),
  z.object({ intent: z.literal('remove'), ...of, id: z.uuid() }),
  z.object({ intent: z.literal('discover') }),
]);

export function action({ request }: ActionFunctionArgs) {
  return act(
    request,
    schema,
    ({ intent }) => (intent === 'discover' ? 'operator' : 'administrator'),
    async (input, { shop, actor }) => {
      const shopId = shop.id;
      switch (input.intent) {
        case 'discover':
          await discoverValues(shop);
          return { done: 'done.refreshed' };
        case 'remove':
          await inShop(shopId, (tx) => removeMapping(tx, shopId, actor, input.id));
          return { done: 'done.unmapped' };
        case 'save': {
          const { connectionId, kind, mappings } = input;
          await inShop(shopId, async (tx) => {
            for (const mapping of mappings) await saveMapping(tx, shopId, actor, { connectionId, kind, ...mapping });
          });
          // Orders held for the values just answered go by themselves.
          const released = await retryProblems({ shopId, connectionId, cause: `${kind}-unmapped`, by: actor.userId });
          return released > 0 ? { done: 'done.mappedReleasing', params: { count: released } } : { done: 'done.saved' };
        }
      }
    },
  );
}

export default function Mappings(): ReactNode {
  const { kind, kinds, connection, rows, coverage } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  if (!connection) return <NoConnection title={t('nav.mappings')} />;
  return (
    <Page title={t('nav.mappings')} subtitle={t('mappings.what')}>
      <BlockStack gap="400">
        <ConnectionChoice current={connection.id} />
        <Tabs
          label={t('nav.mappings')}
          items={kinds.map((id) => ({
            id,
            label: t(`mappings.${id}.name`),
            url: `/app/mappings?kind=${id}&connection=${connection.id}`,
            current: id === kind,
          }))}
        />
        <MappingsForm key={`${connection.id} ${kind}`} kind={kind} connectionId={connection.id} rows={rows} coverage={coverage} />
        <MappingRule key={`rule ${connection.id} ${kind}`} kind={kind} connectionId={connection.id} />
      </BlockStack>
    </Page>
  );
}
