import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Banner, BlockStack, Button, Text, useScopeRequest } from './ui/index.ts';
import { useFormats } from './use-formats.ts';

/** What is missing without the right to older orders, and the way to grant it, at the moment it is needed. */
export function OlderOrders({ cutOff }: { cutOff: string | null }): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const request = useScopeRequest();
  const [granted, setGranted] = useState(false);
  if (cutOff === null) return null;
  const ask = (): void => {
    request(['read_all_orders']).then(setGranted, () => setGranted(false));
  };
  return (
    <Banner tone={granted ? 'success' : 'warning'} title={granted ? t('orders.olderGranted') : t('orders.olderHidden')}>
      {granted ? (
        <Text as="p">{t('orders.olderCountAgain')}</Text>
      ) : (
        <BlockStack gap="200">
          <Text as="p">{t('orders.olderWhat', { when: formats.dateTime(cutOff) })}</Text>
          <div>
            <Button onClick={ask}>{t('orders.olderAsk')}</Button>
          </div>
        </BlockStack>
      )}
    </Banner>
  );
}
