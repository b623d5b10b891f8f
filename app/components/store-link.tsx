import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Banner, BlockStack, Button, Card, Text } from './ui/index.ts';

interface StoreLinkProps {
  connectionId: string;
  /** The back office's name. */
  label: string;
  /** Nothing works before a store is chosen. */
  missing: boolean;
}

/** From a connection to its store's own page. */
export function StoreLink({ connectionId, label, missing }: StoreLinkProps): ReactNode {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {t('store.card')}
        </Text>
        {missing ? <Banner tone="warning">{t('store.missing', { label })}</Banner> : null}
        <Text as="p">{t('store.cardHelp')}</Text>
        <div>
          <Button url={`/app/connections/${connectionId}/store`} {...(missing ? { variant: 'primary' as const } : {})}>
            {t('store.open')}
          </Button>
        </div>
      </BlockStack>
    </Card>
  );
}
