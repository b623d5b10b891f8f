import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ScopeNeeded } from './scope-needed.tsx';
import { Banner, Text } from './ui/index.ts';
import { useFormats } from './use-formats.ts';
import { useScope } from './use-scope.ts';

/** What is missing without the right to older orders, and the way to grant it, at the moment it is needed. */
export function OlderOrders({ cutOff }: { cutOff: string | null }): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const access = useScope('read_all_orders');
  if (cutOff === null) return null;
  if (!access.granted)
    return (
      <ScopeNeeded scope="read_all_orders" access={access} without={t('orders.olderWhat', { when: formats.dateTime(cutOff) })} />
    );
  return (
    <Banner tone="success" title={t('orders.olderGranted')}>
      <Text as="p">{t('orders.olderCountAgain')}</Text>
    </Banner>
  );
}
