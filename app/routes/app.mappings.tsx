import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { ConnectionChoice } from '../components/connection-choice.tsx';
import { MappingsFile } from '../components/mappings-file.tsx';
import { MappingsForm } from '../components/mappings-form.tsx';
import { MirrorImport } from '../components/mirror-import.tsx';
import { NoConnection } from '../components/no-connection.tsx';
import { BlockStack, Page, Tabs } from '../components/ui/index.ts';
import { findConnection } from '../connections/connections.ts';
import { mappingKinds } from '../connectors/contract/index.ts';
import { inShop } from '../db/scope.ts';
import { matchKinds } from '../mappings/kinds.ts';
import { previewImport } from '../mappings/mapping-csv.ts';
import { previewChange } from '../mappings/preview-change.ts';
import { createThere } from '../sync/mirror/create-there.ts';
import { applyMappings } from '../sync/settings/apply-mappings.ts';
import { discoverValues } from '../sync/shop/discover-values.ts';
import { kindsFor, readMappings } from './_shared/mappings-page.server.ts';
import { act, oneOf, pickConnection, readPage, type Done } from './_shared/page.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop, actor }, query) => {
    const connection = await pickConnection({ shop, actor }, query);
    if (!connection)
      return { kind: 'shipping' as const, kinds: [], connection: null, rows: [], total: 0, coverage: null, mirror: null };
    const kinds = kindsFor(connection);
    const kind = oneOf(query, 'kind', kinds) ?? kinds[0] ?? 'shipping';
    const { id, name } = connection;
    return { kind, kinds, connection: { id, name }, ...(await readMappings(shop.id, connection, kind)) };
  });
}

const target = z.record(z.string(), z.string().nullable());
const of = { connectionId: z.uuid(), kind: z.enum(mappingKinds) };
const change = {
  ...of,
  mappings: z.array(z.object({ match: z.enum(matchKinds), source: z.string().max(255), target })).max(1000),
  remove: z.array(z.uuid()).max(1000).default([]),
};

const schema = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('save'), ...change }),
  z.object({ intent: z.literal('what-if'), ...change }),
  z.object({ intent: z.literal('import'), ...of, text: z.string(), replace: z.boolean(), preview: z.boolean() }),
  z.object({ intent: z.literal('create-there'), ...of, label: z.string().trim().min(1).max(100) }),
  z.object({ intent: z.literal('discover') }),
]);

const saved = (released: number): Done =>
  released > 0 ? { done: 'done.mappedReleasing', params: { count: released } } : { done: 'done.saved' };

export function action({ request }: ActionFunctionArgs) {
  return act<typeof schema, unknown>(
    request,
    schema,
    ({ intent }) => (intent === 'discover' ? 'operator' : 'administrator'),
    async (input, { shop, actor }) => {
      const shopId = shop.id;
      if (input.intent === 'discover') {
        await discoverValues(shop);
        return { done: 'done.refreshed' };
      }
      const { connectionId, kind } = input;
      await inShop(shopId, (tx) => findConnection(tx, shopId, connectionId));
      switch (input.intent) {
        case 'create-there': {
          const { label } = input;
          return {
            done: 'done.createdThere',
            params: { value: label },
            result: await createThere(shopId, actor, { connectionId, kind, label }),
          };
        }
        case 'what-if': {
          const { mappings: save, remove } = input;
          return { result: await inShop(shopId, (tx) => previewChange(tx, shopId, { connectionId, kind, save, remove })) };
        }
        case 'save': {
          const { mappings: save, remove } = input;
          const released = await applyMappings(shopId, actor, { connectionId, kind, save, remove });
          return save.length === 0 && remove.length > 0 ? { done: 'done.unmapped' } : saved(released);
        }
        case 'import': {
          const { text, replace, preview } = input;
          const file = { connectionId, kind, text, replace };
          const read = await inShop(shopId, (tx) => previewImport(tx, shopId, file));
          const { change: wanted } = read;
          if (preview || !wanted) {
            const impact = wanted ? await inShop(shopId, (tx) => previewChange(tx, shopId, wanted)) : null;
            return { result: { saved: read.saved, removed: read.removed, faults: read.faults, change: impact } };
          }
          return saved(await applyMappings(shopId, actor, wanted));
        }
      }
    },
  );
}

export default function Mappings(): ReactNode {
  const { kind, kinds, connection, rows, total, coverage, mirror } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  if (!connection) return <NoConnection title={t('nav.mappings')} />;
  const key = `${connection.id} ${kind}`;
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
        {mirror ? <MirrorImport key={`mirror ${key}`} {...mirror} /> : null}
        <MappingsForm key={key} kind={kind} connectionId={connection.id} rows={rows} total={total} coverage={coverage} />
        <MappingsFile key={`file ${key}`} kind={kind} connectionId={connection.id} />
      </BlockStack>
    </Page>
  );
}
