import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { alertSettingsForm } from '../alerts/settings-form.ts';
import { readSettingsPage, saveSettings } from '../alerts/settings-store.ts';
import { AlertTabs } from '../components/alert-tabs.tsx';
import { FailureBanner } from '../components/failure-banner.tsx';
import { Fields, type Values } from '../components/fields.tsx';
import { useMay } from '../components/shop-context.tsx';
import { Banner, BlockStack, Card, FormSaveBar, Page, Text } from '../components/ui/index.ts';
import { useAction } from '../components/use-action.ts';
import { useFieldErrors } from '../components/use-field-errors.ts';
import { useForm } from '../components/use-form.ts';
import { useFormats } from '../components/use-formats.ts';
import { Refused } from './_shared/failure.server.ts';
import { act, readPage } from './_shared/page.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }) => ({ ...(await readSettingsPage(shop.id)), fields: alertSettingsForm() }));
}

const schema = z.object({ intent: z.literal('save'), settings: z.record(z.string(), z.unknown()) });

export function action({ request }: ActionFunctionArgs) {
  return act(request, schema, 'administrator', async (input, { shop, actor }) => {
    const saved = await saveSettings(shop.id, actor, input.settings);
    if (!saved.ok) throw Refused.fields(saved.errors);
    return { done: 'done.saved' };
  });
}

export default function AlertSettings(): ReactNode {
  const { settings, passwordSet, operatorSends, silence, fields } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  const may = useMay('administrator');
  const form = useForm<Values>({ ...settings, smtpPassword: '' });
  // A password that was stored is not shown again.
  const save = useAction({ onDone: () => form.set('smtpPassword', '') });
  const errors = useFieldErrors(save.failure);
  const draw = (some: typeof fields.silence): ReactNode => (
    <Fields
      fields={some}
      values={form.values}
      onChange={form.set}
      texts="settings.alerts"
      disabled={!may}
      errors={errors}
      stored={passwordSet ? ['smtpPassword'] : []}
      withDefaults
    />
  );
  return (
    <Page title={t('nav.alerts')} subtitle={t('alertSettings.subtitle')}>
      <BlockStack gap="400">
        <AlertTabs current="settings" />
        <FailureBanner failure={save.failure} />
        <Card>
          <BlockStack gap="400">
            <Text as="h2" variant="headingMd">
              {t('alertSettings.silence')}
            </Text>
            <Text as="p">{t('alertSettings.silenceHelp')}</Text>
            {silence ? (
              <Banner tone="critical">
                <Text as="p">
                  {t('alertSettings.silentNow', { since: formats.dateTime(silence.since), expected: silence.expected })}
                </Text>
              </Banner>
            ) : null}
            {draw(fields.silence)}
          </BlockStack>
        </Card>
        <Card>
          <BlockStack gap="400">
            <Text as="h2" variant="headingMd">
              {t('alertSettings.mail')}
            </Text>
            <Text as="p">{t(operatorSends ? 'alertSettings.operatorSends' : 'alertSettings.operatorSilent')}</Text>
            {draw(fields.mail)}
          </BlockStack>
        </Card>
      </BlockStack>
      <FormSaveBar
        id="alert-settings"
        open={form.dirty}
        saving={save.busy}
        onSave={() => save.run({ intent: 'save', settings: form.values })}
        onDiscard={form.discard}
      />
    </Page>
  );
}
