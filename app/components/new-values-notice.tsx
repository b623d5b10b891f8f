import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NewValues } from '../mappings/new-values.ts';
import { Banner, Link, List } from './ui/index.ts';

/** New rates, gateways, channels and locations of the shop, before an order uses them. */
export function NewValuesNotice({ found, connectionId }: { found: NewValues[]; connectionId: string }): ReactNode {
  const { t } = useTranslation();
  if (found.length === 0) return null;
  return (
    <Banner tone="warning" title={t('home.newValues.title')}>
      <List>
        {found.map(({ kind, count, first }) => (
          <List.Item key={kind}>
            <Link url={kind === 'location' ? '/app/locations' : `/app/mappings?kind=${kind}&connection=${connectionId}`}>
              {t(`home.newValues.${kind}`, { count, first })}
            </Link>
          </List.Item>
        ))}
      </List>
    </Banner>
  );
}
