import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FailureBanner } from '../components/failure-banner.tsx';
import { useMay } from '../components/shop-context.tsx';
import { StockroomTabs } from '../components/stockroom-tabs.tsx';
import {
  Badge,
  BlockStack,
  Button,
  Card,
  FormLayout,
  InlineStack,
  Page,
  RecordTable,
  Text,
  TextField,
  type Column,
} from '../components/ui/index.ts';
import { useAction } from '../components/use-action.ts';
import { useFieldErrors } from '../components/use-field-errors.ts';
import { createFacility, listFacilities, updateFacility } from '../stockroom/facilities.ts';
import { listStores, saveStore } from '../stockroom/stores.ts';
import { actInRoom, readRoomPage } from './_shared/stockroom.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return readRoomPage(request, async (room) => ({ facilities: await listFacilities(room), stores: await listStores(room) }));
}

const schema = z.discriminatedUnion('intent', [
  z.object({
    intent: z.literal('create'),
    name: z.string().max(200),
    city: z.string().max(200),
    countryCode: z.string().regex(/^([A-Za-z]{2})?$/),
  }),
  z.object({ intent: z.literal('rename'), facility: z.string(), name: z.string().max(200) }),
  z.object({ intent: z.literal('active'), facility: z.string(), active: z.boolean() }),
  z.object({ intent: z.literal('store'), id: z.string().optional(), name: z.string().max(200), slipNote: z.string().max(1000) }),
]);

export function action({ request }: ActionFunctionArgs) {
  return actInRoom(request, schema, 'administrator', async (input, room) => {
    switch (input.intent) {
      case 'create': {
        const { name, city, countryCode } = input;
        await createFacility({ ...room, name, address: { city: city || null, countryCode: countryCode.toUpperCase() || null } });
        return { done: 'done.facilityCreated' };
      }
      case 'rename':
        await updateFacility({ ...room, facility: input.facility, name: input.name });
        return { done: 'done.saved' };
      case 'active':
        await updateFacility({ ...room, facility: input.facility, active: input.active });
        return { done: input.active ? 'done.activated' : 'done.deactivated' };
      case 'store':
        await saveStore({ ...room, name: input.name, slipNote: input.slipNote, ...(input.id ? { id: input.id } : {}) });
        return { done: 'done.saved' };
    }
  });
}

type Data = ReturnType<typeof useLoaderData<typeof loader>>;

export default function Facilities(): ReactNode {
  const { facilities, stores, connectionId } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const may = useMay('administrator');
  const [name, setName] = useState('');
  const [city, setCity] = useState('');
  const [countryCode, setCountryCode] = useState('');
  const create = useAction({
    onDone: () => {
      setName('');
      setCity('');
      setCountryCode('');
    },
  });
  const errors = useFieldErrors(create.failure);
  const change = useAction();
  const [editing, setEditing] = useState<{ id: string; name: string } | null>(null);
  const columns: Column<Data['facilities'][number]>[] = [
    {
      id: 'name',
      title: t('locations.facility'),
      lead: true,
      cell: (facility) =>
        editing?.id === facility.id ? (
          <InlineStack gap="200" blockAlign="center">
            <TextField
              label={t('stockroom.facilityName')}
              labelHidden
              autoComplete="off"
              value={editing.name}
              onChange={(text) => setEditing({ id: facility.id, name: text })}
            />
            <Button
              size="slim"
              onClick={() => {
                change.run({ intent: 'rename', facility: facility.id, name: editing.name });
                setEditing(null);
              }}
            >
              {t('common.save')}
            </Button>
          </InlineStack>
        ) : (
          facility.name
        ),
    },
    { id: 'code', title: t('stockroom.code'), cell: (facility) => facility.code },
    {
      id: 'address',
      title: t('stockroom.address'),
      cell: (facility) => [facility.address?.city, facility.address?.countryCode].filter(Boolean).join(', ') || '–',
    },
    {
      id: 'state',
      title: t('common.state'),
      cell: (facility) => (
        <Badge {...(facility.active ? { tone: 'success' as const } : {})}>
          {t(facility.active ? 'state.connection.active' : 'state.connection.deactivated')}
        </Badge>
      ),
    },
    {
      id: 'actions',
      title: t('common.actions'),
      cell: (facility) => (
        <InlineStack gap="200">
          <Button size="slim" disabled={!may} onClick={() => setEditing({ id: facility.id, name: facility.name })}>
            {t('stockroom.rename')}
          </Button>
          <Button
            size="slim"
            disabled={!may || change.busy}
            onClick={() => change.run({ intent: 'active', facility: facility.id, active: !facility.active })}
          >
            {facility.active ? t('connections.deactivate') : t('connections.activate')}
          </Button>
        </InlineStack>
      ),
    },
  ];
  return (
    <Page title={t('stockroom.facilities')} subtitle={t('stockroom.facilitiesWhat')}>
      <BlockStack gap="400">
        <StockroomTabs current="facilities" connectionId={connectionId} />
        <FailureBanner failure={change.failure} />
        <Card padding="0">
          <RecordTable
            caption={t('stockroom.facilities')}
            columns={columns}
            rows={facilities}
            rowKey={({ id }) => id}
            empty={t('stockroom.noFacilities')}
          />
        </Card>
        <Card>
          <BlockStack gap="300">
            <Text as="h2" variant="headingMd">
              {t('stockroom.addFacility')}
            </Text>
            <FailureBanner failure={errors['name'] ? null : create.failure} />
            <FormLayout>
              <FormLayout.Group>
                <TextField
                  label={t('stockroom.facilityName')}
                  requiredIndicator
                  autoComplete="off"
                  disabled={!may}
                  value={name}
                  onChange={setName}
                  {...(errors['name'] ? { error: errors['name'] } : {})}
                />
                <TextField label={t('stockroom.city')} autoComplete="off" disabled={!may} value={city} onChange={setCity} />
                <TextField
                  label={t('stockroom.countryCode')}
                  autoComplete="off"
                  maxLength={2}
                  disabled={!may}
                  value={countryCode}
                  onChange={setCountryCode}
                />
              </FormLayout.Group>
            </FormLayout>
            <div>
              <Button
                disabled={!may || !name.trim()}
                loading={create.busy}
                onClick={() => create.run({ intent: 'create', name, city, countryCode })}
              >
                {t('stockroom.addFacility')}
              </Button>
            </div>
          </BlockStack>
        </Card>
        <Stores stores={stores} may={may} />
      </BlockStack>
    </Page>
  );
}

function Stores({ stores, may }: { stores: Data['stores']; may: boolean }): ReactNode {
  const { t } = useTranslation();
  const [id, setId] = useState<string | null>(null);
  const [name, setName] = useState('');
  const [slipNote, setSlipNote] = useState('');
  const clear = (): void => {
    setId(null);
    setName('');
    setSlipNote('');
  };
  const save = useAction({ onDone: clear });
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('stockroom.stores')}
        </Text>
        <Text as="p" tone="subdued">
          {t('stockroom.storesHelp')}
        </Text>
        <FailureBanner failure={save.failure} />
        {stores.map((store) => (
          <InlineStack key={store.id} gap="300" blockAlign="center">
            <Text as="span">{store.name}</Text>
            <Button
              variant="plain"
              disabled={!may}
              accessibilityLabel={t('stockroom.changeStore', { name: store.name })}
              onClick={() => {
                setId(store.id);
                setName(store.name);
                setSlipNote(store.slipNote);
              }}
            >
              {t('common.change')}
            </Button>
          </InlineStack>
        ))}
        <FormLayout>
          <TextField label={t('stockroom.storeName')} autoComplete="off" disabled={!may} value={name} onChange={setName} />
          <TextField
            label={t('stockroom.slipNote')}
            helpText={t('stockroom.slipNoteHelp')}
            multiline={2}
            autoComplete="off"
            disabled={!may}
            value={slipNote}
            onChange={setSlipNote}
          />
        </FormLayout>
        <InlineStack gap="200">
          <Button
            disabled={!may || !name.trim()}
            loading={save.busy}
            onClick={() => save.run({ intent: 'store', name, slipNote, ...(id ? { id } : {}) })}
          >
            {id ? t('common.save') : t('stockroom.addStore')}
          </Button>
          {id ? (
            <Button variant="plain" onClick={clear}>
              {t('common.cancel')}
            </Button>
          ) : null}
        </InlineStack>
      </BlockStack>
    </Card>
  );
}
