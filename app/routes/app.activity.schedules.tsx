import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ActivityTabs } from '../components/activity-tabs.tsx';
import { useShop } from '../components/shop-context.tsx';
import { BlockStack, Box, Card, Link, Page, RecordTable, Text, type Column } from '../components/ui/index.ts';
import { useFormats } from '../components/use-formats.ts';
import { useScheduleWords } from '../components/use-schedule-words.ts';
import { readSchedules, type ScheduleRow } from '../schedules/read-schedules.ts';
import { readPage } from './_shared/page.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }) => ({ rows: await readSchedules(shop.id, shop.timeZone) }));
}

export default function Schedules(): ReactNode {
  const { rows, now } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const { connections, shop } = useShop();
  const formats = useFormats();
  const words = useScheduleWords();
  const columns: Column<ScheduleRow>[] = [
    {
      id: 'sync',
      title: t('run.sync'),
      lead: true,
      cell: ({ kind, connectionId }) => <Link url={`/app/${kind}?connection=${connectionId}`}>{t(`sync.${kind}.name`)}</Link>,
    },
    ...(connections.length > 1
      ? [{ id: 'connection', title: t('common.connection'), cell: ({ connectionName }: ScheduleRow) => connectionName }]
      : []),
    { id: 'schedule', title: t('schedule.title'), cell: ({ schedule }) => words.summary(schedule) },
    {
      id: 'last',
      title: t('schedule.last'),
      cell: ({ lastRunAt }) => (lastRunAt ? formats.relative(lastRunAt, now) : t('sync.neverRan')),
    },
    {
      id: 'next',
      title: t('schedule.next'),
      cell: ({ paused, active, ...row }) =>
        active ? words.next({ ...row, paused: paused ? { since: '', by: '', run: '' } : null }, now) : t('schedule.deactivated'),
    },
  ];
  return (
    <Page title={t('nav.activity')} subtitle={t('schedule.subtitle', { zone: shop.timeZone })}>
      <BlockStack gap="400">
        <ActivityTabs current="schedules" />
        <Card padding="0">
          <RecordTable
            caption={t('activity.schedules')}
            columns={columns}
            rows={rows}
            rowKey={({ connectionId, kind }) => `${connectionId} ${kind}`}
            empty={t('schedule.none')}
          />
        </Card>
        <Box paddingInline={{ xs: '400', sm: '0' }}>
          <Text as="p" tone="subdued">
            {t('schedule.quietHelp')}
          </Text>
        </Box>
      </BlockStack>
    </Page>
  );
}
