import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SyncView } from '../sync/runs/read-sync-page.ts';
import { FailureBanner } from './failure-banner.tsx';
import { useMay } from './shop-context.tsx';
import { Banner, BlockStack, Button, Confirm, InlineStack, Link, Text } from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useFormats } from './use-formats.ts';

/** Since when and why a sync waits, and the button that lets it go on. */
export function PausedSync({ sync }: { sync: SyncView }): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const may = useMay('administrator');
  const action = useAction({ url: '/app/undo' });
  const [asking, setAsking] = useState(false);
  const { kind, connectionId, paused } = sync;
  if (!paused) return null;
  const name = t(`sync.${kind}.name`);
  return (
    <BlockStack gap="200">
      <Banner tone="warning">
        <BlockStack gap="200">
          <Text as="p">
            {t(paused.run ? 'sync.paused' : 'sync.pausedByHand', { when: formats.dateTime(paused.since), name: paused.by })}
          </Text>
          <InlineStack gap="300" blockAlign="center">
            <Button
              disabled={!may}
              loading={action.busy}
              onClick={() => setAsking(true)}
              accessibilityLabel={t('sync.releaseOf', { name })}
            >
              {t('sync.release')}
            </Button>
            {paused.run ? <Link url={`/app/activity/runs/${paused.run}`}>{t('sync.pausedRun')}</Link> : null}
          </InlineStack>
          {may ? null : (
            <Text as="p" tone="subdued">
              {t('sync.releaseWho')}
            </Text>
          )}
        </BlockStack>
      </Banner>
      <FailureBanner failure={action.failure} />
      <Confirm
        id={`release-${kind}-${connectionId}`}
        open={asking}
        title={t('sync.releaseTitle', { name })}
        action={t('sync.release')}
        onClose={() => setAsking(false)}
        onConfirm={() => action.run({ intent: 'release', connectionId, sync: kind })}
      >
        <Text as="p">{t(paused.run ? 'sync.releaseBody' : 'sync.releaseByHand')}</Text>
      </Confirm>
    </BlockStack>
  );
}
