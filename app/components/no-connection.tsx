import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Card, EmptyState, Page, Text } from './ui/index.ts';

/** What a page says as long as there is no connection it could be about. */
export function NoConnection({ title }: { title: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <Page title={title}>
      <Card>
        <EmptyState
          heading={t('connections.none.title')}
          action={{ content: t('connections.none.action'), url: '/app/connections/new' }}
          image=""
        >
          <Text as="p">{t('connections.none.body')}</Text>
        </EmptyState>
      </Card>
    </Page>
  );
}
