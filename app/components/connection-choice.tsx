import { useLocation, useNavigate } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { searchWith } from './search.ts';
import { useShop } from './shop-context.tsx';
import { Select } from './ui/index.ts';

/** Chooses which connection a page is about, of one connector or of all; with one there is nothing to choose. */
export function ConnectionChoice({ current, connector }: { current: string; connector?: string }): ReactNode {
  const { t } = useTranslation();
  const { connections } = useShop();
  const { search } = useLocation();
  const navigate = useNavigate();
  const offered = connections.filter((connection) => !connector || connection.connector === connector);
  if (offered.length < 2) return null;
  return (
    <Select
      label={t('common.connection')}
      labelInline
      value={current}
      options={offered.map(({ id, name, active, favourite }) => ({
        value: id,
        label: `${favourite ? '★ ' : ''}${active ? name : t('connections.nameDeactivated', { name })}`,
      }))}
      onChange={(connection) => navigate({ search: searchWith(search, { connection, page: null }) })}
    />
  );
}
