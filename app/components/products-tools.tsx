import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProductExtras } from '../sync/products/read-product-page.ts';
import { FailureBanner } from './failure-banner.tsx';
import { useMay } from './shop-context.tsx';
import { BlockStack, Button, Card, Confirm, Facts, InlineStack, Link, Text, TextField } from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useFieldErrors } from './use-field-errors.ts';
import { useFormats } from './use-formats.ts';

interface ProductsToolsProps {
  connectionId: string;
  /** Whether the sync is on, and neither paused nor its connection deactivated. */
  ready: boolean;
  paused: boolean;
  extras: ProductExtras;
  /** Whether what people change in the back office comes here. */
  takesUpdates: boolean;
}

/** Further things to do about products: compare both sides, send again from a moment on, pause; with what came of the last time. */
export function ProductsTools({ connectionId, ready, paused, extras, takesUpdates }: ProductsToolsProps): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const mayRun = useMay('operator');
  const mayPause = useMay('administrator');
  const [from, setFrom] = useState('');
  const [asking, setAsking] = useState(false);
  const action = useAction<{ runId: string }>({ url: '/app/products-control' });
  const errors = useFieldErrors(action.failure);
  const { reconciled, updates } = extras;
  const started = action.answer?.ok ? action.answer.result?.runId : undefined;
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          {t('products.tools')}
        </Text>
        <FailureBanner failure={action.failure} />
        <Facts
          items={[
            {
              name: t('products.reconciled'),
              value: reconciled ? (
                <Link url={`/app/activity/runs/${reconciled.runId}`}>
                  {t('products.reconciledFound', { when: formats.dateTime(reconciled.at), count: reconciled.differences })}
                </Link>
              ) : (
                t('products.neverReconciled')
              ),
            },
            ...(takesUpdates
              ? [
                  {
                    name: t('products.updates'),
                    value: t('products.updatesFigures', {
                      recent: formats.number(updates.recent),
                      total: formats.number(updates.total),
                    }),
                  },
                  {
                    name: t('products.unknownHere'),
                    value:
                      updates.unknown.count > 0
                        ? t('products.unknownNamed', { count: updates.unknown.count, names: updates.unknown.first.join(', ') })
                        : null,
                  },
                ]
              : []),
          ]}
        />
        <InlineStack gap="300" blockAlign="center">
          <Button
            disabled={!mayRun || !ready}
            loading={action.busy}
            onClick={() => action.run({ intent: 'reconcile', connectionId })}
          >
            {t('products.reconcile')}
          </Button>
          <Button disabled={!mayPause || paused || action.busy} onClick={() => setAsking(true)}>
            {t('products.pause')}
          </Button>
          {started ? <Link url={`/app/activity/runs/${started}`}>{t('sync.openRun')}</Link> : null}
        </InlineStack>
        <TextField
          label={t('products.replayFrom')}
          helpText={t('products.replayHelp')}
          type="datetime-local"
          autoComplete="off"
          disabled={!mayRun}
          value={from}
          onChange={setFrom}
          connectedRight={
            <Button
              disabled={!mayRun || !ready || from === '' || action.busy}
              onClick={() => action.run({ intent: 'replay', connectionId, from })}
            >
              {t('products.replay')}
            </Button>
          }
          {...(errors['from'] ? { error: errors['from'] } : {})}
        />
      </BlockStack>
      <Confirm
        id="pause-products"
        open={asking}
        title={t('products.pauseTitle')}
        action={t('products.pause')}
        onClose={() => setAsking(false)}
        onConfirm={() => action.run({ intent: 'pause', connectionId })}
      >
        <Text as="p">{t('products.pauseBody')}</Text>
      </Confirm>
    </Card>
  );
}
