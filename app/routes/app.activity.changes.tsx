import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ActivityTabs } from '../components/activity-tabs.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { Pager } from '../components/pager.tsx';
import { useMay, useShop } from '../components/shop-context.tsx';
import { BlockStack, Card, Link, Page, RecordTable, Text, type Column } from '../components/ui/index.ts';
import { useChangeWords, type Change } from '../components/use-change-words.ts';
import { useFormats } from '../components/use-formats.ts';
import { useWords } from '../components/use-words.ts';
import { inShop } from '../db/scope.ts';
import { auditChoices, listAudit, type AuditedSetting } from '../people/audit.ts';
import { sectionOf } from '../sync/settings/plan-restore.ts';
import { pageOf, readPage } from './_shared/page.server.ts';

const pageSize = 50;

/** Ids say nothing to people. */
const told = (side: Record<string, unknown> | null): Record<string, unknown> =>
  Object.fromEntries(Object.entries(side ?? {}).filter(([name]) => !name.endsWith('Id')));

/** `sync orders/editWindowMinutes` in an address. */
const settingOf = (text: string | null): AuditedSetting | null => {
  const cut = text?.lastIndexOf('/') ?? -1;
  return text && cut > 0 ? { subject: text.slice(0, cut), name: text.slice(cut + 1) } : null;
};

export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }, query) => {
    const page = pageOf(query);
    const given = (name: string): string | undefined => query.get(name)?.trim() || undefined;
    const [text, userId, connectionId, setting] = [given('q'), given('who'), given('of'), settingOf(query.get('setting'))];
    return inShop(shop.id, async (tx) => {
      const { rows, total } = await listAudit(tx, shop.id, {
        ...{ page, pageSize },
        ...(text ? { text } : {}),
        ...(userId ? { userId } : {}),
        ...(connectionId && /^[\da-f-]{36}$/.test(connectionId) ? { connectionId } : {}),
        ...(setting ? { setting } : {}),
      });
      const changes: Change[] = rows.map((row) => ({
        id: row.id,
        at: row.at.toISOString(),
        userName: row.userName,
        action: row.action,
        subject: row.subject,
        connectionId: row.connectionId,
        before: told(row.before),
        after: told(row.after),
        section: sectionOf(row),
      }));
      const { people, settings } = await auditChoices(tx, shop.id);
      const shown = settings.filter(({ name }) => !name.endsWith('Id') && name !== 'replaced');
      return { changes, people, settings: shown, page, hasNext: total > page * pageSize };
    });
  });
}

export default function Changes(): ReactNode {
  const { changes, people, settings, page, hasNext } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  const words = useWords();
  const { connections } = useShop();
  const may = useMay('administrator');
  const say = useChangeWords();
  const columns: Column<Change>[] = [
    {
      id: 'what',
      title: t('changes.what'),
      lead: true,
      cell: (change) => (
        <BlockStack gap="050">
          <Text as="span" fontWeight="semibold">
            {words.word('audit', change.action)}
          </Text>
          <Text as="span" tone="subdued">
            {say.subject(change)}
          </Text>
        </BlockStack>
      ),
    },
    {
      id: 'who',
      title: t('changes.whoWhen'),
      cell: ({ at, userName }) => (
        <BlockStack gap="050">
          <span className="cd-nowrap">{formats.dateTime(at)}</span>
          <Text as="span" tone="subdued">
            {userName}
          </Text>
        </BlockStack>
      ),
    },
    { id: 'before', title: t('run.before'), cell: (change) => say.side(change, change.before) },
    { id: 'after', title: t('run.after'), cell: (change) => say.side(change, change.after) },
    {
      id: 'restore',
      title: t('common.actions'),
      cell: ({ id, section }) =>
        section && may ? (
          <span className="cd-nowrap">
            <Link url={`/app/activity/restore/${id}`}>{t('restore.link')}</Link>
          </span>
        ) : (
          ''
        ),
    },
  ];
  return (
    <Page title={t('activity.changes')} subtitle={t('changes.subtitle')}>
      <BlockStack gap="400">
        <ActivityTabs current="changes" />
        <Card padding="0">
          <FilterBar
            search={t('changes.search')}
            choices={[
              {
                name: 'who',
                label: t('changes.who'),
                options: people.map(({ userId, userName }) => ({ value: userId, label: userName || userId })),
              },
              {
                name: 'of',
                label: t('common.connection'),
                options: connections.map(({ id, name }) => ({ value: id, label: name })),
              },
              {
                name: 'setting',
                label: t('takeOver.setting'),
                options: settings.map((setting) => ({
                  value: `${setting.subject}/${setting.name}`,
                  label: say.setting(setting),
                })),
              },
            ]}
          />
          <RecordTable
            caption={t('activity.changes')}
            columns={columns}
            rows={changes as Change[]}
            rowKey={({ id }) => id}
            empty={t('changes.none')}
          />
          <Pager page={page} hasNext={hasNext} />
        </Card>
      </BlockStack>
    </Page>
  );
}
