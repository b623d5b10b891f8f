import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListedKind, RepairAction } from '../sync/statement/repair-actions.ts';
import { useMay } from './shop-context.tsx';
import { Banner, BlockStack, Button, InlineStack, Text } from './ui/index.ts';
import { useStatementWords } from './use-statement-words.ts';

/** Differences of one kind and reason, with the action for all of them. */
export interface DifferenceView {
  kind: ListedKind;
  code: string;
  count: number;
  action: RepairAction | null;
}

interface DifferencesProps {
  open: DifferenceView[];
  orders: number;
  found: number;
  repaired: number;
  connector: string;
  busy: boolean;
  onRepairAll: (difference: DifferenceView) => void;
}

/** What a statement comes to: nothing is left, or what is, each kind with the one thing to do about all of it. */
export function StatementDifferences({
  open,
  orders,
  found,
  repaired,
  connector,
  busy,
  onRepairAll,
}: DifferencesProps): ReactNode {
  const { t } = useTranslation();
  const may = useMay('operator');
  const { brief } = useStatementWords(connector);
  const left = open.reduce((sum, { count }) => sum + count, 0);
  if (left === 0) {
    return (
      <Banner tone="success" title={t('statement.accounted', { count: orders })}>
        <Text as="p">{repaired > 0 ? t('statement.repaired', { count: repaired }) : t('statement.accountedBody')}</Text>
      </Banner>
    );
  }
  return (
    <Banner tone="critical" title={t('statement.gap', { count: left })}>
      <BlockStack gap="200">
        {repaired > 0 ? <Text as="p">{t('statement.partly', { repaired, found })}</Text> : null}
        {open.map((difference) => {
          const { kind, code, count, action } = difference;
          const label = t('statement.reasonCount', { reason: brief(code), count });
          return (
            <InlineStack key={`${kind} ${code}`} gap="300" blockAlign="center" align="space-between">
              <Text as="span">{label}</Text>
              {action === 'check-there' ? (
                <Text as="span">{t('statement.action.check-there')}</Text>
              ) : action ? (
                <Button
                  size="slim"
                  disabled={!may}
                  loading={busy}
                  accessibilityLabel={t('statement.actionOf', { action: t(`statement.action.${action}`), label })}
                  onClick={() => onRepairAll(difference)}
                >
                  {t('statement.repairAll', { action: t(`statement.action.${action}`), count })}
                </Button>
              ) : null}
            </InlineStack>
          );
        })}
      </BlockStack>
    </Banner>
  );
}
