import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureBanner } from './failure-banner.tsx';
import { useMay } from './shop-context.tsx';
import { BlockStack, Button, Card, InlineStack, Text, TextField } from './ui/index.ts';
import { useAction } from './use-action.ts';

const asText = (details: Record<string, string>): string =>
  Object.entries(details)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');

/** `Care: wash cold`, one a line; null where a line has no name or no colon. */
function readDetails(text: string): Record<string, string> | null {
  const details: Record<string, string> = {};
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const at = line.indexOf(':');
    const name = line.slice(0, at).trim();
    if (at < 0 || name === '') return null;
    details[name] = line.slice(at + 1).trim();
  }
  return details;
}

/** What the warehouse keeps of a product; the shop can have it written to metafields. */
export function ProductDetails({ sku, details }: { sku: string; details: Record<string, string> }): ReactNode {
  const { t } = useTranslation();
  const may = useMay('operator');
  const [text, setText] = useState(asText(details));
  const save = useAction();
  const read = readDetails(text);
  const changed = text !== asText(details);
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('stockroom.details')}
        </Text>
        <FailureBanner failure={save.failure} />
        <TextField
          label={t('stockroom.detailLines')}
          helpText={t('stockroom.detailsHelp')}
          multiline={3}
          autoComplete="off"
          disabled={!may}
          value={text}
          onChange={setText}
          {...(read === null ? { error: t('stockroom.detailsWrong') } : {})}
        />
        <InlineStack>
          <Button
            disabled={!may || !changed || read === null}
            loading={save.busy}
            onClick={() => save.run({ intent: 'details', sku, details: read })}
          >
            {t('common.save')}
          </Button>
        </InlineStack>
      </BlockStack>
    </Card>
  );
}
