import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MappingKind, ReferenceValue } from '../connectors/contract/index.ts';
import type { Coverage } from '../mappings/coverage.ts';
import { FailureBanner } from './failure-banner.tsx';
import { MappingRule } from './mapping-rule.tsx';
import { MappingState, type MappingView as Row } from './mapping-state.tsx';
import { MappingTarget, noTarget, targetFor, targetOf, type Target } from './mapping-target.tsx';
import { useMay } from './shop-context.tsx';
import { SuggestionsReview } from './suggestions-review.tsx';
import {
  BlockStack,
  Box,
  Button,
  Card,
  EmptyState,
  FormSaveBar,
  InlineStack,
  OverflowMenu,
  RecordTable,
  Text,
  type Column,
  type MenuItem,
} from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useForm } from './use-form.ts';
import { useFormats } from './use-formats.ts';
import { useMappingChange } from './use-mapping-change.tsx';
import { useReference } from './use-reference.ts';

interface MappingsFormProps {
  kind: MappingKind;
  connectionId: string;
  rows: Row[];
  /** All there are, where only some are shown. */
  total: number;
  coverage: Coverage | null;
}

const keyOf = (row: Row): string => `${row.mapping?.own ? row.mapping.match : 'exact'} ${row.value}`;
const countedKinds: readonly MappingKind[] = ['shipping', 'payment', 'channel', 'product-type'];

/** Every value seen in the shop with its answer, those without one first. */
export function MappingsForm({ kind, connectionId, rows, total, coverage }: MappingsFormProps): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const may = useMay('administrator');
  const mayDiscover = useMay('operator');
  const stored = Object.fromEntries(rows.map((row) => [keyOf(row), targetOf(kind, row.mapping?.target)]));
  const form = useForm<Record<string, Target>>(stored);
  const [madeThere, setMadeThere] = useState(0);
  const reference = useReference(connectionId, kind, `${madeThere} ${JSON.stringify(stored)}`);
  const change = useMappingChange({ connectionId, kind, id: 'form' });
  const discover = useAction();
  const remove = (row: Row): void =>
    change.start({
      remove: row.mapping ? [row.mapping.id] : [],
      ask: {
        title: t('mappings.removeTitle', { value: row.value }),
        body: t(`mappings.${kind}.removeBody`, { count: row.orders }),
      },
    });
  // Made under Shopify's own name; mapping to it still needs a yes.
  const [making, setMaking] = useState('');
  const make = useAction<ReferenceValue>({
    onDone: (made) => {
      const name = kind === 'shipping' || kind === 'payment' ? 'method' : 'value';
      setMadeThere((count) => count + 1);
      if (made) form.set(making, { [name]: made.id, ...(made.group ? { carrier: made.group } : {}) });
    },
  });
  const createThere = (row: Row): void => {
    setMaking(keyOf(row));
    make.run({ intent: 'create-there', connectionId, kind, label: row.label || row.value });
  };
  const suggested = new Map(reference.suggestions.map(({ value, target }) => [value, target]));
  const suggestionOf = (row: Row) => (row.mapping ? undefined : suggested.get(row.value));
  const textOf = (target: Target): string =>
    [
      target['carrier'],
      ...['method', 'value'].map((name) => reference.values?.find(({ id }) => id === target[name])?.label ?? target[name]),
      target['class'] ? t(`mappings.classes.${target['class']}`) : undefined,
    ]
      .filter(Boolean)
      .join(' · ');
  const submit = (): void => {
    const changed = rows.filter((row) => JSON.stringify(form.values[keyOf(row)]) !== JSON.stringify(stored[keyOf(row)]));
    change.start({
      mappings: changed.map((row) => ({
        match: row.mapping?.own ? row.mapping.match : 'exact',
        source: row.value,
        target: targetFor(kind, form.values[keyOf(row)] ?? noTarget),
      })),
    });
  };
  const menuOf = (row: Row): MenuItem[] => {
    const suggestion = suggestionOf(row);
    return [
      ...(suggestion ? [{ label: t('mappings.useSuggestion'), onAction: () => form.set(keyOf(row), suggestion) }] : []),
      ...(reference.creates && !row.mapping && row.value !== ''
        ? [{ label: t('mappings.createThere', { value: row.label || row.value }), onAction: () => createThere(row) }]
        : []),
      ...(row.mapping?.own ? [{ label: t('common.remove'), destructive: true, onAction: () => remove(row) }] : []),
    ];
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
    { id: 'state', title: t('common.state'), cell: (row) => <MappingState row={row} /> },
    ...(countedKinds.includes(kind)
      ? [{ id: 'orders', title: t('mappings.orders'), numeric: true, cell: (row: Row) => formats.number(row.orders) }]
      : []),
    {
      id: 'target',
      title: t(`mappings.${kind}.target`),
      field: true,
      cell: (row) => {
        const suggestion = suggestionOf(row);
        return (
          <BlockStack gap="100">
            <MappingTarget
              kind={kind}
              of={row.value || t('mappings.empty')}
              value={form.values[keyOf(row)] ?? noTarget}
              offered={reference.values}
              disabled={!may || reference.loading}
              onChange={(target) => form.set(keyOf(row), target)}
            />
            {suggestion && JSON.stringify(form.values[keyOf(row)] ?? noTarget) === '{}' ? (
              <Text as="span" tone="subdued">
                {t('mappings.suggestion', { value: textOf(suggestion) })}
              </Text>
            ) : null}
          </BlockStack>
        );
      },
    },
    {
      id: 'actions',
      title: t('common.actions'),
      cell: (row) => (
        <OverflowMenu
          label={t('mappings.menuOf', { value: row.value || t('mappings.empty') })}
          items={menuOf(row)}
          disabled={!may || change.busy || make.busy}
        />
      ),
    },
  ];
  const open = rows.flatMap((row) => {
    const target = suggestionOf(row);
    return target ? [{ source: row.value, label: row.value || t('mappings.empty'), target, shown: textOf(target) }] : [];
  });
  return (
    <BlockStack gap="400">
      <FailureBanner failure={change.failure ?? make.failure ?? discover.failure} />
      <Card padding="0">
        <Box padding="400">
          <BlockStack gap="200">
            <InlineStack align="space-between" blockAlign="center" gap="300">
              <Text as="p">
                {coverage && coverage.orders > 0
                  ? t('mappings.coverage', { share: formats.percent(coverage.share), count: coverage.orders })
                  : rows.length > 0
                    ? t(`mappings.${kind}.how`)
                    : ''}
              </Text>
              <InlineStack gap="200">
                <SuggestionsReview
                  suggestions={open}
                  disabled={!may || change.busy}
                  onAccept={() =>
                    change.start({
                      mappings: open.map(({ source, target }) => ({ match: 'exact', source, target: targetFor(kind, target) })),
                    })
                  }
                />
                {countedKinds.includes(kind) ? (
                  <Button loading={discover.busy} disabled={!mayDiscover} onClick={() => discover.run({ intent: 'discover' })}>
                    {t('mappings.discover')}
                  </Button>
                ) : null}
              </InlineStack>
            </InlineStack>
            {coverage && coverage.values > 0 ? (
              <Text as="p" tone="subdued">
                {t('mappings.coverageValues', { mapped: coverage.mappedValues, count: coverage.values })}
              </Text>
            ) : null}
            {reference.failure ? (
              <Text as="p" tone="caution">
                {t('mappings.noList')}
              </Text>
            ) : null}
            {total > rows.length ? (
              <Text as="p" tone="subdued">
                {t('mappings.someOf', { shown: rows.length, total })}
              </Text>
            ) : null}
          </BlockStack>
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
      <MappingRule key={`rule ${connectionId} ${kind}`} kind={kind} connectionId={connectionId} offered={reference.values} />
      <FormSaveBar id={`mappings-${kind}`} open={form.dirty} saving={change.busy} onSave={submit} onDiscard={form.discard} />
      {change.question}
    </BlockStack>
  );
}
