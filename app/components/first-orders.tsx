import { useNavigate } from '@remix-run/react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureBanner } from './failure-banner.tsx';
import { OlderOrders } from './older-orders.tsx';
import { BlockStack, Button, Card, ChoiceList, InlineStack, Text, TextField } from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useFieldErrors } from './use-field-errors.ts';

/** Asked once, before orders are first switched on: from when on. Says how many orders that is before anything is sent. */
export function FirstOrders({ connectionId, onClose }: { connectionId: string; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const [reach, setReach] = useState('now');
  const [from, setFrom] = useState('');
  const count = useAction<{ count: number; cutOff: string | null }>({ url: '/app/sync-control' });
  const navigate = useNavigate();
  const start = useAction({ url: '/app/sync-control', onDone: () => navigate(`/app?connection=${connectionId}`) });
  const errors = useFieldErrors(start.failure ?? count.failure);
  const since = reach === 'since';
  const counted = since && count.answer?.ok ? count.answer.result : undefined;
  const body = { connectionId, sync: 'orders' };
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {t('orders.firstTitle')}
          </Text>
          <Text as="p" tone="subdued">
            {t('orders.firstWhat')}
          </Text>
        </BlockStack>
        <FailureBanner failure={start.failure ?? count.failure} />
        <ChoiceList
          title={t('orders.firstTitle')}
          titleHidden
          choices={[
            { label: t('orders.fromNow'), value: 'now' },
            { label: t('orders.since'), value: 'since' },
          ]}
          selected={[reach]}
          onChange={([chosen = 'now']) => setReach(chosen)}
        />
        {since ? (
          <TextField
            label={t('orders.sinceDay')}
            type="date"
            autoComplete="off"
            value={from}
            onChange={(day) => {
              setFrom(day);
              if (/^\d{4}-\d\d-\d\d$/.test(day)) count.run({ intent: 'count', connectionId, from: day, to: '', numbers: [] });
            }}
            {...(errors['from'] ? { error: errors['from'] } : {})}
          />
        ) : null}
        {counted ? (
          <>
            <Text as="p">{t('orders.counted', { count: counted.count })}</Text>
            <OlderOrders cutOff={counted.cutOff} />
          </>
        ) : null}
        <InlineStack gap="200">
          <Button
            variant="primary"
            loading={start.busy}
            disabled={since && (from === '' || count.busy)}
            onClick={() => start.run({ ...body, intent: 'switch', on: true, ...(since ? { from } : {}) })}
          >
            {t('orders.firstStart')}
          </Button>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
        </InlineStack>
      </BlockStack>
    </Card>
  );
}
