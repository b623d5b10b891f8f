import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData, useRevalidator } from '@remix-run/react';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { deliveryStates, listDeliveries, sendAgain, type DeliveryView } from '../alerts/deliveries.ts';
import { listRecipients } from '../alerts/recipients.ts';
import { AlertTabs } from '../components/alert-tabs.tsx';
import { FailureBanner } from '../components/failure-banner.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { Pager } from '../components/pager.tsx';
import { useMay } from '../components/shop-context.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import { BlockStack, Button, Card, Page, RecordTable, type Column } from '../components/ui/index.ts';
import { useAction } from '../components/use-action.ts';
import { useAlertWords } from '../components/use-alert-words.ts';
import { useFormats } from '../components/use-formats.ts';
import { useWords } from '../components/use-words.ts';
import { act, oneOf, pageOf, readPage } from './_shared/page.server.ts';

const LOOK_AGAIN_MS = 3_000;

export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }, query) => {
    const recipientId = z.uuid().safeParse(query.get('recipient')).data;
    const state = oneOf(query, 'state', deliveryStates);
    const page = pageOf(query);
    const log = await listDeliveries(shop.id, { page, ...(recipientId ? { recipientId } : {}), ...(state ? { state } : {}) });
    const recipients = (await listRecipients(shop.id)).map(({ id, name }) => ({ id, name }));
    return { ...log, page, recipients, states: [...deliveryStates] };
  });
}

const schema = z.object({ intent: z.literal('again'), id: z.uuid() });

export function action({ request }: ActionFunctionArgs) {
  return act(request, schema, 'administrator', async (input, { shop, actor }) => {
    await sendAgain(shop.id, actor, input.id);
    return { done: 'done.sentAgain' };
  });
}

/** What a message told, and what came of it. */
function useTold(): { what: (row: DeliveryView) => string; answer: (row: DeliveryView, now: string) => string } {
  const { t } = useTranslation();
  const alerts = useAlertWords();
  const words = useWords();
  const formats = useFormats();
  return {
    what({ kind, first, entries }) {
      if (!first) return t('deliveries.test');
      if (kind === 'digest' || entries > 1) return t(`deliveries.${kind}`, { count: entries });
      return t(`deliveries.event.${first.event}`, { headline: alerts.headline(first.alert) });
    },
    answer({ answer, nextAttemptAt, attempts }, now) {
      if (!answer) return '';
      if (!answer.code) return t('deliveries.took', { status: answer.status ?? '', ms: answer.ms ?? 0 });
      const parts = [words.failure(answer.code, answer.params ?? {}).title, t('deliveries.attempts', { count: attempts })];
      if (nextAttemptAt && nextAttemptAt > now) parts.push(t('deliveries.next', { when: formats.relative(nextAttemptAt, now) }));
      return parts.join(' · ');
    },
  };
}

export default function Log(): ReactNode {
  const { rows, hasNext, page, recipients, states, now } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  const told = useTold();
  const may = useMay('administrator');
  const again = useAction();
  const { revalidate } = useRevalidator();
  // What has just been sent shows soon what came of it; what waits for a later attempt does not.
  const onItsWay = rows.some(({ state, answer }) => state === 'pending' && answer === null);
  useEffect(() => {
    if (!onItsWay) return;
    const timer = setInterval(revalidate, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [onItsWay, revalidate]);
  const columns: Column<DeliveryView>[] = [
    { id: 'when', title: t('deliveries.when'), lead: true, cell: ({ createdAt }) => formats.dateTime(createdAt) },
    { id: 'who', title: t('deliveries.who'), cell: ({ recipientName }) => recipientName || t('deliveries.gone') },
    { id: 'what', title: t('deliveries.what'), cell: (row) => told.what(row as DeliveryView) },
    { id: 'state', title: t('common.state'), cell: ({ state }) => <StateBadge of="delivery" state={state} /> },
    { id: 'answer', title: t('deliveries.answer'), cell: (row) => told.answer(row as DeliveryView, now) },
    {
      id: 'again',
      title: t('common.actions'),
      cell: ({ id, state, recipientName }) => (
        <Button
          size="slim"
          disabled={!may || again.busy || recipientName === '' || (state === 'pending' && onItsWay)}
          accessibilityLabel={t('deliveries.againTo', { name: recipientName })}
          onClick={() => again.run({ intent: 'again', id })}
        >
          {t('deliveries.again')}
        </Button>
      ),
    },
  ];
  return (
    <Page title={t('nav.alerts')} subtitle={t('deliveries.subtitle')}>
      <BlockStack gap="400">
        <AlertTabs current="log" />
        <FailureBanner failure={again.failure} />
        <Card padding="0">
          <FilterBar
            choices={[
              {
                name: 'state',
                label: t('common.state'),
                options: states.map((value) => ({ value, label: t(`state.delivery.${value}`) })),
              },
              {
                name: 'recipient',
                label: t('deliveries.who'),
                options: recipients.map(({ id, name }) => ({ value: id, label: name })),
              },
            ]}
          />
          <RecordTable
            caption={t('alerts.tab.log')}
            columns={columns}
            rows={rows as DeliveryView[]}
            rowKey={({ id }) => id}
            empty={t('deliveries.none')}
          />
          <Pager page={page} hasNext={hasNext} />
        </Card>
      </BlockStack>
    </Page>
  );
}
