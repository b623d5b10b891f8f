import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../components/shop-context.tsx';
import { BlockStack, Button, Card, InlineGrid, Page, Text } from '../components/ui/index.ts';
import { allConnectors } from '../connections/known-connectors.ts';
import { readPage } from './_shared/page.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, () => Promise.resolve({ connectors: allConnectors().map(({ id, label }) => ({ id, label })) }));
}

export default function ChooseConnector(): ReactNode {
  const { connectors } = useLoaderData<typeof loader>();
  const { t, i18n } = useTranslation();
  const may = useMay('administrator');
  return (
    <Page
      title={t('connections.add')}
      subtitle={t('connections.choose')}
      back={{ label: t('nav.connections'), url: '/app/connections' }}
    >
      <InlineGrid columns={{ xs: 1, sm: 2, lg: 3 }} gap="400">
        {connectors.map(({ id, label }) => (
          <Card key={id}>
            <BlockStack gap="300">
              <Text as="h2" variant="headingMd">
                {label}
              </Text>
              <Text as="p" tone="subdued">
                {i18n.exists(`${id}:about`) ? t(`${id}:about`) : ''}
              </Text>
              <div>
                <Button
                  url={`/app/connections/new/${id}`}
                  disabled={!may}
                  accessibilityLabel={t('connections.chooseOne', { label })}
                >
                  {t('common.choose')}
                </Button>
              </div>
            </BlockStack>
          </Card>
        ))}
      </InlineGrid>
    </Page>
  );
}
