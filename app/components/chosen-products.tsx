import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureBanner } from './failure-banner.tsx';
import { BlockStack, Box, Button, InlineStack, Link, Text } from './ui/index.ts';
import { useAction } from './use-action.ts';

interface ChosenProductsProps {
  connectionId: string;
  /** Ids of variants. */
  chosen: readonly string[];
  /** Those of the page. */
  all: readonly string[];
  disabled: boolean;
  onChange: (chosen: readonly string[]) => void;
}

/** What can be done with the products that were ticked in the table. */
export function ChosenProducts({ connectionId, chosen, all, disabled, onChange }: ChosenProductsProps): ReactNode {
  const { t } = useTranslation();
  const action = useAction<{ runId: string }>({ url: '/app/products-control', onDone: () => onChange([]) });
  if (all.length === 0) return null;
  const started = action.answer?.ok ? action.answer.result?.runId : undefined;
  const every = all.every((id) => chosen.includes(id));
  return (
    <Box paddingInline="400" paddingBlockEnd="300">
      <BlockStack gap="200">
        <FailureBanner failure={action.failure} />
        <InlineStack gap="300" blockAlign="center">
          <Button variant="plain" disabled={disabled} onClick={() => onChange(every ? [] : all)}>
            {t(every ? 'products.chooseNone' : 'products.chooseAll')}
          </Button>
          <Button
            disabled={disabled || chosen.length === 0}
            loading={action.busy}
            onClick={() => action.run({ intent: 'chosen', connectionId, ids: chosen })}
          >
            {t('products.syncChosen', { count: chosen.length })}
          </Button>
          {started ? <Link url={`/app/activity/runs/${started}`}>{t('sync.openRun')}</Link> : null}
          {disabled ? (
            <Text as="span" tone="subdued">
              {t('products.chooseWhenOn')}
            </Text>
          ) : null}
        </InlineStack>
      </BlockStack>
    </Box>
  );
}
