import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FailureBanner } from '../components/failure-banner.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { Pager } from '../components/pager.tsx';
import { useMay } from '../components/shop-context.tsx';
import { StockroomTabs } from '../components/stockroom-tabs.tsx';
import {
  Badge,
  Banner,
  BlockStack,
  Box,
  Card,
  FormSaveBar,
  InlineStack,
  Link,
  List,
  Page,
  RecordTable,
  Text,
  TextField,
  type Column,
} from '../components/ui/index.ts';
import { useAction } from '../components/use-action.ts';
import { useFormats } from '../components/use-formats.ts';
import { listFacilities } from '../stockroom/facilities.ts';
import { listStock, type StockFilter } from '../stockroom/stock.ts';
import { countStock, type StockResult } from '../stockroom/stock-entries.ts';
import { oneOf, pageOf } from './_shared/page.server.ts';
import { actInRoom, readRoomPage } from './_shared/stockroom.server.ts';

const pageSize = 50;
const filters: StockFilter[] = ['back-order', 'out', 'uncounted'];

export function loader({ request }: LoaderFunctionArgs) {
  return readRoomPage(request, async (room, query) => {
    const number = pageOf(query);
    const facilityId = query.get('facility');
    const filter = oneOf(query, 'state', filters);
    const { levels, total } = await listStock({
      ...room,
      search: query.get('q') ?? '',
      page: { number, size: pageSize },
      ...(facilityId ? { facilityId } : {}),
      ...(filter ? { filter } : {}),
    });
    return { levels, total, page: number, facilities: (await listFacilities(room)).map(({ id, name }) => ({ id, name })) };
  });
}

const schema = z.object({
  reference: z.uuid(),
  reason: z.string().max(500),
  lines: z
    .array(z.object({ sku: z.string(), facility: z.string(), counted: z.number().int().min(0) }))
    .min(1)
    .max(1000),
});

export function action({ request }: ActionFunctionArgs) {
  return actInRoom<typeof schema, StockResult>(request, schema, 'operator', async (input, room, actor) => {
    const result = await countStock({ ...room, ...input, actor });
    return { result, done: 'done.counted', params: { count: result.changed } };
  });
}

type Level = ReturnType<typeof useLoaderData<typeof loader>>['levels'][number];
const keyOf = ({ facilityId, productId }: Level): string => `${facilityId} ${productId}`;

export default function Stock(): ReactNode {
  const { levels, total, page, facilities, connectionId } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  const may = useMay('operator');
  const [counts, setCounts] = useState<Record<string, string>>({});
  const [reason, setReason] = useState('');
  const clear = (): void => {
    setCounts({});
    setReason('');
  };
  const count = useAction<StockResult>({ onDone: clear });
  const counted = levels.filter((level) => (counts[keyOf(level)] ?? '') !== '');
  const submit = (): void =>
    count.run({
      reference: crypto.randomUUID(),
      reason,
      lines: counted.map((level) => ({ sku: level.sku, facility: level.facilityId, counted: Number(counts[keyOf(level)]) })),
    });
  const refused = count.answer?.ok ? (count.answer.result?.refused ?? []) : [];
  const columns: Column<Level>[] = [
    {
      id: 'sku',
      title: t('products.sku'),
      lead: true,
      cell: (level) => (
        <BlockStack>
          <Link url={`/app/stockroom/stock/${level.productId}?connection=${connectionId}`}>{level.sku}</Link>
          <Text as="span">{level.title}</Text>
        </BlockStack>
      ),
    },
    { id: 'facility', title: t('locations.facility'), cell: (level) => level.facility },
    { id: 'shelf', title: t('stockroom.shelf'), cell: (level) => level.shelf || '–' },
    {
      id: 'onHand',
      title: t('stockroom.onHand'),
      numeric: true,
      cell: (level) => (level.counted ? formats.number(level.onHand) : t('stockroom.uncounted')),
    },
    { id: 'reserved', title: t('stockroom.reserved'), numeric: true, cell: (level) => formats.number(level.reserved) },
    {
      id: 'available',
      title: t('stockroom.available'),
      numeric: true,
      cell: (level) => (
        <InlineStack gap="200" align="end">
          {formats.number(level.available)}
          {level.available < 0 ? <Badge tone="warning">{t('stockroom.backOrder')}</Badge> : null}
        </InlineStack>
      ),
    },
    {
      id: 'count',
      title: t('stockroom.counted'),
      field: true,
      cell: (level) => (
        <div className="cd-quantity">
          <TextField
            label={t('stockroom.countOf', { sku: level.sku, facility: level.facility })}
            labelHidden
            type="number"
            min={0}
            autoComplete="off"
            disabled={!may}
            value={counts[keyOf(level)] ?? ''}
            onChange={(typed) => setCounts({ ...counts, [keyOf(level)]: /^\d+$/.test(typed) ? String(Number(typed)) : '' })}
          />
        </div>
      ),
    },
  ];
  return (
    <Page title={t('stockroom.stock')} subtitle={t('stockroom.stockWhat')}>
      <BlockStack gap="400">
        <StockroomTabs current="stock" connectionId={connectionId} />
        <FailureBanner failure={count.failure} />
        {refused.length > 0 ? (
          <Banner tone="warning" title={t('stockroom.refused', { count: refused.length })}>
            <List>
              {refused.map(({ sku, facility, text }) => (
                <List.Item key={`${sku} ${facility}`}>{text}</List.Item>
              ))}
            </List>
          </Banner>
        ) : null}
        <Card padding="0">
          <FilterBar
            search={t('inventory.search')}
            choices={[
              {
                name: 'state',
                label: t('common.state'),
                options: filters.map((value) => ({ value, label: t(`stockroom.stockFilter.${value}`) })),
              },
              {
                name: 'facility',
                label: t('locations.facility'),
                options: facilities.map(({ id, name }) => ({ value: id, label: name })),
              },
            ]}
          />
          {counted.length > 0 ? (
            <Box padding="400">
              <TextField label={t('stockroom.countReason')} autoComplete="off" value={reason} onChange={setReason} />
            </Box>
          ) : null}
          <RecordTable
            caption={t('stockroom.stock')}
            columns={columns}
            rows={levels}
            rowKey={keyOf}
            empty={t('stockroom.noStock')}
          />
          <Pager page={page} hasNext={total > page * pageSize} />
        </Card>
      </BlockStack>
      <FormSaveBar id="stock-count" open={counted.length > 0} saving={count.busy} onSave={submit} onDiscard={clear} />
    </Page>
  );
}
