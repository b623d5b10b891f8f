import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure } from './answer.ts';
import { Banner, BlockStack, List, Text } from './ui/index.ts';
import { useInView } from './use-in-view.ts';
import { useWords } from './use-words.ts';

/** What went wrong and the one thing to do, on the page where it happened. */
export function FailureBanner({ failure }: { failure: Failure | null }): ReactNode {
  const { t } = useTranslation();
  const words = useWords();
  const ref = useInView<HTMLDivElement>(failure);
  if (!failure) return null;
  const { title, fix } = words.failure(failure.code, failure.params, failure.connector);
  return (
    <div role="alert" ref={ref}>
      <Banner tone="critical" title={title}>
        <BlockStack gap="100">
          {failure.missing ? (
            <List>
              {failure.missing.map(({ code, params }) => (
                <List.Item key={code}>{t(`missing.${code}`, params)}</List.Item>
              ))}
            </List>
          ) : (
            <Text as="p">{fix}</Text>
          )}
          {failure.reference ? (
            <Text as="p" tone="subdued">
              {t('common.reference', { reference: failure.reference })}
            </Text>
          ) : null}
        </BlockStack>
      </Banner>
    </div>
  );
}
