import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { useCallback, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FailureBanner } from '../components/failure-banner.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { Pager } from '../components/pager.tsx';
import { useMay } from '../components/shop-context.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import { StepRefusals, type StepAnswer } from '../components/step-refusals.tsx';
import { StockroomTabs } from '../components/stockroom-tabs.tsx';
import {
  Badge,
  BlockStack,
  Box,
  Button,
  Card,
  Checkbox,
  InlineStack,
  Link,
  Page,
  RecordTable,
  type Column,
} from '../components/ui/index.ts';
import { useAction } from '../components/use-action.ts';
import { useFormats } from '../components/use-formats.ts';
import { listFacilities } from '../stockroom/facilities.ts';
import { countOrders, listOrders } from '../stockroom/order-list.ts';
import { startPicking, stopPicking } from '../stockroom/order-steps.ts';
import type { OrderState } from '../stockroom/order-types.ts';
import { oneOf, pageOf } from './_shared/page.server.ts';
import { actInRoom, readRoomPage } from './_shared/stockroom.server.ts';

const pageSize = 50;
const waiting: OrderState[] = ['open', 'picking', 'packed', 'partly-shipped', 'held'];
const states: OrderState[] = [...waiting, 'shipped', 'cancelled'];

export function loader({ request }: LoaderFunctionArgs) {
  return readRoomPage(request, async (room, query) => {
    const number = pageOf(query);
    const chosen = query.get('state');
    const state = oneOf(query, 'state', states);
    const facilityId = query.get('facility');
    const filter = {
      ...(state ? { states: [state] } : chosen === 'all' ? {} : { states: waiting }),
      ...(facilityId ? { facilityId } : {}),
      ...(chosen === 'back-order' ? { backOrder: true } : {}),
    };
    const { orders, total } = await listOrders({
      ...room,
      filter,
      search: query.get('q') ?? '',
      page: { number, size: pageSize },
    });
    const facilities = (await listFacilities(room)).map(({ id, name }) => ({ id, name }));
    return { orders, total, counts: await countOrders(room), facilities, page: number };
  });
}

const schema = z.object({ intent: z.enum(['pick', 'put-back']), orders: z.array(z.string()).min(1).max(500) });

export function action({ request }: ActionFunctionArgs) {
  return actInRoom<typeof schema, StepAnswer>(request, schema, 'operator', async ({ intent, orders }, room, actor) => {
    const result = await (intent === 'pick' ? startPicking : stopPicking)({ ...room, orders, actor });
    const done = intent === 'pick' ? 'done.picking' : 'done.putBack';
    return { result, ...(result.done.length > 0 ? { done, params: { count: result.done.length } } : {}) };
  });
}

type Order = ReturnType<typeof useLoaderData<typeof loader>>['orders'][number];

export default function StockroomOrders(): ReactNode {
  const { orders, total, counts, facilities, page, connectionId } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  const may = useMay('operator');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const onDone = useCallback(() => setChosen(new Set()), []);
  const step = useAction<StepAnswer>({ onDone });
  const ids = orders.filter(({ id }) => chosen.has(id)).map(({ id }) => id);
  const toggle = (id: string, on: boolean): void => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  const columns: Column<Order>[] = [
    {
      id: 'reference',
      title: t('orders.order'),
      lead: true,
      cell: (order) => (
        <InlineStack gap="200" wrap={false} blockAlign="center">
          <Checkbox
            label={t('stockroom.choose', { order: order.reference })}
            labelHidden
            disabled={!may}
            checked={chosen.has(order.id)}
            onChange={(on) => toggle(order.id, on)}
          />
          <Link url={`/app/stockroom/orders/${order.id}?connection=${connectionId}`}>{order.reference}</Link>
          {order.backOrder ? <Badge tone="warning">{t('stockroom.backOrder')}</Badge> : null}
        </InlineStack>
      ),
    },
    { id: 'placed', title: t('orders.placed'), cell: (order) => formats.dateTime(order.placedAt) },
    { id: 'state', title: t('common.state'), cell: (order) => <StateBadge of="stockroomOrder" state={order.state} /> },
    {
      id: 'to',
      title: t('stockroom.shipTo'),
      cell: (order) => [order.shipToName, order.shipToCountry].filter(Boolean).join(', ') || '–',
    },
    { id: 'method', title: t('stockroom.shipping'), cell: (order) => order.shippingMethod ?? '–' },
    { id: 'facility', title: t('locations.facility'), cell: (order) => order.facility },
    {
      id: 'units',
      title: t('stockroom.remaining'),
      numeric: true,
      cell: (order) => t('stockroom.ofUnits', { remaining: order.remaining, units: order.units }),
    },
  ];
  const options = [
    { value: 'all', label: t('stockroom.allStates') },
    ...states.map((value) => ({
      value,
      label: t('stockroom.stateCount', { state: t(`state.stockroomOrder.${value}`), count: counts[value] ?? 0 }),
    })),
    { value: 'back-order', label: t('stockroom.backOrder') },
  ];
  return (
    <Page title={t('stockroom.orders')} subtitle={t('stockroom.ordersWhat')}>
      <BlockStack gap="400">
        <StockroomTabs current="orders" connectionId={connectionId} />
        <FailureBanner failure={step.failure} />
        {step.answer?.ok && step.answer.result ? <StepRefusals result={step.answer.result} /> : null}
        <Card padding="0">
          <FilterBar
            search={t('stockroom.search')}
            everything={t('stockroom.waiting')}
            choices={[
              { name: 'state', label: t('common.state'), options },
              ...(facilities.length > 1
                ? [
                    {
                      name: 'facility',
                      label: t('locations.facility'),
                      options: facilities.map(({ id, name }) => ({ value: id, label: name })),
                      everything: t('common.all'),
                    },
                  ]
                : []),
            ]}
          />
          <Box paddingInline="400" paddingBlockEnd="300">
            <InlineStack gap="200" blockAlign="center">
              <Button
                disabled={!may || ids.length === 0}
                loading={step.busy}
                onClick={() => step.run({ intent: 'pick', orders: ids })}
              >
                {t('stockroom.startPicking', { count: ids.length })}
              </Button>
              <Button
                disabled={!may || ids.length === 0 || step.busy}
                onClick={() => step.run({ intent: 'put-back', orders: ids })}
              >
                {t('stockroom.putBack')}
              </Button>
              <Link url={`/app/stockroom/pick-list?connection=${connectionId}`}>{t('stockroom.toPickList')}</Link>
            </InlineStack>
          </Box>
          <RecordTable
            caption={t('stockroom.orders')}
            columns={columns}
            rows={orders}
            rowKey={({ id }) => id}
            empty={t('stockroom.noOrders')}
          />
          <Pager page={page} hasNext={total > page * pageSize} />
        </Card>
      </BlockStack>
    </Page>
  );
}
