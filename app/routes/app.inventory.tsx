import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { NoConnection } from '../components/no-connection.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { Pager } from '../components/pager.tsx';
import { ProblemNote } from '../components/problem-note.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import { SyncPage } from '../components/sync-page.tsx';
import { BlockStack, Box, RecordTable, Text, type Column } from '../components/ui/index.ts';
import { useFormats } from '../components/use-formats.ts';
import { listLocationLinks } from '../connections/locations.ts';
import { inShop } from '../db/scope.ts';
import { levelStates, listLevels, type LevelRow, type LevelState } from '../sync/inventory/read-inventory.ts';
import { oneOf, pageOf } from './_shared/page.server.ts';
import { loadSyncPage } from './_shared/sync-page.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return loadSyncPage(request, 'inventory', async ({ shop }, connection, query) => {
    const links = await inShop(shop.id, (tx) => listLocationLinks(tx, shop.id));
    const locations = links.flatMap((link) =>
      link.connectionId === connection.id ? [{ id: link.locationId, name: link.locationName }] : [],
    );
    const locationId = oneOf(
      query,
      'location',
      locations.map(({ id }) => id),
    );
    const state = oneOf(query, 'state', levelStates);
    const page = pageOf(query);
    const levels = await listLevels(shop.id, {
      connectionId: connection.id,
      ...(state ? { state } : {}),
      ...(locationId ? { locationId } : {}),
      text: query.get('q') ?? '',
      page,
    });
    return { ...levels, page, locations };
  });
}

const states: readonly LevelState[] = ['published', 'inactive', 'unknown', 'problem'];

export default function Inventory(): ReactNode {
  const { page, records, now } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  if (!page || !records) return <NoConnection title={t('sync.inventory.name')} />;
  const columns: Column<LevelRow>[] = [
    {
      id: 'sku',
      title: t('products.sku'),
      lead: true,
      cell: (row) => (
        <BlockStack>
          <Text as="span" fontWeight="semibold">
            {row.sku || t('products.noSku')}
          </Text>
          <Text as="span" tone="subdued">
            {row.title}
          </Text>
        </BlockStack>
      ),
    },
    {
      id: 'location',
      title: t('inventory.location'),
      cell: (row) =>
        row.facilityName && row.facilityName !== row.locationName
          ? `${row.locationName} · ${row.facilityName}`
          : row.locationName,
    },
    {
      id: 'state',
      title: t('common.state'),
      cell: (row) => (
        <BlockStack gap="050">
          <span>
            <StateBadge of="level" state={row.state} />
          </span>
          {row.problem ? <ProblemNote cause={row.problem.cause} params={row.problem.params} connector={page.connector} /> : null}
        </BlockStack>
      ),
    },
    {
      id: 'remote',
      title: t('inventory.remote'),
      numeric: true,
      cell: (row) => (row.remoteAvailable === null ? '–' : formats.number(row.remoteAvailable)),
    },
    { id: 'committed', title: t('inventory.committed'), numeric: true, cell: (row) => formats.number(row.committed) },
    { id: 'available', title: t('inventory.available'), numeric: true, cell: (row) => formats.number(row.available) },
    {
      id: 'published',
      title: t('inventory.published'),
      cell: (row) => (row.publishedAt ? formats.relative(row.publishedAt, now) : '–'),
    },
  ];
  return (
    <SyncPage {...page} now={now}>
      <FilterBar
        search={t('inventory.search')}
        choices={[
          {
            name: 'state',
            label: t('common.state'),
            options: states.map((value) => ({ value, label: t(`state.level.${value}`) })),
          },
          {
            name: 'location',
            label: t('inventory.location'),
            options: records.locations.map(({ id, name }) => ({ value: id, label: name })),
          },
        ]}
      />
      <RecordTable
        caption={t('inventory.caption')}
        columns={columns}
        rows={records.rows}
        rowKey={(row) => `${row.inventoryItemId} ${row.locationId}`}
        empty={
          <Box padding="400">
            <Text as="p" tone="subdued">
              {t('inventory.none')}
            </Text>
          </Box>
        }
      />
      <Pager page={records.page} hasNext={records.hasNext} />
    </SyncPage>
  );
}
