import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FacilityRow } from '../connections/facilities.ts';
import type { LocationRow } from '../connections/locations.ts';
import { BlockStack, Button, Link, Select, Text } from './ui/index.ts';

/** A connection with the facilities its back office listed. */
export interface Place {
  connectionId: string;
  name: string;
  createsFacilities: boolean;
  facilities: FacilityRow[];
}

export const placeKey = (connectionId: string, facilityId: string): string => `${connectionId} ${facilityId}`;

interface FacilitySelectProps {
  location: LocationRow;
  places: Place[];
  value: string;
  disabled: boolean;
  /** Which other location has a facility. */
  takenBy: (place: string) => string | null;
  onChange: (place: string) => void;
}

/** Chooses the facility of one location. What another location has is shown with its name; a facility of the same name is offered first. */
export function FacilitySelect({ location, places, value, disabled, takenBy, onChange }: FacilitySelectProps): ReactNode {
  const { t } = useTranslation();
  const optionsOf = ({ connectionId, facilities }: Place) =>
    facilities
      .filter(({ active, listed, id }) => (active && listed) || value === placeKey(connectionId, id))
      .map(({ id, name }) => {
        const key = placeKey(connectionId, id);
        const other = takenBy(key);
        return { value: key, label: other ? t('locations.taken', { facility: name, location: other }) : name };
      });
  const empty = { value: '', label: t('locations.notMapped'), disabled: location.link !== null };
  const groups =
    places.length > 1 ? places.map((place) => ({ title: place.name, options: optionsOf(place) })) : places.flatMap(optionsOf);
  const page = places
    .flatMap(({ connectionId, facilities }) => facilities.map(({ id, url }) => ({ key: placeKey(connectionId, id), url })))
    .find(({ key }) => key === value)?.url;
  const [suggestion] = value ? [] : location.suggestions;
  const gone =
    location.link &&
    location.link.facilityState !== 'active' &&
    value === placeKey(location.link.connectionId, location.link.facilityId);
  const shared = value !== '' ? takenBy(value) : null;
  return (
    <BlockStack gap="100">
      <Select
        label={t('locations.facilityOf', { name: location.name })}
        labelHidden
        disabled={disabled}
        value={value}
        options={[empty, ...groups]}
        onChange={onChange}
        {...(gone ? { error: t('locations.facilityGone') } : {})}
      />
      {page ? (
        <div>
          <Link url={page}>{t('locations.facilityPage')}</Link>
        </div>
      ) : null}
      {suggestion && !disabled ? (
        <Button
          variant="plain"
          textAlign="start"
          onClick={() => onChange(placeKey(suggestion.connectionId, suggestion.facilityId))}
        >
          {t('locations.suggest', { facility: suggestion.facilityName })}
        </Button>
      ) : null}
      {shared ? (
        <Text as="span" tone="caution">
          {t('locations.shared', { location: shared })}
        </Text>
      ) : null}
      {location.link && !location.link.carriesStock ? (
        <Text as="span" tone="subdued">
          {t('locations.notCarrying')}
        </Text>
      ) : null}
    </BlockStack>
  );
}
