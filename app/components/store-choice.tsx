import { useFetcher } from '@remix-run/react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure } from './answer.ts';
import { FailureBanner } from './failure-banner.tsx';
import { useMay } from './shop-context.tsx';
import { Banner, BlockStack, Button, Card, FormSaveBar, Select, Text, TextField } from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useFieldErrors } from './use-field-errors.ts';

interface Offered {
  stores: { id: string; name: string }[] | null;
  failure: Failure | null;
}

interface StoreChoiceProps {
  connectionId: string;
  /** The back office's name. */
  label: string;
  storeId: string | null;
  required: boolean;
  /** Whether a store can be made here. */
  creates: boolean;
  /** Shared stores can't be exchanged. */
  locked: boolean;
}

// Says nothing to people.
const machineMade = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

/** Chooses the store of the back office that a connection belongs to, from the back office's own list; where it has none, its id is typed. */
export function StoreChoice({ connectionId, label, storeId, required, creates, locked }: StoreChoiceProps): ReactNode {
  const { t } = useTranslation();
  const may = useMay('administrator');
  const { load, data } = useFetcher<Offered>();
  useEffect(() => load(`/app/stores?connection=${connectionId}`), [load, connectionId]);
  const offered = data as Offered | undefined;
  const stores = offered?.stores ?? null;
  const [chosen, setChosen] = useState(storeId ?? '');
  const [name, setName] = useState('');
  const save = useAction();
  const create = useAction<{ storeId: string }>({
    onDone: (made) => {
      setName('');
      load(`/app/stores?connection=${connectionId}`);
      if (made) setChosen(made.storeId);
    },
  });
  const errors = useFieldErrors(save.failure);
  const disabled = !may || locked || save.busy;
  const help = locked ? t('store.locked') : t('store.help', { label });
  const field = { label: t('store.store'), helpText: help, disabled, ...(errors['storeId'] ? { error: errors['storeId'] } : {}) };
  const known = stores?.some(({ id }) => id === chosen) ?? false;
  const options = [
    { value: '', label: t(required ? 'store.choose' : 'store.none'), disabled: required },
    ...(chosen && !known ? [{ value: chosen, label: offered ? chosen : '…' }] : []),
    ...(stores ?? []).map(({ id, name: called }) => ({
      value: id,
      label: called === id || machineMade.test(id) ? called : t('store.option', { name: called, id }),
    })),
  ];
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('store.which')}
        </Text>
        {required && !storeId ? <Banner tone="warning">{t('store.missing', { label })}</Banner> : null}
        <FailureBanner failure={offered?.failure ?? null} />
        <FailureBanner failure={save.failure} />
        {stores === null && offered ? (
          <TextField {...field} autoComplete="off" value={chosen} onChange={setChosen} />
        ) : (
          <Select {...field} disabled={disabled || !offered} value={chosen} options={options} onChange={setChosen} />
        )}
        {creates && !locked ? (
          <BlockStack gap="200">
            <FailureBanner failure={create.failure} />
            <TextField
              label={t('store.newName')}
              autoComplete="off"
              maxLength={100}
              disabled={!may}
              value={name}
              onChange={setName}
              connectedRight={
                <Button
                  size="large"
                  disabled={!may || !name.trim()}
                  loading={create.busy}
                  onClick={() => create.run({ intent: 'create', name })}
                >
                  {t('store.create')}
                </Button>
              }
            />
          </BlockStack>
        ) : null}
      </BlockStack>
      <FormSaveBar
        id="store-choice"
        open={chosen !== (storeId ?? '')}
        saving={save.busy}
        onSave={() => save.run({ intent: 'choose', storeId: chosen })}
        onDiscard={() => setChosen(storeId ?? '')}
      />
    </Card>
  );
}
