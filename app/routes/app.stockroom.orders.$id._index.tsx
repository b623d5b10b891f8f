import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FailureBanner } from '../components/failure-banner.tsx';
import { OrderLines } from '../components/stockroom-order-lines.tsx';
import { Parcels } from '../components/stockroom-parcels.tsx';
import { ReturnForm } from '../components/stockroom-return-form.tsx';
import { addressLines } from '../components/postal-address.ts';
import { useMay } from '../components/shop-context.tsx';
import { ShipForm } from '../components/stockroom-ship-form.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import { BlockStack, Card, Confirm, Facts, Page, Text, TextField } from '../components/ui/index.ts';
import { useAction } from '../components/use-action.ts';
import { useFormats } from '../components/use-formats.ts';
import { parseMoney } from '../core/money.ts';
import { getOrder, orderHistory } from '../stockroom/orders.ts';
import { cancelOrder, holdOrder, releaseOrder, startPicking, stopPicking } from '../stockroom/order-steps.ts';
import { packOrder, unpackParcel } from '../stockroom/parcels.ts';
import { receiveReturn } from '../stockroom/returns.ts';
import { cancelShipment, correctTracking, shipOrder, shipParcel } from '../stockroom/shipping.ts';
import { Refused } from './_shared/failure.server.ts';
import { actInRoom, readRoomPage, tracking, units } from './_shared/stockroom.server.ts';

export function loader({ request, params }: LoaderFunctionArgs) {
  return readRoomPage(request, async (room) => {
    const { shipments, returns, ...order } = await getOrder({ ...room, reference: params['id'] ?? '' });
    return {
      order,
      // Change numbers are for whoever reads by machine, and JSON has no place for them.
      parcels: shipments.map(({ change: _change, ...parcel }) => parcel),
      returns: returns.map(({ change: _change, ...one }) => one),
      history: await orderHistory({ ...room, orderId: order.id }),
    };
  });
}

const reference = z.uuid();
const schema = z.discriminatedUnion('intent', [
  z.object({ intent: z.enum(['pick', 'put-back', 'release']) }),
  z.object({ intent: z.literal('hold'), reason: z.string().max(500) }),
  z.object({ intent: z.literal('cancel'), reason: z.string().max(500), remaining: z.boolean() }),
  z.object({ intent: z.literal('pack'), reference, lines: units }),
  z.object({ intent: z.literal('ship'), reference, lines: units.optional(), tracking, note: z.string().max(1000) }),
  z.object({ intent: z.literal('ship-parcel'), shipment: z.uuid(), tracking }),
  z.object({ intent: z.literal('tracking'), shipment: z.uuid(), tracking }),
  z.object({ intent: z.enum(['unpack', 'recall']), shipment: z.uuid() }),
  z.object({
    intent: z.literal('return'),
    reference,
    lines: z.array(z.object({ lineId: z.string(), quantity: z.number().int().min(1), restocked: z.boolean() })),
    /** Money without goods, as decimal text. */
    amount: z.string().max(20).optional(),
    note: z.string().max(1000),
  }),
]);

export function action({ request, params }: ActionFunctionArgs) {
  const order = params['id'] ?? '';
  return actInRoom(request, schema, 'operator', async (input, room, actor) => {
    const on = { ...room, order, actor };
    switch (input.intent) {
      case 'pick':
      case 'put-back': {
        const { refused } = await (input.intent === 'pick' ? startPicking : stopPicking)({ ...room, orders: [order], actor });
        const [first] = refused;
        if (first) throw new Refused({ code: first.code, params: { vendorText: first.text } });
        return { done: input.intent === 'pick' ? 'done.picking' : 'done.putBack', params: { count: 1 } };
      }
      case 'release':
        await releaseOrder(on);
        return { done: 'done.released' };
      case 'hold':
        await holdOrder({ ...on, reason: input.reason });
        return { done: 'done.held' };
      case 'cancel':
        await cancelOrder({ ...on, reason: input.reason, remaining: input.remaining });
        return { done: 'done.cancelled' };
      case 'pack':
        await packOrder({ ...on, lines: input.lines, reference: input.reference });
        return { done: 'done.packed' };
      case 'ship':
        await shipOrder({
          ...on,
          tracking: input.tracking,
          note: input.note,
          reference: input.reference,
          ...(input.lines ? { lines: input.lines } : {}),
        });
        return { done: 'done.shipped' };
      case 'ship-parcel':
        await shipParcel({
          ...room,
          actor,
          shipment: input.shipment,
          ...(input.tracking.length > 0 ? { tracking: input.tracking } : {}),
        });
        return { done: 'done.shipped' };
      case 'tracking':
        await correctTracking({ ...room, actor, shipment: input.shipment, tracking: input.tracking });
        return { done: 'done.saved' };
      case 'unpack':
        await unpackParcel({ ...room, actor, shipment: input.shipment });
        return { done: 'done.unpacked' };
      case 'recall':
        await cancelShipment({ ...room, actor, shipment: input.shipment });
        return { done: 'done.recalled' };
      case 'return':
        if (input.amount) {
          const { currency } = await getOrder({ ...room, reference: order });
          // people write a comma where others write a point
          if (!/^\d+([.,]\d{1,3})?$/.test(input.amount)) throw Refused.fields({ amount: { code: 'not-a-number', params: {} } });
          const { amount } = parseMoney(input.amount.replace(',', '.'), currency);
          await receiveReturn({ ...on, lines: [], amount, note: input.note, reference: input.reference });
          return { done: 'done.goodwill' };
        }
        await receiveReturn({ ...on, lines: input.lines, note: input.note, reference: input.reference });
        return { done: 'done.returned' };
    }
  });
}

export default function StockroomOrder(): ReactNode {
  const { order, parcels, returns, history, connectionId } = useLoaderData<typeof loader>();
  const { t, i18n } = useTranslation();
  const formats = useFormats();
  const may = useMay('operator');
  const step = useAction();
  const [asking, setAsking] = useState<'cancel' | 'hold' | null>(null);
  const [reason, setReason] = useState('');
  const { state, personal } = order;
  const ended = state === 'shipped' || state === 'cancelled';
  const partly = order.lines.some(({ shipped }) => shipped > 0);
  const address = personal?.shipTo;
  const legacy = /\/(\d+)$/.exec(order.externalId ?? '')?.[1];
  const disabled = !may || step.busy;
  const actions = [
    ...(state === 'open' ? [{ label: t('stockroom.pick'), disabled, onAction: () => step.run({ intent: 'pick' }) }] : []),
    ...(state === 'picking'
      ? [{ label: t('stockroom.putBack'), disabled, onAction: () => step.run({ intent: 'put-back' }) }]
      : []),
    ...(state === 'held'
      ? [{ label: t('stockroom.release'), disabled, onAction: () => step.run({ intent: 'release' }) }]
      : ended
        ? []
        : [{ label: t('stockroom.hold'), disabled, onAction: () => setAsking('hold') }]),
    { label: t('stockroom.slip'), url: `/app/stockroom/orders/${order.id}/slip?connection=${connectionId}` },
    ...(legacy ? [{ label: t('stockroom.openOrder'), url: `/app/orders/${legacy}` }] : []),
    ...(ended
      ? []
      : [
          {
            label: partly ? t('stockroom.closeShort') : t('stockroom.cancel'),
            destructive: true,
            disabled,
            onAction: () => setAsking('cancel'),
          },
        ]),
  ];
  return (
    <Page
      title={order.reference}
      subtitle={formats.dateTime(order.placedAt)}
      badges={<StateBadge of="stockroomOrder" state={state} />}
      back={{ label: t('stockroom.orders'), url: `/app/stockroom/orders?connection=${connectionId}` }}
      actions={actions}
    >
      <BlockStack gap="400">
        <FailureBanner failure={step.failure} />
        <Card>
          <Facts
            items={[
              { name: t('locations.facility'), value: order.facility.name },
              {
                name: t('stockroom.shipping'),
                value: [order.shipping?.carrier, order.shipping?.method ?? order.shipping?.title].filter(Boolean).join(' · '),
              },
              {
                name: t('stockroom.shipTo'),
                value: address ? addressLines(address, i18n.language).join(', ') : t('stockroom.purged'),
              },
              { name: t('stockroom.note'), value: personal?.note },
              { name: t('stockroom.statusText'), value: order.statusText },
              { name: t('stockroom.customerClass'), value: order.personal?.customer?.class ?? null },
              { name: t('stockroom.heldReason'), value: state === 'held' ? order.heldReason : null },
              { name: t('stockroom.cancelReason'), value: order.cancelReason },
              { name: t('orders.total'), value: formats.money(order.total, order.currency) },
              { name: t('order.tags'), value: order.tags.join(', ') },
            ]}
          />
        </Card>
        <OrderLines lines={order.lines} currency={order.currency} />
        {ended || state === 'held' ? null : (
          <ShipForm key={JSON.stringify(order.lines.map(({ packed, shipped }) => [packed, shipped]))} lines={order.lines} />
        )}
        <Parcels parcels={parcels} orderId={order.id} connectionId={connectionId} />
        <ReturnForm
          key={JSON.stringify(order.lines.map(({ returned }) => returned))}
          lines={order.lines}
          returns={returns}
          currency={order.currency}
        />
        <Card>
          <BlockStack gap="300">
            <Text as="h2" variant="headingMd">
              {t('order.timeline')}
            </Text>
            <ol className="cd-timeline">
              {[...history].reverse().map((entry) => (
                <li key={entry.id}>
                  <time dateTime={entry.at}>{formats.dateTime(entry.at)}</time>
                  <Text as="span" breakWord>
                    {t('stockroom.historyLine', {
                      what: t(`stockroom.history.${entry.kind}`, {
                        ...entry.params,
                        count: Number(entry.params['units'] ?? entry.params['remaining'] ?? 0),
                      }),
                      who: entry.actor.name,
                    })}
                  </Text>
                </li>
              ))}
            </ol>
          </BlockStack>
        </Card>
      </BlockStack>
      <Confirm
        id="stockroom-order-step"
        open={asking !== null}
        title={
          asking === 'hold'
            ? t('stockroom.holdTitle', { order: order.reference })
            : t('stockroom.cancelTitle', { order: order.reference })
        }
        action={asking === 'hold' ? t('stockroom.hold') : partly ? t('stockroom.closeShort') : t('stockroom.cancel')}
        destructive={asking === 'cancel'}
        onClose={() => setAsking(null)}
        onConfirm={() =>
          step.run(asking === 'hold' ? { intent: 'hold', reason } : { intent: 'cancel', reason, remaining: partly })
        }
      >
        <BlockStack gap="300">
          <Text as="p">
            {asking === 'hold' ? t('stockroom.holdBody') : partly ? t('stockroom.closeShortBody') : t('stockroom.cancelBody')}
          </Text>
          <TextField label={t('common.reason')} autoComplete="off" value={reason} onChange={setReason} />
        </BlockStack>
      </Confirm>
    </Page>
  );
}
