import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MappingRow } from '../mappings/mapping-store.ts';
import { Badge, BlockStack, Text } from './ui/index.ts';

/** A row of the page. */
export type MappingView = Omit<MappingRow, 'lastSeenAt' | 'firstSeenAt'> & {
  /** Turned up after the orders went live, and nobody answered it yet. */
  isNew: boolean;
  /** What the back office said when the mapping was to stand there, too. */
  refused: string | null;
};

/** Whether and by what a value is mapped. */
export function MappingState({ row: { mapping, origin, isNew, refused } }: { row: MappingView }): ReactNode {
  const { t } = useTranslation();
  if (!mapping) return <Badge tone="attention">{t(isNew ? 'mappings.new' : 'mappings.unmapped')}</Badge>;
  const rule = t(`mappings.rule.${mapping.match}`);
  const state =
    origin === null && mapping.match !== 'exact' ? (
      <Badge>{rule}</Badge>
    ) : mapping.own ? (
      <Badge tone="success">{t('mappings.mapped')}</Badge>
    ) : (
      <Badge tone="success">{t('mappings.byRule', { rule, source: mapping.source })}</Badge>
    );
  if (!refused) return state;
  return (
    <BlockStack gap="050">
      {state}
      <Text as="span" tone="caution" breakWord>
        {t('mappings.mirrorRefused', { text: refused })}
      </Text>
    </BlockStack>
  );
}
