import { useLocation, useNavigate } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { searchWith } from './search.ts';
import { useShop } from './shop-context.tsx';
import { Card, EmptyState, Page, Select, Text } from './ui/index.ts';

/** Chooses which connection a page is about; with one there is nothing to choose. */
export function ConnectionPicker({ current }: { current: string }): ReactNode {
  const { t } = useTranslation();
  const { connections } = useShop();
  const { search } = useLocation();
  const navigate = useNavigate();
  if (connections.length < 2) return null;
  return (
    <Select
      label={t('common.connection')}
      labelInline
      value={current}
      options={connections.map(({ id, name, active }) => ({ value: id, label: active ? name : t('connections.nameDeactivated', { name }) }))}
      onChange={(connection) => navigate({ search: searchWith(search, { connection, page: null }) })}
    />
  );
}

/** What a page says as long as there is no connection it could be about. */
export function NoConnection({ title }: { title: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <Page title={title}>
      <Card>
        <EmptyState heading={t('connections.none.title')} action={{ content: t('connections.none.action'), url: '/app/connections/new' }} image="">
          <Text as="p">{t('connections.none.body')}</Text>
        </EmptyState>
      </Card>
    </Page>
  );
}
