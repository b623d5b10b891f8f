import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StockPlace, StockPlaces as Places } from '../sync/inventory/read-stock-places.ts';
import { FailureBanner } from './failure-banner.tsx';
import { SellsOnline } from './sells-online.tsx';
import { useMay } from './shop-context.tsx';
import {
  Badge,
  BlockStack,
  Button,
  Card,
  ChoiceList,
  Collapsible,
  Divider,
  FormLayout,
  FormSaveBar,
  InlineStack,
  Select,
  Text,
  TextField,
} from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useFieldErrors } from './use-field-errors.ts';
import { useForm } from './use-form.ts';
import { useFormats } from './use-formats.ts';

interface Choice {
  source: StockPlace['source'];
  facilities: string[];
  safetyStock: number | null;
  threshold: number | null;
}

const choiceOf = ({ source, facilities, safetyStock, threshold }: StockPlace): Choice => ({
  source,
  facilities,
  safetyStock,
  threshold,
});
const excludedKey = '—';

/** Which facilities' stock each location shows, what is kept back of it, and when it was last published. */
export function StockPlaces({ connectionId, places, now }: { connectionId: string; places: Places; now: string }): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const may = useMay('administrator');
  const [open, setOpen] = useState<string | null>(null);
  const left = places.facilities.filter(({ excluded }) => excluded).map(({ id }) => id);
  const form = useForm<Record<string, Choice | string[]>>({
    ...Object.fromEntries(places.places.map((place) => [place.locationId, choiceOf(place)])),
    [excludedKey]: left,
  });
  const save = useAction();
  const errors = useFieldErrors(save.failure);
  const chosen = (place: StockPlace): Choice => (form.values[place.locationId] as Choice | undefined) ?? choiceOf(place);
  const set = (place: StockPlace, part: Partial<Choice>): void => form.set(place.locationId, { ...chosen(place), ...part });
  const submit = (): void =>
    save.run({
      intent: 'places',
      connectionId,
      excluded: form.values[excludedKey],
      places: places.places
        .filter((place) => JSON.stringify(chosen(place)) !== JSON.stringify(choiceOf(place)))
        .map((place) => ({ locationId: place.locationId, publishAnyway: place.publishAnyway, ...chosen(place) })),
    });
  const real = places.facilities.filter(({ kind }) => kind !== 'queue');
  const first = (place: StockPlace): string[] => (place.queue ? real.map(({ id }) => id).sort() : [place.facilityId]);
  const shows = (place: StockPlace): string => {
    if (place.source === 'all') return t('inventory.places.showsAll');
    if (place.source === 'own') return place.queue ? t('inventory.places.showsQueue') : place.facilityName;
    return place.facilities.map((id) => places.facilities.find((one) => one.id === id)?.name ?? id).join(' + ');
  };
  const standing = (place: StockPlace): string =>
    [
      place.lastPublishedAt
        ? t('inventory.places.pushed', { when: formats.relative(place.lastPublishedAt, now), count: place.levels })
        : t('inventory.places.neverPushed'),
      ...(place.inactive > 0 ? [t('inventory.places.inactive', { count: place.inactive })] : []),
    ].join(' · ');
  if (places.places.length === 0) return null;
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {t('inventory.places.title')}
          </Text>
          <Text as="p" tone="subdued">
            {t('inventory.places.what')}
          </Text>
        </BlockStack>
        <FailureBanner failure={save.failure} />
        {places.places.map((place) => {
          const choice = chosen(place);
          const shown = open === place.locationId;
          return (
            <BlockStack key={place.locationId} gap="200">
              <Divider />
              <InlineStack align="space-between" blockAlign="start" gap="200" wrap={false}>
                <BlockStack gap="050">
                  <InlineStack gap="200">
                    <Text as="h3" variant="headingSm">
                      {place.locationName}
                    </Text>
                    {place.online ? null : <Badge>{t('locations.notOnline')}</Badge>}
                    {place.waiting ? <Badge tone="warning">{t('inventory.places.waits')}</Badge> : null}
                  </InlineStack>
                  <Text as="span">{t('inventory.places.shows', { facilities: shows(place) })}</Text>
                  <Text as="span" tone="subdued">
                    {standing(place)}
                  </Text>
                </BlockStack>
                <div className="cd-whole">
                  <Button
                    variant="plain"
                    disclosure={shown ? 'up' : 'down'}
                    ariaExpanded={shown}
                    ariaControls={`place-${place.locationId}`}
                    accessibilityLabel={t('inventory.places.changeOf', { location: place.locationName })}
                    onClick={() => setOpen(shown ? null : place.locationId)}
                  >
                    {t('inventory.places.change')}
                  </Button>
                </div>
              </InlineStack>
              {place.waiting ? <SellsOnline connectionId={connectionId} place={place} /> : null}
              <Collapsible id={`place-${place.locationId}`} open={shown} transition={false}>
                <FormLayout>
                  <Select
                    label={t('inventory.places.source')}
                    helpText={t(`inventory.places.sourceHelp.${choice.source}`)}
                    disabled={!may}
                    value={choice.source}
                    options={(['own', 'chosen', 'all'] as const).map((value) => ({
                      value,
                      label: t(`inventory.places.sources.${value}`, { facility: place.facilityName }),
                    }))}
                    onChange={(source) =>
                      set(place, {
                        source: source as Choice['source'],
                        facilities: choice.facilities.length > 0 ? choice.facilities : first(place),
                      })
                    }
                  />
                  {choice.source === 'chosen' ? (
                    <ChoiceList
                      title={t('inventory.places.facilities')}
                      allowMultiple
                      disabled={!may}
                      choices={real.map(({ id, name }) => ({ value: id, label: name }))}
                      selected={choice.facilities}
                      onChange={(facilities) => set(place, { facilities: [...facilities].sort() })}
                      {...(errors['facilities'] ? { error: errors['facilities'] } : {})}
                    />
                  ) : null}
                  <FormLayout.Group>
                    {(['safetyStock', 'threshold'] as const).map((name) => (
                      <TextField
                        key={name}
                        label={t(`inventory.places.${name}`)}
                        helpText={t(`inventory.places.${name}Help`)}
                        type="number"
                        min={0}
                        autoComplete="off"
                        disabled={!may}
                        value={choice[name] === null ? '' : String(choice[name])}
                        onChange={(typed) => set(place, { [name]: typed === '' ? null : Number(typed) })}
                        {...(errors[name] ? { error: errors[name] } : {})}
                      />
                    ))}
                  </FormLayout.Group>
                </FormLayout>
              </Collapsible>
            </BlockStack>
          );
        })}
        {real.length > 1 ? (
          <BlockStack gap="200">
            <Divider />
            <ChoiceList
              title={t('inventory.places.excluded')}
              allowMultiple
              disabled={!may}
              choices={real.map(({ id, name }) => ({ value: id, label: name }))}
              selected={(form.values[excludedKey] as string[] | undefined) ?? left}
              onChange={(selected) =>
                form.set(
                  excludedKey,
                  real.map(({ id }) => id).filter((id) => selected.includes(id)),
                )
              }
            />
            <Text as="p" tone="subdued">
              {t('inventory.places.excludedHelp')}
            </Text>
          </BlockStack>
        ) : null}
        {places.retired.length > 0 ? (
          <Text as="p" tone="caution">
            {t('inventory.places.retired', { locations: places.retired.map(({ name }) => name).join(', ') })}
          </Text>
        ) : null}
      </BlockStack>
      <FormSaveBar id="stock-places" open={form.dirty} saving={save.busy} onSave={submit} onDiscard={form.discard} />
    </Card>
  );
}
