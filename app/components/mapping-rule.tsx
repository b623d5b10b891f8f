import { useCallback, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureBanner } from './failure-banner.tsx';
import { MappingTarget, noTarget, targetFor, type Target } from './mapping-target.tsx';
import { useMay } from './shop-context.tsx';
import { BlockStack, Button, Card, InlineGrid, Select, Text, TextField } from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useReference } from './use-reference.ts';

/** Adds an answer for a value that wasn't seen yet, or a rule for all that start with or contain a text. */
export function MappingRule({ kind, connectionId }: { kind: 'shipping' | 'payment'; connectionId: string }): ReactNode {
  const { t } = useTranslation();
  const may = useMay('administrator');
  const reference = useReference(connectionId, kind);
  const [match, setMatch] = useState('exact');
  const [source, setSource] = useState('');
  const [target, setTarget] = useState<Target>(noTarget);
  const onDone = useCallback(() => {
    setSource('');
    setTarget(noTarget);
  }, []);
  const save = useAction({ onDone });
  const ready = source.trim() !== '' && (target.method.trim() !== '' || (kind === 'shipping' && target.carrier.trim() !== ''));
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('mappings.addTitle')}
        </Text>
        <Text as="p" tone="subdued">
          {t('mappings.addHelp')}
        </Text>
        <FailureBanner failure={save.failure} />
        <InlineGrid columns={{ xs: 1, md: 3 }} gap="300" alignItems="end">
          <Select
            label={t('mappings.match')}
            disabled={!may}
            value={match}
            options={(['exact', 'starts', 'contains'] as const).map((value) => ({ value, label: t(`mappings.rule.${value}`) }))}
            onChange={setMatch}
          />
          <TextField label={t(`mappings.${kind}.value`)} autoComplete="off" disabled={!may} value={source} onChange={setSource} />
          <MappingTarget kind={kind} of={source} value={target} offered={reference.values} disabled={!may} onChange={setTarget} />
        </InlineGrid>
        <div>
          <Button
            disabled={!may || !ready}
            loading={save.busy}
            onClick={() =>
              save.run({
                intent: 'save',
                connectionId,
                kind,
                mappings: [{ match, source: source.trim(), target: targetFor(kind, target) }],
              })
            }
          >
            {t('mappings.add')}
          </Button>
        </div>
      </BlockStack>
    </Card>
  );
}
