import { useSearchParams } from '@remix-run/react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FacilityRow } from '../connections/facilities.ts';
import type { LocationRow } from '../connections/locations.ts';
import type { LocationEffect } from '../sync/shop/location-effect.ts';
import { legacyIdOf } from '../core/gid.ts';
import { FailureBanner } from './failure-banner.tsx';
import type { Findings } from './location-audit.tsx';
import { LocationEffects } from './location-effect.tsx';
import { FacilitySelect, placeKey, type Place } from './facility-select.tsx';
import { useMay } from './shop-context.tsx';
import {
  Badge,
  BlockStack,
  Box,
  Button,
  Card,
  Confirm,
  EmptyState,
  FormSaveBar,
  InlineStack,
  Link,
  RecordTable,
  Text,
  type Column,
} from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useForm } from './use-form.ts';

const placeOf = ({ link }: LocationRow): string => (link ? placeKey(link.connectionId, link.facilityId) : '');

/** Every Shopify location with the facility that serves it. */
export function LocationsForm({
  locations,
  places,
  findings,
}: {
  locations: LocationRow[];
  /** What the audit says of each; the address may ask for some only. */
  findings: Findings;
  places: (Place & { facilities: FacilityRow[] })[];
}): ReactNode {
  const { t } = useTranslation();
  const may = useMay('administrator');
  const mayRefresh = useMay('operator');
  const form = useForm<Record<string, string>>(Object.fromEntries(locations.map((location) => [location.id, placeOf(location)])));
  const save = useAction();
  const refresh = useAction();
  const firstLook = useAction({ quiet: true });
  const change = useAction();
  const [removing, setRemoving] = useState<LocationRow | null>(null);
  const [asking, setAsking] = useState<LocationEffect[] | null>(null);
  const [query] = useSearchParams();
  const wanted = query.get('audit');
  const shown = locations.filter(({ id }) => !wanted || findings[id]?.some((finding) => finding === wanted));
  const asked = useRef(false);
  const nothingRead = locations.length === 0 || places.some(({ facilities }) => facilities.length === 0);
  const { run } = firstLook;
  useEffect(() => {
    // A first look: nobody should have to press a button to see their own locations.
    if (!nothingRead || !mayRefresh || asked.current) return;
    asked.current = true;
    run({ intent: 'refresh' });
  }, [nothingRead, mayRefresh, run]);

  const submit = (): void => {
    const changes = locations.flatMap((location) => {
      const place = form.values[location.id] ?? '';
      const [connectionId = '', ...facility] = place.split(' ');
      const facilityId = facility.join(' ');
      const share = locations.some((other) => other.id !== location.id && form.values[other.id] === place);
      return place && place !== placeOf(location) ? [{ locationId: location.id, connectionId, facilityId, share }] : [];
    });
    save.run({ intent: 'save', changes });
  };
  // A mapping that goes elsewhere concerns what hangs on it: that is told first.
  const effect = useAction<LocationEffect[]>({
    onDone: (found) => {
      const concerned = (found ?? []).filter(({ openOrders, levels }) => openOrders + levels > 0);
      if (concerned.length > 0) setAsking(concerned);
      else if (!removing) submit();
    },
  });
  const begin = (): void => {
    const moved = locations.filter((location) => location.link && form.values[location.id] !== placeOf(location));
    if (moved.length > 0) effect.run({ intent: 'effect', locationIds: moved.map(({ id }) => id) });
    else submit();
  };

  const columns: Column<LocationRow>[] = [
    {
      id: 'name',
      title: t('locations.location'),
      lead: true,
      cell: (location) => (
        <BlockStack gap="100">
          <Link url={`shopify://admin/settings/locations/${legacyIdOf(location.id)}`}>{location.name}</Link>
          <InlineStack gap="100">
            {location.state === 'active' ? null : <Badge tone="warning">{t(`locations.state.${location.state}`)}</Badge>}
            {findings[location.id]?.includes('stale') ? <Badge tone="warning">{t('locations.finding.stale.name')}</Badge> : null}
            {findings[location.id]?.includes('duplicate') ? (
              <Badge tone="attention">{t('locations.finding.duplicate.name')}</Badge>
            ) : null}
            {location.fulfillsOnline ? null : <Badge>{t('locations.notOnline')}</Badge>}
            {location.serviceName ? <Badge>{location.serviceName}</Badge> : null}
          </InlineStack>
        </BlockStack>
      ),
    },
    {
      id: 'facility',
      title: t('locations.facility'),
      field: true,
      cell: (location) =>
        location.serviceName ? (
          <Text as="span" tone="subdued">
            {t('locations.ofService', { service: location.serviceName })}
          </Text>
        ) : (
          <FacilitySelect
            location={location}
            places={places}
            value={form.values[location.id] ?? ''}
            disabled={!may}
            takenBy={(place) =>
              locations.find((other) => other.id !== location.id && form.values[other.id] === place)?.name ?? null
            }
            onChange={(place) => form.set(location.id, place)}
          />
        ),
    },
    {
      id: 'safety',
      title: t('locations.safetyStock'),
      // Set where the rest of what a location shows is set; here it is only told.
      cell: ({ name, link }) =>
        link?.carriesStock ? (
          <Link
            url={`/app/inventory?connection=${link.connectionId}`}
            accessibilityLabel={t('locations.safetyStockOf', { name, count: link.safetyStock })}
          >
            {t('locations.keptBack', { count: link.safetyStock })}
          </Link>
        ) : (
          ''
        ),
    },
    {
      id: 'actions',
      title: t('common.actions'),
      cell: (location) => (
        <InlineStack gap="200">
          {!location.link && !location.serviceName && location.state === 'active'
            ? places
                .filter(({ createsFacilities }) => createsFacilities)
                .map(({ connectionId, name }) => (
                  <Button
                    key={connectionId}
                    size="slim"
                    disabled={!may || change.busy}
                    accessibilityLabel={t('locations.createOf', { location: location.name, name })}
                    onClick={() => change.run({ intent: 'create', locationId: location.id, connectionId })}
                  >
                    {places.length > 1 ? t('locations.createIn', { name }) : t('locations.create')}
                  </Button>
                ))
            : null}
          {location.link && !location.link.carriesStock ? (
            <Button
              size="slim"
              disabled={!may || change.busy}
              onClick={() => change.run({ intent: 'carry', locationId: location.id })}
            >
              {t('locations.carry')}
            </Button>
          ) : null}
          {location.link ? (
            <Button
              size="slim"
              tone="critical"
              variant="plain"
              disabled={!may || change.busy}
              accessibilityLabel={t('locations.removeOf', { location: location.name })}
              onClick={() => {
                setRemoving(location);
                effect.run({ intent: 'effect', locationIds: [location.id] });
              }}
            >
              {t('common.remove')}
            </Button>
          ) : null}
        </InlineStack>
      ),
    },
  ];
  return (
    <BlockStack gap="400">
      <FailureBanner failure={save.failure ?? refresh.failure ?? firstLook.failure ?? change.failure} />
      <Card padding="0">
        <Box padding="400">
          <InlineStack align="space-between" blockAlign="center" gap="300">
            <Text as="p">{t('locations.how')}</Text>
            <Button
              loading={refresh.busy || firstLook.busy}
              disabled={!mayRefresh}
              onClick={() => refresh.run({ intent: 'refresh' })}
            >
              {t('locations.refresh')}
            </Button>
          </InlineStack>
        </Box>
        <RecordTable
          caption={t('nav.locations')}
          columns={columns}
          rows={shown}
          rowKey={({ id }) => id}
          empty={
            <EmptyState heading={t('locations.none')} image="">
              <Text as="p">{t('locations.noneBody')}</Text>
            </EmptyState>
          }
        />
      </Card>
      <FormSaveBar
        id="locations-form"
        open={form.dirty}
        saving={save.busy || effect.busy}
        onSave={begin}
        onDiscard={form.discard}
      />
      <Confirm
        id="move-locations"
        open={asking !== null && removing === null}
        title={t('locations.moveTitle')}
        action={t('common.save')}
        onClose={() => setAsking(null)}
        onConfirm={submit}
      >
        <LocationEffects effects={asking ?? []} />
      </Confirm>
      <Confirm
        id="unmap-location"
        open={removing !== null && !effect.busy}
        title={t('locations.removeTitle', { location: removing?.name ?? '' })}
        action={t('common.remove')}
        destructive
        onClose={() => {
          setRemoving(null);
          setAsking(null);
        }}
        onConfirm={() => removing && change.run({ intent: 'remove', locationId: removing.id })}
      >
        <BlockStack gap="200">
          <Text as="p">
            {t('locations.removeBody', { location: removing?.name ?? '', facility: removing?.link?.facilityName ?? '' })}
          </Text>
          <LocationEffects effects={asking ?? []} />
        </BlockStack>
      </Confirm>
    </BlockStack>
  );
}
