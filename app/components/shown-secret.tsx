import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Banner, BlockStack, Button, Box, Text, useToast } from './ui/index.ts';

/** A secret that we issued, the one time that it is shown. */
export function ShownSecret({ secret }: { secret: string }): ReactNode {
  const { t } = useTranslation();
  const toast = useToast();
  const copy = (): void => {
    void navigator.clipboard.writeText(secret).then(() => toast(t('run.copied')));
  };
  return (
    <Banner tone="warning" title={t('recipients.secretTitle')}>
      <BlockStack gap="200">
        <Text as="p">{t('recipients.secretOnce')}</Text>
        <div className="cd-code">{secret}</div>
        <Box>
          <Button onClick={copy}>{t('recipients.secretCopy')}</Button>
        </Box>
      </BlockStack>
    </Banner>
  );
}
