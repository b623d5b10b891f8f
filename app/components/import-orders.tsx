import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureBanner } from './failure-banner.tsx';
import { OlderOrders } from './older-orders.tsx';
import { useMay } from './shop-context.tsx';
import { BlockStack, Button, Card, Collapsible, FormLayout, InlineStack, Link, TagsField, Text, TextField } from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useFieldErrors } from './use-field-errors.ts';

/** Runs chosen orders: those placed in a time, or some by number. Counted first, previewed where somebody wants to see. */
export function ImportOrders({ connectionId, enabled }: { connectionId: string; enabled: boolean }): ReactNode {
  const { t } = useTranslation();
  const may = useMay('operator');
  const [open, setOpen] = useState(false);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [numbers, setNumbers] = useState<string[]>([]);
  const count = useAction<{ count: number; cutOff: string | null }>({ url: '/app/sync-control' });
  const start = useAction<{ runId: string }>({ url: '/app/sync-control' });
  const failure = start.failure ?? count.failure;
  const errors = useFieldErrors(failure);
  const range = { connectionId, from, to, numbers };
  const counted = count.answer?.ok ? count.answer.result : undefined;
  const started = start.answer?.ok ? start.answer.result?.runId : undefined;
  const named = numbers.length > 0;
  const error = (name: string) => (errors[name] ? { error: errors[name] } : {});
  return (
    <Card>
      <BlockStack gap="400">
        <InlineStack align="space-between" blockAlign="center">
          <Text as="h2" variant="headingMd">
            {t('orders.importTitle')}
          </Text>
          <Button
            variant="plain"
            disclosure={open ? 'up' : 'down'}
            ariaExpanded={open}
            ariaControls="import-orders"
            accessibilityLabel={`${open ? t('common.hide') : t('common.show')}: ${t('orders.importTitle')}`}
            onClick={() => setOpen(!open)}
          >
            {open ? t('common.hide') : t('common.show')}
          </Button>
        </InlineStack>
        <Collapsible id="import-orders" open={open} transition={false}>
          <BlockStack gap="400">
            <Text as="p" tone="subdued">
              {t('orders.importWhat')}
            </Text>
            <FailureBanner failure={failure} />
            <FormLayout>
              <FormLayout.Group>
                <TextField
                  label={t('orders.from')}
                  type="date"
                  autoComplete="off"
                  disabled={named}
                  value={from}
                  onChange={setFrom}
                  {...error('from')}
                />
                <TextField
                  label={t('orders.to')}
                  type="date"
                  autoComplete="off"
                  disabled={named}
                  value={to}
                  onChange={setTo}
                  helpText={t('orders.toHelp')}
                  {...error('to')}
                />
              </FormLayout.Group>
              <TagsField
                label={t('orders.numbers')}
                help={t('orders.numbersHelp')}
                values={numbers}
                onChange={setNumbers}
                {...error('numbers')}
              />
            </FormLayout>
            {counted ? (
              <>
                <Text as="p">{t('orders.counted', { count: counted.count })}</Text>
                <OlderOrders cutOff={counted.cutOff} />
              </>
            ) : null}
            <InlineStack gap="300" blockAlign="center">
              <Button disabled={!may || count.busy} loading={count.busy} onClick={() => count.run({ intent: 'count', ...range })}>
                {t('orders.count')}
              </Button>
              <Button disabled={!may || start.busy} onClick={() => start.run({ intent: 'import', ...range, preview: true })}>
                {t('sync.preview')}
              </Button>
              <Button
                disabled={!may || !enabled || start.busy}
                variant="primary"
                onClick={() => start.run({ intent: 'import', ...range, preview: false })}
              >
                {t('orders.import')}
              </Button>
              {started ? <Link url={`/app/activity/runs/${started}`}>{t('sync.openRun')}</Link> : null}
            </InlineStack>
          </BlockStack>
        </Collapsible>
      </BlockStack>
    </Card>
  );
}
