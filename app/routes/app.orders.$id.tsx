import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FailureBanner } from '../components/failure-banner.tsx';
import { OrderEditForm } from '../components/order-edit-form.tsx';
import { OrderPart } from '../components/order-part.tsx';
import { OrderPreview } from '../components/order-preview.tsx';
import { OrderProblems } from '../components/order-problems.tsx';
import { useMay } from '../components/shop-context.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import { Timeline } from '../components/timeline.tsx';
import { BlockStack, Banner, Card, Facts, InlineGrid, Page, Text } from '../components/ui/index.ts';
import { useAction } from '../components/use-action.ts';
import { useFormats } from '../components/use-formats.ts';
import { useWords } from '../components/use-words.ts';
import { RejectedError } from '../core/errors.ts';
import { inShop } from '../db/scope.ts';
import { gid } from '../core/gid.ts';
import { chooseForOrder } from '../sync/orders/order-choice.ts';
import { editOrder, readEdit } from '../sync/orders/edit-order.ts';
import { holdsThatCanBeEnded } from '../sync/orders/decide-order.ts';
import { formOf, orderEditSchema, withEdit } from '../sync/orders/order-edit.ts';
import { previewOrder } from '../sync/orders/preview-order.ts';
import { readOrder } from '../sync/orders/read-order.ts';
import { readOrderPage } from '../sync/orders/read-order-page.ts';
import { activeConnections, takersOf } from '../sync/shop/shop-context.ts';
import type { AdminRequest } from '../shopify.server.ts';
import { notFound } from './_shared/failure.server.ts';
import { act, readPage } from './_shared/page.server.ts';

export function loader({ request, params }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop, admin, actor }, query) => {
    const legacyId = params['id'] ?? '';
    const order = /^\d+$/.test(legacyId) ? await readOrderPage(shop.id, gid('Order', legacyId)) : null;
    if (!order) throw notFound();
    // Its customer's data is read from Shopify for whoever may edit it, and kept nowhere else.
    const edited = query.has('edit') && actor.role !== 'viewer' ? await readOrder(admin, order.id) : null;
    const form = edited ? formOf(withEdit(edited, await inShop(shop.id, (tx) => readEdit(tx, shop.id, order.id)))) : null;
    const lines = edited?.lines.map(({ id, title, quantity }) => ({ id, title, quantity })) ?? [];
    const open = actor.role === 'administrator';
    const previews = query.has('preview') ? await previewsOf(shop, admin, order.id, open) : null;
    const mayEnd = holdsThatCanBeEnded.has(order.reason?.code ?? '');
    return { order, legacyId, form, lines, previews, mayEnd, masked: !open };
  });
}

/** What the order would be sent as by the connections that take orders. */
async function previewsOf(shop: AdminRequest['shop'], admin: AdminRequest['admin'], orderId: string, open: boolean) {
  const connections = await takersOf(shop.id, await activeConnections(shop.id), 'orders');
  return previewOrder({ shopId: shop.id, admin, connections, orderId }, { open });
}

const schema = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('choose'), made: z.enum(['send-now', 'leave-out', 'take-back']) }),
  z.object({ intent: z.literal('edit'), ...orderEditSchema.shape }),
]);

/** What a part of an order may wait for while the rest went. */
const waits: ReadonlySet<string> = new Set(['pre-order', 'back-order']);
const chosen = { 'send-now': 'done.sendingNow', 'leave-out': 'done.leftOut', 'take-back': 'done.takenBack' } as const;

/** What people decide about one order before it is sent. */
export function action({ request, params }: ActionFunctionArgs) {
  return act(request, schema, 'operator', async (input, { shop, actor, admin }) => {
    const orderId = gid('Order', /^\d+$/.exec(params['id'] ?? '')?.[0] ?? '0');
    if (input.intent === 'choose') {
      await chooseForOrder(shop.id, actor, orderId, input.made);
      return { done: chosen[input.made] };
    }
    const order = await readOrder(admin, orderId);
    if (!order) throw new RejectedError('order-gone', `Shopify has no order ${orderId}`, {});
    await editOrder(shop.id, actor, order, input);
    return { done: 'done.saved' };
  });
}

export default function Order(): ReactNode {
  const { order, legacyId, form, lines, previews, masked, mayEnd, now } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  const words = useWords();
  const may = useMay('operator');
  const again = useAction({ url: '/app/sync-control' });
  const choice = useAction();
  const choose = (made: string) => ({ disabled: !may || choice.busy, onAction: () => choice.run({ intent: 'choose', made }) });
  const unsent = order.parts.every(
    ({ remoteNumber, acceptedAt, state }) => state === 'cancelled' || (!remoteNumber && !acceptedAt),
  );
  const decided = order.sendNow || order.leftOut;
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
      actions={[
        // Of an order that went without its waiting goods these can still be sent by hand.
        ...(mayEnd && !order.sendNow ? [{ label: t('order.sendNow'), ...choose('send-now') }] : []),
        ...(unsent && ['held', 'waiting'].includes(order.state)
          ? [{ label: t('order.edit'), disabled: !may, url: `/app/orders/${legacyId}?edit=1` }]
          : []),
        ...(unsent && !decided && ['held', 'waiting'].includes(order.state)
          ? [{ label: t('order.leaveOut'), ...choose('leave-out') }]
          : []),
        ...(unsent && decided ? [{ label: t('order.takeBack'), ...choose('take-back') }] : []),
        { label: t('order.preview'), url: `/app/orders/${legacyId}?preview=1` },
        { label: t('order.openInShopify'), url: `shopify://admin/orders/${legacyId}` },
      ]}
    >
      <BlockStack gap="400">
        <FailureBanner failure={again.failure ?? choice.failure} />
        {form ? <OrderEditForm form={form} lines={lines} back={`/app/orders/${legacyId}`} /> : null}
        {previews ? <OrderPreview previews={previews} masked={masked} back={`/app/orders/${legacyId}`} /> : null}
        <OrderProblems problems={problems} />
        {order.reason &&
        problems.length === 0 &&
        (['held', 'skipped', 'cancelled'].includes(order.state) || waits.has(order.reason.code)) ? (
          <Banner
            tone={order.state === 'held' || waits.has(order.reason.code) ? 'warning' : 'info'}
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
