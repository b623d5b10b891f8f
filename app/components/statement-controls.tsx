import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from '@remix-run/react';
import type { StatementPage } from '../sync/statement/read-statement.ts';
import { ConnectionChoice } from './connection-choice.tsx';
import { searchWith } from './search.ts';
import { useMay } from './shop-context.tsx';
import { BlockStack, Button, Card, InlineStack, Select, Text } from './ui/index.ts';
import { useDownload } from './use-download.ts';
import { useFormats } from './use-formats.ts';

interface ControlsProps {
  connectionId: string;
  page: StatementPage;
  periods: readonly number[];
  busy: boolean;
  onMake: (days: number) => void;
}

const usualDays = 7;

/** Which statement is shown, and the way to a new one. */
export function StatementControls({ connectionId, page, periods, busy, onMake }: ControlsProps): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const navigate = useNavigate();
  const { search } = useLocation();
  const may = useMay('operator');
  const [days, setDays] = useState(String(usualDays));
  const file = useDownload();
  const { statement, past } = page;
  const nameOf = ({ from, to }: { from: string; to: string }): string =>
    t('statement.of', { from: formats.date(from), to: formats.dateTime(to) });
  const csv = (): void => {
    if (statement)
      file.download(`/app/statement-csv?all=1&statement=${statement.runId}`, `statement-${statement.to.slice(0, 10)}.csv`);
  };
  return (
    <Card>
      <BlockStack gap="300">
        <div className="cd-filters cd-filters-bare">
          <ConnectionChoice current={connectionId} />
          {statement ? (
            <Select
              label={t('statement.shown')}
              labelInline
              value={statement.runId}
              options={past.map((one) => ({ value: one.runId, label: nameOf(one) }))}
              onChange={(runId) =>
                navigate({ search: searchWith(search, { statement: runId, kind: null, bucket: null, code: null, page: null }) })
              }
            />
          ) : null}
          <Select
            label={t('statement.period')}
            labelInline
            value={days}
            options={periods.map((count) => ({ value: String(count), label: t('statement.days', { count }) }))}
            onChange={setDays}
          />
        </div>
        <InlineStack gap="300" blockAlign="center">
          <Button variant="primary" disabled={!may} loading={busy} onClick={() => onMake(Number(days))}>
            {t('statement.make')}
          </Button>
          {statement?.hasLines ? (
            <Button loading={file.busy} onClick={csv}>
              {t('statement.csv')}
            </Button>
          ) : null}
        </InlineStack>
        {file.failed ? (
          <div role="alert">
            <Text as="p" tone="critical">
              {t('statement.csvFailed')}
            </Text>
          </div>
        ) : null}
      </BlockStack>
    </Card>
  );
}
