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
  before: Side;
  after: Side;
}

type Side = Record<string, string | number | boolean | null>;

/** What may be shown as text; ids say nothing to people. */
const brief = (side: Record<string, unknown> | null): Side =>
  Object.fromEntries(
    Object.entries(side ?? {})
      .filter(([name]) => !name.endsWith('Id'))
      .map(([name, value]) => [
        name,
        value === null || ['string', 'number', 'boolean'].includes(typeof value)
          ? (value as Side[string])
          : JSON.stringify(value),
      ]),
  );

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
  const said = (side: Side): string => {
    const parts = Object.entries(side).map(([name, value]) => {
      const text =
        typeof value === 'boolean' ? t(value ? 'common.yes' : 'common.no') : value === null || value === '' ? '–' : String(value);
      return t('changes.value', { name: words.word('field', name), value: text });
    });
    return parts.join(', ') || '–';
  };
  const subjectOf = (subject: string): string => {
    const [kind = '', ...rest] = subject.split(' ');
    const name = rest.join(' ');
    return t('changes.subjectName', { kind: words.word('subject', kind), name: kind === 'sync' ? t(`sync.${name}.name`) : name });
  };
  const columns: Column<Change>[] = [
    { id: 'at', title: t('changes.when'), lead: true, cell: ({ at }) => formats.dateTime(at) },
    { id: 'who', title: t('changes.who'), cell: ({ userName }) => userName },
    { id: 'what', title: t('changes.what'), cell: ({ action }) => words.word('audit', action) },
    { id: 'subject', title: t('changes.subject'), cell: ({ subject }) => subjectOf(subject) },
    { id: 'before', title: t('run.before'), cell: ({ before }) => said(before) },
    { id: 'after', title: t('run.after'), cell: ({ after }) => said(after) },
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
