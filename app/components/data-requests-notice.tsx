import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Banner, Link } from './ui/index.ts';

/** Says on Home that buyers wait for an answer. */
export function DataRequestsNotice({ count }: { count: number }): ReactNode {
  const { t } = useTranslation();
  if (count === 0) return null;
  return (
    <Banner tone="warning" title={t('home.dataRequests', { count })}>
      <Link url="/app/people">{t('home.dataRequestsLook')}</Link>
    </Banner>
  );
}
