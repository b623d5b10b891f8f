import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from './shop-context.tsx';
import { Banner, BlockStack, Button, Card, InlineStack, Text } from './ui/index.ts';
import { useDownload } from './use-download.ts';

/** Settings and mappings to other connections and shops, and from them. */
export function SettingsElsewhere({ connectionId }: { connectionId: string }): ReactNode {
  const { t } = useTranslation();
  const may = useMay('administrator');
  const file = useDownload();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('takeOver.card')}
        </Text>
        <Text as="p" tone="subdued">
          {t('takeOver.cardHelp')}
        </Text>
        {file.failed ? <Banner tone="critical" title={t('mappings.fileFailed')} /> : null}
        <InlineStack gap="200">
          <Button url={`/app/connections/${connectionId}/take-over`} disabled={!may}>
            {t('takeOver.open')}
          </Button>
          <Button
            loading={file.busy}
            onClick={() => file.download(`/app/settings-file?connection=${connectionId}`, 'crossdock-settings.json')}
          >
            {t('takeOver.export')}
          </Button>
        </InlineStack>
      </BlockStack>
    </Card>
  );
}
