import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SyncSchedule as Schedule } from '../schedules/sync-schedule.ts';
import { FailureBanner } from './failure-banner.tsx';
import { useMay, useShop } from './shop-context.tsx';
import {
  BlockStack,
  Button,
  Card,
  Checkbox,
  Collapsible,
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
import { useScheduleWords } from './use-schedule-words.ts';

interface SyncScheduleProps {
  connectionId: string;
  kind: string;
  schedule: Schedule;
  /** The back office shouldn't be asked more often. */
  minimumInterval: number;
}

type Values = {
  mode: string;
  intervalMinutes: number | null;
  dailyAt: string;
  quietFrom: string;
  quietTo: string;
  quiet: boolean;
};

const DAY_MINUTES = 1440;
const usual = { quietFrom: '22:00', quietTo: '06:00' };

/** When a sync runs by itself: automatically, every so many minutes, or not at all; and when it keeps quiet. */
export function SyncSchedule({ connectionId, kind, schedule, minimumInterval }: SyncScheduleProps): ReactNode {
  const { t } = useTranslation();
  const { shop } = useShop();
  const may = useMay('administrator');
  const words = useScheduleWords();
  const [open, setOpen] = useState(false);
  const { mode, intervalMinutes, dailyAt, quietFrom, quietTo } = schedule;
  const form = useForm<Values>({
    ...{ mode, intervalMinutes, dailyAt: dailyAt ?? '' },
    ...{ quietFrom: quietFrom ?? '', quietTo: quietTo ?? '', quiet: quietFrom !== null },
  });
  const save = useAction({ url: '/app/sync-control' });
  const errors = useFieldErrors(save.failure);
  const { values, set } = form;
  const errorOf = (name: string) => (errors[name] ? { error: errors[name] } : {});
  const submit = (): void => {
    const { quiet, ...rest } = values;
    const hours = quiet ? {} : { quietFrom: null, quietTo: null };
    save.run({ intent: 'schedule', connectionId, sync: kind, schedule: { ...rest, dailyAt: rest.dailyAt || null, ...hours } });
  };
  const clock = (name: 'dailyAt' | 'quietFrom' | 'quietTo', help?: string): ReactNode => (
    <TextField
      label={t(`schedule.${name}`)}
      type="time"
      autoComplete="off"
      disabled={!may}
      value={values[name]}
      onChange={(value) => set(name, value)}
      {...(help ? { helpText: help } : {})}
      {...errorOf(name)}
    />
  );
  return (
    <Card>
      <BlockStack gap="400">
        <InlineStack align="space-between" blockAlign="center" gap="200" wrap={false}>
          <BlockStack gap="050">
            <Text as="h2" variant="headingMd">
              {t('schedule.title')}
            </Text>
            <Text as="span" tone="subdued">
              {words.summary(schedule)}
            </Text>
          </BlockStack>
          <Button
            variant="plain"
            disclosure={open ? 'up' : 'down'}
            ariaExpanded={open}
            ariaControls="sync-schedule"
            accessibilityLabel={`${open ? t('common.hide') : t('common.show')}: ${t('schedule.title')}`}
            onClick={() => setOpen(!open)}
          >
            {open ? t('common.hide') : t('common.show')}
          </Button>
        </InlineStack>
        <FailureBanner failure={save.failure} />
        <Collapsible id="sync-schedule" open={open || form.dirty} transition={false}>
          <FormLayout>
            <BlockStack gap="100">
              <Select
                label={t('schedule.mode')}
                helpText={t(`schedule.modes.${values.mode}.help`, { minutes: intervalMinutes })}
                disabled={!may}
                options={(['automatic', 'interval', 'off'] as const).map((value) => ({
                  value,
                  label: t(`schedule.modes.${value}.name`),
                }))}
                value={values.mode}
                onChange={(value) => set('mode', value)}
              />
              {values.mode === 'automatic' ? null : (
                <InlineStack gap="200">
                  <Text as="span" tone="subdued">
                    {t('sync.default', { value: t('schedule.modes.automatic.name') })}
                  </Text>
                  <Button
                    variant="plain"
                    disabled={!may}
                    accessibilityLabel={t('sync.resetSettingOf', { name: t('schedule.mode') })}
                    onClick={() => set('mode', 'automatic')}
                  >
                    {t('sync.resetSetting')}
                  </Button>
                </InlineStack>
              )}
            </BlockStack>
            {values.mode === 'interval' ? (
              <TextField
                label={t('sync.interval')}
                helpText={t('schedule.intervalHelp', { minimum: minimumInterval, maximum: DAY_MINUTES })}
                type="number"
                min={minimumInterval}
                max={DAY_MINUTES}
                autoComplete="off"
                disabled={!may}
                value={values.intervalMinutes === null ? '' : String(values.intervalMinutes)}
                onChange={(typed) => set('intervalMinutes', typed === '' ? null : Number(typed))}
                {...errorOf('intervalMinutes')}
              />
            ) : null}
            {values.mode === 'interval' && values.intervalMinutes === DAY_MINUTES
              ? clock('dailyAt', t('schedule.dailyAtHelp', { zone: shop.timeZone }))
              : null}
            {values.mode === 'off' ? null : (
              <Checkbox
                label={t('schedule.quiet')}
                helpText={t('schedule.quietHelp')}
                disabled={!may}
                checked={values.quiet}
                onChange={(on) => {
                  set('quiet', on);
                  set('quietFrom', on ? values.quietFrom || usual.quietFrom : (quietFrom ?? ''));
                  set('quietTo', on ? values.quietTo || usual.quietTo : (quietTo ?? ''));
                }}
              />
            )}
            {values.mode !== 'off' && values.quiet ? (
              <FormLayout.Group>
                {clock('quietFrom')}
                {clock('quietTo', t('schedule.quietZone', { zone: shop.timeZone }))}
              </FormLayout.Group>
            ) : null}
          </FormLayout>
        </Collapsible>
      </BlockStack>
      <FormSaveBar id={`schedule-${kind}`} open={form.dirty} saving={save.busy} onSave={submit} onDiscard={form.discard} />
    </Card>
  );
}
