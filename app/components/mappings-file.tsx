import { useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MappingKind } from '../connectors/contract/index.ts';
import type { CsvFault } from '../mappings/mapping-csv.ts';
import type { ChangePreview } from '../mappings/preview-change.ts';
import { ChangePreviewText } from './change-preview.tsx';
import { FailureBanner } from './failure-banner.tsx';
import { useMay } from './shop-context.tsx';
import { Banner, BlockStack, Button, Card, Checkbox, Confirm, InlineStack, List, Text } from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useDownload } from './use-download.ts';
import { useWords } from './use-words.ts';

interface FilePreview {
  saved: number;
  removed: number;
  faults: CsvFault[];
  change: ChangePreview | null;
}

const FAULTS_SHOWN = 10;

/** The mappings of a kind as a file for a spreadsheet, out and back in with a preview. */
export function MappingsFile({ kind, connectionId }: { kind: MappingKind; connectionId: string }): ReactNode {
  const { t } = useTranslation();
  const words = useWords();
  const may = useMay('administrator');
  const file = useDownload();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [replace, setReplace] = useState(false);
  const [asked, setAsked] = useState<FilePreview | null>(null);
  const [faults, setFaults] = useState<CsvFault[]>([]);
  const take = useAction();
  const preview = useAction<FilePreview>({
    onDone: (result) => {
      setFaults(result?.faults ?? []);
      setAsked(result?.faults.length === 0 ? result : null);
    },
  });
  const read = async (chosen: File | undefined): Promise<void> => {
    if (!chosen) return;
    const content = await chosen.text();
    setText(content);
    preview.run({ intent: 'import', connectionId, kind, text: content, replace, preview: true });
  };
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('mappings.fileTitle')}
        </Text>
        <Text as="p" tone="subdued">
          {t('mappings.fileHelp')}
        </Text>
        <FailureBanner failure={preview.failure ?? take.failure} />
        {file.failed ? <Banner tone="critical" title={t('mappings.fileFailed')} /> : null}
        {faults.length > 0 ? (
          <Banner tone="critical" title={t('mappings.faults', { count: faults.length })}>
            <List>
              {faults.slice(0, FAULTS_SHOWN).map(({ line, code, params }) => (
                <List.Item key={line}>{t('mappings.fault', { line, text: words.failure(code, params).title })}</List.Item>
              ))}
            </List>
          </Banner>
        ) : null}
        <Checkbox
          label={t('mappings.replace')}
          helpText={t('mappings.replaceHelp')}
          checked={replace}
          disabled={!may}
          onChange={setReplace}
        />
        <InlineStack gap="200">
          <Button
            loading={file.busy}
            onClick={() => file.download(`/app/mappings-csv?connection=${connectionId}&kind=${kind}`, `mappings-${kind}.csv`)}
          >
            {t('mappings.export')}
          </Button>
          <Button disabled={!may} loading={preview.busy || take.busy} onClick={() => input.current?.click()}>
            {t('mappings.import')}
          </Button>
        </InlineStack>
        <input
          ref={input}
          type="file"
          accept=".csv,text/csv"
          hidden
          aria-label={t('mappings.import')}
          onChange={(event) => {
            void read(event.target.files?.[0]);
            // The same file, mended, is chosen again.
            event.target.value = '';
          }}
        />
        <Confirm
          id="import-mappings"
          open={asked !== null}
          title={t('mappings.importTitle')}
          action={t('mappings.import')}
          onClose={() => setAsked(null)}
          onConfirm={() => take.run({ intent: 'import', connectionId, kind, text, replace, preview: false })}
        >
          <BlockStack gap="300">
            <Text as="p">{t('mappings.importSaves', { count: asked?.saved ?? 0 })}</Text>
            {asked && asked.removed > 0 ? <Text as="p">{t('mappings.importRemoves', { count: asked.removed })}</Text> : null}
            {asked?.change ? <ChangePreviewText preview={asked.change} /> : null}
          </BlockStack>
        </Confirm>
      </BlockStack>
    </Card>
  );
}
