import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldView } from '../connections/read-sync-settings-form.ts';
import { FailureBanner } from './failure-banner.tsx';
import { useFieldErrors } from './use-field-errors.ts';
import { Fields, type Values } from './fields.tsx';
import { useMay } from './shop-context.tsx';
import { BlockStack, Button, Card, Collapsible, Confirm, FormSaveBar, InlineStack, Text } from './ui/index.ts';
import { SettingsGroup } from './settings-group.tsx';
import { useAction } from './use-action.ts';
import { useForm } from './use-form.ts';

interface SyncSettingsProps {
  connectionId: string;
  kind: string;
  fields: FieldView[];
  stored: Values;
}

/** The settings of one sync, folded until somebody wants them. */
export function SyncSettings({ connectionId, kind, fields, stored }: SyncSettingsProps): ReactNode {
  const { t } = useTranslation();
  const may = useMay('administrator');
  const [open, setOpen] = useState(false);
  const form = useForm<Values>(stored);
  const save = useAction({ url: '/app/sync-control' });
  const errors = useFieldErrors(save.failure);
  const [concerned, setConcerned] = useState(0);
  const submit = (): void => save.run({ intent: 'settings', connectionId, sync: kind, settings: form.values });
  // A long form has sections: the first is what most merchants look for, the others open one by one.
  const [[, first] = ['', fields], ...groups] = [...Map.groupBy(fields, ({ group }) => group ?? '')];
  const draw = (some: FieldView[]): ReactNode => (
    <Fields
      fields={some}
      values={form.values}
      onChange={form.set}
      texts={`settings.${kind}`}
      disabled={!may}
      errors={errors}
      withDefaults
    />
  );
  // What a filter decided before is decided again: how many orders that is, is said first.
  const effect = useAction<{ count: number }>({
    url: '/app/sync-control',
    onDone: (result) => (result && result.count > 0 ? setConcerned(result.count) : submit()),
  });
  const begin = (): void => {
    if (kind === 'orders') effect.run({ intent: 'settings-effect', connectionId, settings: form.values });
    else submit();
  };
  return (
    <Card>
      <BlockStack gap="400">
        <InlineStack align="space-between" blockAlign="center">
          <Text as="h2" variant="headingMd">
            {t('sync.settings')}
          </Text>
          <Button
            variant="plain"
            disclosure={open ? 'up' : 'down'}
            ariaExpanded={open}
            ariaControls="sync-settings"
            accessibilityLabel={`${open ? t('common.hide') : t('common.show')}: ${t('sync.settings')}`}
            onClick={() => setOpen(!open)}
          >
            {open ? t('common.hide') : t('common.show')}
          </Button>
        </InlineStack>
        <FailureBanner failure={save.failure} />
        <Collapsible id="sync-settings" open={open || form.dirty} transition={false}>
          <BlockStack gap="400">
            {draw(first)}
            {groups.map(([group, own]) => (
              <SettingsGroup
                key={group}
                id={`sync-settings-${group}`}
                title={t(`settingGroups.${kind}.${group}`)}
                fields={own}
                values={form.values}
                errors={errors}
              >
                {draw(own)}
              </SettingsGroup>
            ))}
          </BlockStack>
        </Collapsible>
      </BlockStack>
      <FormSaveBar
        id={`settings-${kind}`}
        open={form.dirty}
        saving={save.busy || effect.busy}
        onSave={begin}
        onDiscard={form.discard}
      />
      <Confirm
        id={`settings-effect-${kind}`}
        open={concerned > 0}
        title={t('sync.effectTitle')}
        action={t('common.save')}
        onClose={() => setConcerned(0)}
        onConfirm={submit}
      >
        <Text as="p">{t('sync.effect', { count: concerned })}</Text>
      </Confirm>
    </Card>
  );
}
