import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { readAlertsPage } from '../alerts/read-alerts.ts';
import { ClosedAlerts, OpenAlerts } from '../components/alert-list.tsx';
import { AlertTabs } from '../components/alert-tabs.tsx';
import { Pager } from '../components/pager.tsx';
import { Banner, BlockStack, Box, Card, EmptyState, Link, Page, Text } from '../components/ui/index.ts';
import { pageOf, readPage } from './_shared/page.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }, query) => {
    const page = pageOf(query);
    return { ...(await readAlertsPage(shop.id, page)), page };
  });
}

export default function Alerts(): ReactNode {
  const { open, closed, hasNext, page, recipients, now } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  return (
    <Page title={t('nav.alerts')} subtitle={t('alerts.subtitle')}>
      <BlockStack gap="400">
        <AlertTabs current="open" />
        {recipients === 0 ? (
          <Banner tone="warning" title={t('alerts.nobodyTold')}>
            <Link url="/app/alerts/recipients/new">{t('recipients.add')}</Link>
          </Banner>
        ) : null}
        {open.length > 0 ? (
          <OpenAlerts alerts={open} now={now} />
        ) : (
          <Card>
            <EmptyState heading={t('alerts.none')} image="">
              <Text as="p">{t('alerts.noneBody')}</Text>
            </EmptyState>
          </Card>
        )}
        <Card padding="0">
          <Box padding="400" paddingBlockEnd="200">
            <Text as="h2" variant="headingMd">
              {t('alerts.over')}
            </Text>
          </Box>
          <ClosedAlerts alerts={closed} />
          <Pager page={page} hasNext={hasNext} />
        </Card>
      </BlockStack>
    </Page>
  );
}
