import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FailureBanner } from '../components/failure-banner.tsx';
import { ProductDetails } from '../components/product-details.tsx';
import { Pager } from '../components/pager.tsx';
import { useMay } from '../components/shop-context.tsx';
import {
  BlockStack,
  Box,
  Button,
  Card,
  InlineGrid,
  Link,
  Page,
  RecordTable,
  Select,
  Text,
  TextField,
  type Column,
} from '../components/ui/index.ts';
import { useAction } from '../components/use-action.ts';
import { useFormats } from '../components/use-formats.ts';
import { detailsOf, setDetails } from '../stockroom/product-details.ts';
import { stockHistory, stockOfProduct } from '../stockroom/stock.ts';
import { adjustStock, countStock, setStock } from '../stockroom/stock-entries.ts';
import { notFound, Refused } from './_shared/failure.server.ts';
import { pageOf } from './_shared/page.server.ts';
import { actInRoom, readRoomPage } from './_shared/stockroom.server.ts';

const pageSize = 30;

export function loader({ request, params }: LoaderFunctionArgs) {
  return readRoomPage(request, async (room, query) => {
    const productId = z.uuid().safeParse(params['productId']);
    const levels = productId.success ? await stockOfProduct({ ...room, productId: productId.data }) : [];
    const [first] = levels;
    if (!first) throw notFound();
    const number = pageOf(query);
    const { entries, total } = await stockHistory({ ...room, productId: first.productId, page: { number, size: pageSize } });
    const details = await detailsOf({ ...room, sku: first.sku });
    return { levels, sku: first.sku, title: first.title, details, entries, total, page: number };
  });
}

const at = { sku: z.string(), facility: z.string(), reference: z.uuid() };
const schema = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('adjust'), ...at, change: z.number().int(), reason: z.string().max(500) }),
  z.object({ intent: z.literal('count'), ...at, counted: z.number().int().min(0), reason: z.string().max(500) }),
  z.object({
    intent: z.literal('shelf'),
    sku: z.string(),
    facility: z.string(),
    onHand: z.number().int().min(0),
    shelf: z.string().max(100),
  }),
  z.object({
    intent: z.literal('details'),
    sku: z.string(),
    details: z.record(z.string().trim().min(1).max(80), z.string().trim().max(5000)),
  }),
]);

export function action({ request }: ActionFunctionArgs) {
  return actInRoom(request, schema, 'operator', async (input, room, actor) => {
    if (input.intent === 'details') {
      const { unknown } = await setDetails({ ...room, products: [{ sku: input.sku, details: input.details }] });
      if (unknown.length > 0) throw notFound();
      return { done: 'done.saved' };
    }
    const line = { sku: input.sku, facility: input.facility };
    const { refused } =
      input.intent === 'adjust'
        ? await adjustStock({
            ...room,
            actor,
            reason: input.reason,
            reference: input.reference,
            lines: [{ ...line, change: input.change }],
          })
        : input.intent === 'count'
          ? await countStock({
              ...room,
              actor,
              reason: input.reason,
              reference: input.reference,
              lines: [{ ...line, counted: input.counted }],
            })
          : await setStock({ ...room, actor, lines: [{ ...line, onHand: input.onHand, shelf: input.shelf }] });
    const [first] = refused;
    if (first) throw new Refused({ code: first.code, params: { vendorText: first.text } });
    return { done: 'done.saved' };
  });
}

type Data = ReturnType<typeof useLoaderData<typeof loader>>;

export default function StockOfProduct(): ReactNode {
  const { levels, sku, title, details, entries, total, page, connectionId } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  const may = useMay('operator');
  const [facility, setFacility] = useState(levels[0]?.facilityId ?? '');
  const [intent, setIntent] = useState<'adjust' | 'count' | 'shelf'>('adjust');
  const [number, setNumber] = useState('');
  const [reason, setReason] = useState('');
  const action = useAction({
    onDone: () => {
      setNumber('');
      setReason('');
    },
  });
  const level = levels.find(({ facilityId }) => facilityId === facility);
  const whole = /^[+-]?\d+$/.test(number.trim());
  const ready = intent === 'shelf' ? true : whole && (intent === 'count' || reason.trim() !== '');
  const submit = (): void => {
    const base = { intent, sku, facility, reference: crypto.randomUUID() };
    if (intent === 'adjust') action.run({ ...base, change: Number(number), reason });
    else if (intent === 'count') action.run({ ...base, counted: Number(number), reason });
    else action.run({ intent, sku, facility, onHand: level?.onHand ?? 0, shelf: number.trim() });
  };
  const levelColumns: Column<Data['levels'][number]>[] = [
    { id: 'facility', title: t('locations.facility'), lead: true, cell: (row) => row.facility },
    { id: 'shelf', title: t('stockroom.shelf'), cell: (row) => row.shelf || '–' },
    {
      id: 'onHand',
      title: t('stockroom.onHand'),
      numeric: true,
      cell: (row) => (row.counted ? formats.number(row.onHand) : t('stockroom.uncounted')),
    },
    { id: 'reserved', title: t('stockroom.reserved'), numeric: true, cell: (row) => formats.number(row.reserved) },
    { id: 'available', title: t('stockroom.available'), numeric: true, cell: (row) => formats.number(row.available) },
  ];
  const columns: Column<Data['entries'][number]>[] = [
    { id: 'at', title: t('changes.when'), lead: true, cell: (entry) => formats.dateTime(entry.at) },
    { id: 'kind', title: t('changes.what'), cell: (entry) => t(`stockroom.entry.${entry.kind}`) },
    { id: 'facility', title: t('locations.facility'), cell: (entry) => entry.facility },
    { id: 'before', title: t('run.before'), numeric: true, cell: (entry) => formats.number(entry.before) },
    { id: 'after', title: t('run.after'), numeric: true, cell: (entry) => formats.number(entry.after) },
    {
      id: 'reason',
      title: t('common.reason'),
      cell: (entry) =>
        entry.reference ? (
          <Link url={`/app/stockroom/orders/${encodeURIComponent(entry.reference)}?connection=${connectionId}`}>
            {entry.reference}
          </Link>
        ) : (
          entry.reason || '–'
        ),
    },
    { id: 'who', title: t('changes.who'), cell: (entry) => entry.actor.name },
  ];
  return (
    <Page
      title={sku}
      subtitle={title}
      back={{ label: t('stockroom.stock'), url: `/app/stockroom/stock?connection=${connectionId}` }}
    >
      <BlockStack gap="400">
        <Card padding="0">
          <RecordTable
            caption={t('stockroom.stock')}
            columns={levelColumns}
            rows={levels}
            rowKey={({ facilityId }) => facilityId}
          />
        </Card>
        <ProductDetails key={sku} sku={sku} details={details} />
        <Card>
          <BlockStack gap="300">
            <Text as="h2" variant="headingMd">
              {t('stockroom.change')}
            </Text>
            <FailureBanner failure={action.failure} />
            <InlineGrid columns={{ xs: 1, md: 4 }} gap="300" alignItems="end">
              <Select
                label={t('stockroom.changeKind')}
                disabled={!may}
                value={intent}
                options={(['adjust', 'count', 'shelf'] as const).map((value) => ({
                  value,
                  label: t(`stockroom.changes.${value}`),
                }))}
                onChange={(value) => {
                  setIntent(value as typeof intent);
                  setNumber(value === 'shelf' ? (level?.shelf ?? '') : '');
                }}
              />
              <Select
                label={t('locations.facility')}
                disabled={!may}
                value={facility}
                options={levels.map((row) => ({ value: row.facilityId, label: row.facility }))}
                onChange={setFacility}
              />
              <TextField
                label={t(`stockroom.changeValue.${intent}`)}
                autoComplete="off"
                disabled={!may}
                value={number}
                onChange={setNumber}
                {...(number !== '' && intent !== 'shelf' && !whole ? { error: t('errors.field.not-a-whole-number') } : {})}
              />
              {intent === 'shelf' ? null : (
                <TextField
                  label={t('common.reason')}
                  requiredIndicator={intent === 'adjust'}
                  autoComplete="off"
                  disabled={!may}
                  value={reason}
                  onChange={setReason}
                />
              )}
            </InlineGrid>
            <div>
              <Button disabled={!may || !ready} loading={action.busy} onClick={submit}>
                {t('stockroom.apply')}
              </Button>
            </div>
          </BlockStack>
        </Card>
        <Card padding="0">
          <Box padding="400" paddingBlockEnd="200">
            <Text as="h2" variant="headingMd">
              {t('stockroom.stockHistory')}
            </Text>
          </Box>
          <RecordTable
            caption={t('stockroom.stockHistory')}
            columns={columns}
            rows={entries}
            rowKey={({ id }) => id}
            empty={t('stockroom.noHistory')}
          />
          <Pager page={page} hasNext={total > page * pageSize} />
        </Card>
      </BlockStack>
    </Page>
  );
}
