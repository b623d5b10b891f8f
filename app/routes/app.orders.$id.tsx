import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureBanner } from '../components/failure-banner.tsx';
import { OrderPart } from '../components/order-part.tsx';
import { OrderProblems } from '../components/order-problems.tsx';
import { useMay } from '../components/shop-context.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import { Timeline } from '../components/timeline.tsx';
import { BlockStack, Banner, Card, Facts, InlineGrid, Page, Text } from '../components/ui/index.ts';
import { useAction } from '../components/use-action.ts';
import { useFormats } from '../components/use-formats.ts';
import { useWords } from '../components/use-words.ts';
import { gid } from '../core/gid.ts';
import { readOrderPage } from '../sync/orders/read-order-page.ts';
import { notFound } from './_shared/failure.server.ts';
import { readPage } from './_shared/page.server.ts';

export function loader({ request, params }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }) => {
    const legacyId = params['id'] ?? '';
    const order = /^\d+$/.test(legacyId) ? await readOrderPage(shop.id, gid('Order', legacyId)) : null;
    if (!order) throw notFound();
    return { order, legacyId };
  });
}

export default function Order(): ReactNode {
  const { order, legacyId, now } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  const words = useWords();
  const may = useMay('operator');
  const again = useAction({ url: '/app/sync-control' });
  const { parts, parcels, problems, events } = order;
  const connector = parts[0]?.connector;
  return (
    <Page
      title={order.name}
      subtitle={formats.dateTime(order.placedAt)}
      badges={<StateBadge of="order" state={order.state} />}
      back={{ label: t('sync.orders.name'), url: '/app/orders' }}
      primary={{
        label: t('order.syncAgain'),
        disabled: !may,
        loading: again.busy,
        onAction: () => again.run({ intent: 'sync-again', orderId: order.id }),
      }}
      actions={[{ label: t('order.openInShopify'), url: `shopify://admin/orders/${legacyId}` }]}
    >
      <BlockStack gap="400">
        <FailureBanner failure={again.failure} />
        <OrderProblems problems={problems} />
        {order.reason && problems.length === 0 && ['held', 'skipped', 'cancelled'].includes(order.state) ? (
          <Banner
            tone={order.state === 'held' ? 'warning' : 'info'}
            title={words.reason(order.reason.code, order.reason.params, connector)}
          >
            {order.holdUntil ? <Text as="p">{t('order.heldUntil', { when: formats.dateTime(order.holdUntil) })}</Text> : null}
          </Banner>
        ) : null}
        <Card>
          <Facts
            items={[
              { name: t('orders.total'), value: formats.money(order.total, order.currency) },
              { name: t('orders.units'), value: formats.number(order.units) },
              { name: t('orders.payment'), value: words.word('status', order.financialStatus) },
              { name: t('order.fulfilment'), value: words.word('fulfilment', order.fulfilmentStatus) },
              { name: t('order.channel'), value: words.word('channel', order.channel) },
              { name: t('order.tags'), value: order.tags.join(', ') },
              { name: t('order.decided'), value: formats.relative(order.decidedAt, now) },
            ]}
          />
        </Card>
        <InlineGrid columns={{ xs: 1, lg: ['twoThirds', 'oneThird'] }} gap="400" alignItems="start">
          <BlockStack gap="400">
            {parts.length === 0 ? (
              <Card>
                <Text as="p" tone="subdued">
                  {t('order.noParts')}
                </Text>
              </Card>
            ) : (
              parts.map((part) => (
                <OrderPart
                  key={part.id}
                  part={part}
                  currency={order.currency}
                  parcels={parcels.filter(({ reference }) => reference === part.reference)}
                />
              ))
            )}
          </BlockStack>
          <Card>
            <BlockStack gap="300">
              <Text as="h2" variant="headingMd">
                {t('order.timeline')}
              </Text>
              <Timeline events={events} parts={parts} />
            </BlockStack>
          </Card>
        </InlineGrid>
      </BlockStack>
    </Page>
  );
}
