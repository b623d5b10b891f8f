import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureBanner } from './failure-banner.tsx';
import { useMay } from './shop-context.tsx';
import { BlockStack, Button, Card, Confirm, InlineStack, Link, Text } from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useFormats } from './use-formats.ts';

interface StartingStockProps {
  connectionId: string;
  backOffice: string;
  /** The inventory sync is on: Shopify's numbers are no longer the ones to start from. */
  syncOn: boolean;
  takenAt: string | null;
}

/** Before stock is switched on: a back office that lets nobody set its stock has to be given it by hand. */
export function NoStartingStock({ backOffice }: { backOffice: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('inventory.start.title')}
        </Text>
        <Text as="p">{t('inventory.start.notOffered', { name: backOffice })}</Text>
      </BlockStack>
    </Card>
  );
}

/** The one-time start: Shopify's on-hand numbers go to the back office, before its own come back. */
export function StartingStock({ connectionId, backOffice, syncOn, takenAt }: StartingStockProps): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const may = useMay('administrator');
  const [asking, setAsking] = useState(false);
  const start = useAction<{ runId: string }>();
  const runId = start.answer?.ok ? start.answer.result?.runId : undefined;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('inventory.start.title')}
        </Text>
        <Text as="p">{t('inventory.start.what', { name: backOffice })}</Text>
        {takenAt ? (
          <Text as="p" tone="subdued">
            {t('inventory.start.taken', { when: formats.dateTime(takenAt) })}
          </Text>
        ) : null}
        <FailureBanner failure={start.failure} />
        <InlineStack gap="300" blockAlign="center">
          <Button disabled={!may || syncOn} loading={start.busy} onClick={() => setAsking(true)}>
            {t(takenAt ? 'inventory.start.again' : 'inventory.start.action')}
          </Button>
          {syncOn ? (
            <Text as="span" tone="subdued">
              {t('inventory.start.syncOn')}
            </Text>
          ) : null}
          {runId ? <Link url={`/app/activity/runs/${runId}`}>{t('sync.openRun')}</Link> : null}
        </InlineStack>
      </BlockStack>
      <Confirm
        id="starting-stock"
        open={asking}
        title={t('inventory.start.sure', { name: backOffice })}
        action={t('inventory.start.action')}
        destructive={takenAt !== null}
        onClose={() => setAsking(false)}
        onConfirm={() => start.run({ intent: 'starting-stock', connectionId, again: takenAt !== null })}
      >
        <Text as="p">{t(takenAt ? 'inventory.start.sureAgain' : 'inventory.start.sureBody', { name: backOffice })}</Text>
      </Confirm>
    </Card>
  );
}
