import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureBanner } from './failure-banner.tsx';
import { useMay } from './shop-context.tsx';
import { BlockStack, Box, Button, Card, InlineStack, RecordTable, Select, Text, type Column } from './ui/index.ts';
import { useAction } from './use-action.ts';

interface OpenType {
  type: string;
  suggested: string;
  /** `more`: there are more than that. */
  variants: { count: number; more: boolean };
}

const classes = ['physical', 'digital', 'service', 'gift-card', 'donation'] as const;

/** Asks of every product type what its goods are. What is suggested is chosen beforehand and saved with one yes. */
export function ProductTypesForm({ connectionId, types }: { connectionId: string; types: OpenType[] }): ReactNode {
  const { t } = useTranslation();
  const may = useMay('administrator');
  const [answers, setAnswers] = useState<Record<string, string>>({});
  const save = useAction({ url: '/app/mappings' });
  const answerOf = ({ type, suggested }: OpenType): string => answers[type] ?? suggested;
  const submit = (): void =>
    save.run({
      ...{ intent: 'save', connectionId, kind: 'product-type' },
      mappings: types.map((one) => ({ match: 'exact', source: one.type, target: { class: answerOf(one) } })),
    });
  const columns: Column<OpenType>[] = [
    { id: 'type', title: t('review.type'), lead: true, cell: (row) => row.type },
    {
      id: 'variants',
      title: t('review.variants'),
      numeric: true,
      cell: ({ variants }) => t(variants.more ? 'review.variantCountMore' : 'review.variantCount', { count: variants.count }),
    },
    {
      id: 'class',
      title: t('review.class'),
      field: true,
      cell: (row) => (
        <Select
          label={t('mappings.classFor', { value: row.type })}
          labelHidden
          disabled={!may}
          value={answerOf(row)}
          options={classes.map((value) => ({
            value,
            label:
              value === row.suggested
                ? t('review.suggested', { value: t(`mappings.classes.${value}`) })
                : t(`mappings.classes.${value}`),
          }))}
          onChange={(value) => setAnswers({ ...answers, [row.type]: value })}
        />
      ),
    },
  ];
  return (
    <Card padding="0">
      <Box padding="400" paddingBlockEnd="200">
        <BlockStack gap="200">
          <Text as="h2" variant="headingMd">
            {t('review.types', { count: types.length })}
          </Text>
          <Text as="p" tone="subdued">
            {t('review.typesWhat')}
          </Text>
          <FailureBanner failure={save.failure} />
        </BlockStack>
      </Box>
      <RecordTable caption={t('review.typesCaption')} columns={columns} rows={types} rowKey={({ type }) => type} />
      <Box padding="400">
        <InlineStack>
          <Button variant="primary" disabled={!may} loading={save.busy} onClick={submit}>
            {t(Object.keys(answers).length > 0 ? 'review.saveTypes' : 'mappings.acceptAll')}
          </Button>
        </InlineStack>
      </Box>
    </Card>
  );
}
