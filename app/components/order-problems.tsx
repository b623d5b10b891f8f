import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { legacyIdOf } from '../core/gid.ts';
import type { ProblemView } from '../sync/problems/read-problems.ts';
import { Banner, BlockStack, Button, InlineStack, Text } from './ui/index.ts';
import { useCopySupport } from './use-copy-support.ts';
import { useFormats } from './use-formats.ts';
import { useWords } from './use-words.ts';

const remedies: Record<string, { key: string; url: (problem: ProblemView) => string }> = {
  'shipping-unmapped': {
    key: 'problems.mapShipping',
    url: ({ connectionId }) => `/app/mappings?kind=shipping&connection=${connectionId}`,
  },
  'payment-unmapped': {
    key: 'problems.mapPayment',
    url: ({ connectionId }) => `/app/mappings?kind=payment&connection=${connectionId}`,
  },
  'sku-missing': { key: 'order.edit', url: ({ subjectId }) => `/app/orders/${legacyIdOf(subjectId)}?edit=1` },
  'location-unmapped': { key: 'problems.mapLocation', url: () => '/app/locations' },
};

/** What keeps a record back, and the one thing to do about each. */
export function OrderProblems({ problems }: { problems: ProblemView[] }): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const words = useWords();
  const copySupport = useCopySupport();
  if (problems.length === 0) return null;
  return (
    <Banner tone="critical" title={t('order.problem', { count: problems.length })}>
      <BlockStack gap="300">
        {problems.map((problem) => {
          const { title, fix } = words.failure(problem.cause, problem.params, problem.connector);
          const remedy = remedies[problem.cause];
          return (
            <BlockStack key={problem.id} gap="100">
              <Text as="p" fontWeight="semibold">
                {title}
              </Text>
              <Text as="p">{fix}</Text>
              <Text as="p" tone="subdued">
                {t('problems.seen', { since: formats.dateTime(problem.openedAt), count: problem.occurrences })}
              </Text>
              <InlineStack gap="300" blockAlign="center">
                {remedy ? <Button url={remedy.url(problem)}>{t(remedy.key)}</Button> : null}
                <Button variant="plain" onClick={() => copySupport(problem.id)}>
                  {t('run.copySupport')}
                </Button>
              </InlineStack>
            </BlockStack>
          );
        })}
      </BlockStack>
    </Banner>
  );
}
