import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Coverage } from '../mappings/coverage.ts';
import type { MappingRow } from '../mappings/mapping-store.ts';
import { FailureBanner } from './failure-banner.tsx';
import { MappingTarget, noTarget, targetFor, type Target } from './mapping-target.tsx';
import { useMay } from './shop-context.tsx';
import {
  Badge,
  BlockStack,
  Box,
  Button,
  Card,
  Confirm,
  EmptyState,
  FormSaveBar,
  InlineStack,
  RecordTable,
  Text,
  type Column,
} from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useForm } from './use-form.ts';
import { useFormats } from './use-formats.ts';
import { useReference } from './use-reference.ts';

type Row = Omit<MappingRow, 'lastSeenAt'>;

interface MappingsFormProps {
  kind: 'shipping' | 'payment';
  connectionId: string;
  rows: Row[];
  coverage: Coverage | null;
}

const keyOf = (row: Row): string => `${row.mapping?.own ? row.mapping.match : 'exact'} ${row.value}`;

function targetOf({ mapping }: Row): Target {
  if (!mapping) return noTarget;
  const target = mapping.target as { carrier?: string | null; method?: string | null };
  return { carrier: target.carrier ?? '', method: target.method ?? '' };
}

/** Every value seen in the shop with its answer, those without one first. */
export function MappingsForm({ kind, connectionId, rows, coverage }: MappingsFormProps): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const may = useMay('administrator');
  const mayDiscover = useMay('operator');
  const form = useForm<Record<string, Target>>(Object.fromEntries(rows.map((row) => [keyOf(row), targetOf(row)])));
  const reference = useReference(connectionId, kind);
  const save = useAction();
  const discover = useAction();
  const [removing, setRemoving] = useState<Row | null>(null);
  const submit = (): void => {
    const changed = rows.filter((row) => JSON.stringify(form.values[keyOf(row)]) !== JSON.stringify(targetOf(row)));
    const mappings = changed.map((row) => ({
      match: row.mapping?.own ? row.mapping.match : 'exact',
      source: row.value,
      target: targetFor(kind, form.values[keyOf(row)] ?? noTarget),
    }));
    save.run({ intent: 'save', connectionId, kind, mappings });
  };
  const columns: Column<Row>[] = [
    {
      id: 'value',
      title: t(`mappings.${kind}.value`),
      lead: true,
      cell: (row) => (
        <BlockStack gap="050">
          <Text as="span" fontWeight="semibold" breakWord>
            {row.value || t('mappings.empty')}
          </Text>
          {row.label && row.label !== row.value ? (
            <Text as="span" tone="subdued">
              {row.label}
            </Text>
          ) : null}
        </BlockStack>
      ),
    },
    {
      id: 'state',
      title: t('common.state'),
      cell: ({ mapping, origin }) =>
        !mapping ? (
          <Badge tone="attention">{t('mappings.unmapped')}</Badge>
        ) : origin === null ? (
          <Badge>{t(`mappings.rule.${mapping.match}`)}</Badge>
        ) : mapping.own ? (
          <Badge tone="success">{t('mappings.mapped')}</Badge>
        ) : (
          <Badge tone="success">
            {t('mappings.byRule', { rule: t(`mappings.rule.${mapping.match}`), source: mapping.source })}
          </Badge>
        ),
    },
    { id: 'orders', title: t('mappings.orders'), numeric: true, cell: (row) => formats.number(row.orders) },
    {
      id: 'target',
      title: t(`mappings.${kind}.target`),
      field: true,
      cell: (row) => (
        <MappingTarget
          kind={kind}
          of={row.value || t('mappings.empty')}
          value={form.values[keyOf(row)] ?? noTarget}
          offered={reference.values}
          disabled={!may || reference.loading}
          onChange={(target) => form.set(keyOf(row), target)}
        />
      ),
    },
    {
      id: 'remove',
      title: t('common.actions'),
      cell: (row) =>
        row.mapping?.own ? (
          <Button
            size="slim"
            variant="plain"
            tone="critical"
            disabled={!may || save.busy}
            accessibilityLabel={t('mappings.removeOf', { value: row.value })}
            onClick={() => setRemoving(row)}
          >
            {t('common.remove')}
          </Button>
        ) : (
          ''
        ),
    },
  ];
  return (
    <BlockStack gap="400">
      <FailureBanner failure={save.failure ?? discover.failure} />
      <Card padding="0">
        <Box padding="400">
          <InlineStack align="space-between" blockAlign="center" gap="300">
            <Text as="p">
              {coverage && coverage.values > 0
                ? t('mappings.coverage', {
                    mapped: coverage.mappedValues,
                    values: coverage.values,
                    count: coverage.orders - coverage.mappedOrders,
                  })
                : t(`mappings.${kind}.how`)}
            </Text>
            <Button loading={discover.busy} disabled={!mayDiscover} onClick={() => discover.run({ intent: 'discover' })}>
              {t('mappings.discover')}
            </Button>
          </InlineStack>
          {reference.failure ? (
            <Text as="p" tone="caution">
              {t('mappings.noList')}
            </Text>
          ) : null}
        </Box>
        <RecordTable
          caption={t(`mappings.${kind}.name`)}
          columns={columns}
          rows={rows}
          rowKey={keyOf}
          empty={
            <EmptyState heading={t(`mappings.${kind}.none`)} image="">
              <Text as="p">{t(`mappings.${kind}.how`)}</Text>
            </EmptyState>
          }
        />
      </Card>
      <FormSaveBar id={`mappings-${kind}`} open={form.dirty} saving={save.busy} onSave={submit} onDiscard={form.discard} />
      <Confirm
        id="remove-mapping"
        open={removing !== null}
        title={t('mappings.removeTitle', { value: removing?.value ?? '' })}
        action={t('common.remove')}
        destructive
        onClose={() => setRemoving(null)}
        onConfirm={() => removing?.mapping && save.run({ intent: 'remove', connectionId, kind, id: removing.mapping.id })}
      >
        <Text as="p">{t(`mappings.${kind}.removeBody`, { count: removing?.orders ?? 0 })}</Text>
      </Confirm>
    </BlockStack>
  );
}
