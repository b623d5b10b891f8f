import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { legacyIdOf } from '../core/gid.ts';
import type { LineView } from '../sync/statement/read-statement.ts';
import type { RepairAction } from '../sync/statement/repair-actions.ts';
import { useMay } from './shop-context.tsx';
import { Badge, BlockStack, Button, Link, RecordTable, Text, type Column } from './ui/index.ts';
import { useFormats } from './use-formats.ts';
import { useStatementWords } from './use-statement-words.ts';

interface LinesProps {
  lines: LineView[];
  connector: string;
  busy: boolean;
  /** Says that there is nothing, or why. */
  empty: string;
  onRepair: (line: LineView, action: RepairAction) => void;
}

const tones = { held: 'attention', failed: 'critical', gap: 'critical', matched: 'success' } as const;

function Label({ line }: { line: LineView }): ReactNode {
  if (line.kind === 'level' || !line.orderId) return line.label;
  return <Link url={`/app/orders/${legacyIdOf(line.orderId)}`}>{line.label}</Link>;
}

/** The records of a statement: where each stands, why, and the one thing to do about it. */
export function StatementLines({ lines, connector, busy, empty, onRepair }: LinesProps): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const may = useMay('operator');
  const { brief, sentence } = useStatementWords(connector);
  const columns: Column<LineView>[] = [
    { id: 'record', title: t('statement.column.record'), lead: true, cell: (line) => <Label line={line} /> },
    { id: 'kind', title: t('statement.column.kind'), cell: ({ kind }) => t(`statement.kind.${kind}`) },
    { id: 'when', title: t('statement.column.when'), cell: ({ at }) => (at ? formats.dateTime(at) : '') },
    {
      id: 'state',
      title: t('statement.column.state'),
      cell: ({ kind, bucket }) => (
        <Badge {...(bucket === 'excluded' ? {} : { tone: tones[bucket] })}>{t(`statement.bucket.${kind}.${bucket}`)}</Badge>
      ),
    },
    {
      id: 'reason',
      title: t('statement.column.reason'),
      cell: ({ bucket, code, params, found }) => (
        <BlockStack gap="050">
          {code ? <span>{sentence(code, params)}</span> : null}
          {found && bucket !== 'gap' ? (
            <Text as="span" tone="subdued">
              {t('statement.wasFound', { reason: brief(found) })}
            </Text>
          ) : null}
        </BlockStack>
      ),
    },
    {
      id: 'action',
      title: t('statement.column.action'),
      cell: (line) =>
        line.action === null ? (
          ''
        ) : line.action === 'check-there' ? (
          t('statement.action.check-there')
        ) : (
          <Button
            size="slim"
            disabled={!may || busy}
            accessibilityLabel={t('statement.actionOf', { action: t(`statement.action.${line.action}`), label: line.label })}
            onClick={() => onRepair(line, line.action ?? 'check-there')}
          >
            {t(`statement.action.${line.action}`)}
          </Button>
        ),
    },
  ];
  return (
    <RecordTable
      caption={t('statement.caption')}
      columns={columns}
      rows={lines}
      rowKey={({ kind, id }) => `${kind} ${id}`}
      empty={empty}
    />
  );
}
