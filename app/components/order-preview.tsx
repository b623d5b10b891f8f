import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PartPreview } from '../sync/orders/preview-order.ts';
import { BlockStack, Button, Card, InlineStack, Text, useToast } from './ui/index.ts';
import { useWords } from './use-words.ts';

interface OrderPreviewProps {
  previews: PartPreview[];
  /** What may say who bought it is blanked. */
  masked: boolean;
  /** Page without it. */
  back: string;
}

/** What an order would be sent as: each part's calls as the back office would get them. */
export function OrderPreview({ previews, masked, back }: OrderPreviewProps): ReactNode {
  const { t } = useTranslation();
  const words = useWords();
  const toast = useToast();
  const copy = (text: string): void => void navigator.clipboard.writeText(text).then(() => toast(t('run.copied')));
  return (
    <Card>
      <BlockStack gap="400">
        <InlineStack align="space-between" blockAlign="start" gap="300">
          <BlockStack gap="100">
            <Text as="h2" variant="headingMd">
              {t('order.preview')}
            </Text>
            <Text as="p" tone="subdued">
              {t(masked ? 'order.previewMasked' : 'order.previewWhat')}
            </Text>
          </BlockStack>
          <Button url={back}>{t('common.close')}</Button>
        </InlineStack>
        {previews.length === 0 ? <Text as="p">{t('order.previewNone')}</Text> : null}
        {previews.map(({ reference, connectionName, connector, calls, failure }) => {
          const told = failure ? words.failure(failure.code, failure.params, connector) : null;
          return (
            <BlockStack key={reference} gap="300">
              <Text as="h3" variant="headingSm">
                {t('order.previewOf', { reference, backOffice: connectionName })}
              </Text>
              {told ? (
                <BlockStack gap="050">
                  <Text as="p" fontWeight="semibold">
                    {told.title}
                  </Text>
                  <Text as="p">{told.fix}</Text>
                </BlockStack>
              ) : null}
              {calls.map(({ call, text }, index) => (
                <BlockStack key={index} gap="100">
                  <InlineStack align="space-between" blockAlign="center" gap="300">
                    <Text as="p" fontWeight="semibold" breakWord>
                      {call}
                    </Text>
                    <Button
                      variant="plain"
                      accessibilityLabel={t('order.copyCall', { call })}
                      onClick={() => copy(`${call}\n${text}`)}
                    >
                      {t('common.copy')}
                    </Button>
                  </InlineStack>
                  {/* Focusable, so that its end can be reached without a mouse. */}
                  <pre className="cd-code cd-code-block cd-code-long" tabIndex={0} aria-label={call}>
                    {text}
                  </pre>
                </BlockStack>
              ))}
            </BlockStack>
          );
        })}
      </BlockStack>
    </Card>
  );
}
