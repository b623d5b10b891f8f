import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ActivityTabs } from '../components/activity-tabs.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { Pager } from '../components/pager.tsx';
import { BlockStack, Box, Card, Page, RecordTable, Text, type Column } from '../components/ui/index.ts';
import { useFormats } from '../components/use-formats.ts';
import { useWords } from '../components/use-words.ts';
import { inShop } from '../db/scope.ts';
import { listAudit } from '../people/audit.ts';
import { pageOf, readPage } from './_shared/page.server.ts';

const pageSize = 50;

interface Change {
  id: string;
  at: string;
  userName: string;
  action: string;
  subject: string;
  before: string;
  after: string;
}

const brief = (side: Record<string, unknown> | null): string =>
  Object.entries(side ?? {})
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');

export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }, query) => {
    const page = pageOf(query);
    const text = query.get('q')?.trim();
    const { rows, total } = await inShop(shop.id, (tx) => listAudit(tx, shop.id, { page, pageSize, ...(text ? { text } : {}) }));
    const changes: Change[] = rows.map(({ id, at, userName, action, subject, before, after }) => ({
      id,
      at: at.toISOString(),
      userName,
      action,
      subject,
      before: brief(before),
      after: brief(after),
    }));
    return { changes, page, hasNext: total > page * pageSize };
  });
}

export default function Changes(): ReactNode {
  const { changes, page, hasNext } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  const words = useWords();
  const columns: Column<Change>[] = [
    { id: 'at', title: t('changes.when'), lead: true, cell: ({ at }) => formats.dateTime(at) },
    { id: 'who', title: t('changes.who'), cell: ({ userName }) => userName },
    { id: 'what', title: t('changes.what'), cell: ({ action }) => words.word('audit', action) },
    { id: 'subject', title: t('changes.subject'), cell: ({ subject }) => subject },
    { id: 'before', title: t('run.before'), cell: ({ before }) => before || '–' },
    { id: 'after', title: t('run.after'), cell: ({ after }) => after || '–' },
  ];
  return (
    <Page title={t('activity.changes')} subtitle={t('changes.subtitle')}>
      <BlockStack gap="400">
        <ActivityTabs current="changes" />
        <Card padding="0">
          <FilterBar search={t('changes.search')} />
          <RecordTable
            caption={t('activity.changes')}
            columns={columns}
            rows={changes}
            rowKey={({ id }) => id}
            empty={
              <Box padding="400">
                <Text as="p" tone="subdued">
                  {t('changes.none')}
                </Text>
              </Box>
            }
          />
          <Pager page={page} hasNext={hasNext} />
        </Card>
      </BlockStack>
    </Page>
  );
}
