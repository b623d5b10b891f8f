import { useCallback, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MappingKind, ReferenceValue } from '../connectors/contract/index.ts';
import { FailureBanner } from './failure-banner.tsx';
import { isAnswered, MappingTarget, noTarget, targetFor, type Target } from './mapping-target.tsx';
import { useMay } from './shop-context.tsx';
import { BlockStack, Button, Card, InlineGrid, Select, Text, TextField } from './ui/index.ts';
import { useFieldErrors } from './use-field-errors.ts';
import { useMappingChange } from './use-mapping-change.tsx';
import { useWords } from './use-words.ts';

interface MappingRuleProps {
  kind: MappingKind;
  connectionId: string;
  offered: ReferenceValue[] | null;
}

/** Adds an answer for a value that wasn't seen yet, or a rule for all that start with or contain a text. */
export function MappingRule({ kind, connectionId, offered }: MappingRuleProps): ReactNode {
  const { t } = useTranslation();
  const may = useMay('administrator');
  const [match, setMatch] = useState('exact');
  const [source, setSource] = useState('');
  const [target, setTarget] = useState<Target>(noTarget);
  const onDone = useCallback(() => {
    setSource('');
    setTarget(noTarget);
  }, []);
  const change = useMappingChange({ connectionId, kind, id: 'rule' }, onDone);
  const errors = useFieldErrors(change.failure);
  const words = useWords();
  const aboutTarget = ['kit-unreadable', 'mapping-target-invalid'].includes(change.failure?.code ?? '') ? change.failure : null;
  const rules = kind !== 'sku-alias' && kind !== 'kit';
  const named = kind === 'kit' ? 'Kit' : 'Alias';
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t(rules ? 'mappings.addTitle' : `mappings.add${named}Title`)}
        </Text>
        <Text as="p" tone="subdued">
          {t(rules ? 'mappings.addHelp' : `mappings.add${named}Help`)}
        </Text>
        <FailureBanner failure={aboutTarget || errors['source'] ? null : change.failure} />
        <InlineGrid columns={{ xs: 1, md: rules ? 3 : 2 }} gap="300" alignItems="end">
          {rules ? (
            <Select
              label={t('mappings.match')}
              disabled={!may}
              value={match}
              options={(['exact', 'starts', 'contains'] as const).map((value) => ({ value, label: t(`mappings.rule.${value}`) }))}
              onChange={setMatch}
            />
          ) : null}
          <TextField
            label={t(`mappings.${kind}.value`)}
            autoComplete="off"
            maxLength={255}
            disabled={!may}
            value={source}
            onChange={setSource}
            {...(errors['source'] ? { error: errors['source'] } : {})}
          />
          <BlockStack gap="100">
            <Text as="span">{t(`mappings.${kind}.target`)}</Text>
            <MappingTarget kind={kind} of={source} value={target} offered={offered} disabled={!may} onChange={setTarget} />
            {aboutTarget ? (
              <Text as="p" tone="critical">
                {words.failure(aboutTarget.code, aboutTarget.params).fix}
              </Text>
            ) : null}
          </BlockStack>
        </InlineGrid>
        <div>
          <Button
            disabled={!may || source.trim() === '' || !isAnswered(kind, target)}
            loading={change.busy}
            onClick={() => change.start({ mappings: [{ match, source: source.trim(), target: targetFor(kind, target) }] })}
          >
            {t('mappings.add')}
          </Button>
        </div>
        {change.question}
      </BlockStack>
    </Card>
  );
}
