import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { listRecipients, type RecipientView } from '../alerts/recipients.ts';
import { readSettingsPage } from '../alerts/settings-store.ts';
import { AlertTabs } from '../components/alert-tabs.tsx';
import { RecipientState } from '../components/recipient-state.tsx';
import { useMay } from '../components/shop-context.tsx';
import { Banner, BlockStack, Card, EmptyState, Link, Page, RecordTable, Text, type Column } from '../components/ui/index.ts';
import { topics } from '../alerts/topics.ts';
import { readPage } from './_shared/page.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }) => {
    const { settings, operatorSends } = await readSettingsPage(shop.id);
    const recipients = await listRecipients(shop.id);
    const needsServer = settings.mailServer === 'operator' && !operatorSends;
    return {
      recipients,
      topicCount: topics.length,
      noMailServer: needsServer && recipients.some(({ channel, active }) => channel === 'email' && active),
    };
  });
}

export default function Recipients(): ReactNode {
  const { recipients, topicCount, noMailServer } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const may = useMay('administrator');
  const columns: Column<RecipientView>[] = [
    {
      id: 'name',
      title: t('recipients.name'),
      lead: true,
      cell: ({ id, name }) => <Link url={`/app/alerts/recipients/${id}`}>{name}</Link>,
    },
    {
      id: 'address',
      title: t('recipients.to'),
      cell: ({ channel, address }) => t(`recipients.toChannel.${channel}`, { address }),
    },
    {
      id: 'what',
      title: t('recipients.topics'),
      cell: ({ topics: chosen, severity }) =>
        [
          chosen.length === topicCount
            ? t('recipients.everything')
            : chosen.length === 1
              ? t(`alerts.topic.${chosen[0]}`)
              : t('recipients.topicCount', { count: chosen.length, total: topicCount }),
          ...(severity === 'critical' ? [t('recipients.criticalOnly')] : []),
        ].join(', '),
    },
    {
      id: 'when',
      title: t('recipients.when'),
      cell: ({ delivery, dailyAt }) => t(`recipients.delivery.${delivery}.short`, { time: dailyAt }),
    },
    { id: 'state', title: t('common.state'), cell: (recipient) => <RecipientState recipient={recipient} brief /> },
  ];
  const add = { label: t('recipients.add'), url: '/app/alerts/recipients/new', disabled: !may };
  return (
    <Page title={t('nav.alerts')} subtitle={t('recipients.subtitle')} primary={add}>
      <BlockStack gap="400">
        <AlertTabs current="recipients" />
        {noMailServer ? (
          <Banner tone="critical" title={t('recipients.noMailServer')}>
            <Link url="/app/alerts/settings">{t('recipients.toSettings')}</Link>
          </Banner>
        ) : null}
        <Card padding={recipients.length > 0 ? '0' : '400'}>
          <RecordTable
            caption={t('alerts.tab.recipients')}
            columns={columns}
            rows={recipients}
            rowKey={({ id }) => id}
            empty={
              <EmptyState heading={t('recipients.none')} image="">
                <Text as="p">{t('recipients.noneBody')}</Text>
              </EmptyState>
            }
          />
        </Card>
      </BlockStack>
    </Page>
  );
}
