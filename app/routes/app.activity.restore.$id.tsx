import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData, useNavigate } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FailureBanner } from '../components/failure-banner.tsx';
import { useMay, useShop } from '../components/shop-context.tsx';
import { TakeOverPreview } from '../components/take-over-preview.tsx';
import { BlockStack, Card, Page, Text } from '../components/ui/index.ts';
import { useAction } from '../components/use-action.ts';
import { useFormats } from '../components/use-formats.ts';
import { useSettingWords } from '../components/use-setting-words.ts';
import type { LeftOut, Section, TakeOverChange } from '../connections/plan-take-over.ts';
import { asCrossdockError } from '../core/errors.ts';
import { planRestore } from '../sync/settings/plan-restore.ts';
import { restoreSettings } from '../sync/settings/restore-settings.ts';
import { notFound } from './_shared/failure.server.ts';
import { act, readPage } from './_shared/page.server.ts';

const idOf = (params: Record<string, string | undefined>): string => {
  const id = z.uuid().safeParse(params['id']);
  if (!id.success) throw notFound();
  return id.data;
};

export function loader({ request, params }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }) => {
    try {
      const { work: _work, ...plan } = await planRestore(shop.id, idOf(params));
      return { plan };
    } catch (thrown) {
      if (asCrossdockError(thrown).code === 'restore-not-possible') throw notFound();
      throw thrown;
    }
  });
}

const schema = z.object({ intent: z.literal('restore'), expected: z.array(z.unknown()).max(10_000) });

export function action({ request, params }: ActionFunctionArgs) {
  return act(request, schema, 'administrator', async ({ expected }, { shop, actor }) => {
    const count = await restoreSettings(shop.id, actor, idOf(params), expected as TakeOverChange[]);
    return { done: 'done.restored', params: { count } };
  });
}

const back = '/app/activity/changes';

export default function Restore(): ReactNode {
  const { plan } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  const { connections } = useShop();
  const may = useMay('administrator');
  const navigate = useNavigate();
  const restore = useAction({ onDone: () => navigate(back) });
  const words = useSettingWords()(plan.connector);
  const changes = plan.changes as TakeOverChange[];
  const name = connections.find(({ id }) => id === plan.connectionId)?.name ?? '';
  return (
    <Page
      title={t('restore.title')}
      subtitle={`${name} · ${words.section(plan.section as Section)}`}
      back={{ label: t('activity.changes'), url: back }}
      {...(changes.length > 0
        ? {
            primary: {
              label: t('restore.action'),
              disabled: !may,
              loading: restore.busy,
              onAction: () => restore.run({ intent: 'restore', expected: changes }),
            },
          }
        : {})}
    >
      <BlockStack gap="400">
        <FailureBanner failure={restore.failure} />
        <Card>
          <BlockStack gap="100">
            <Text as="p">{t('restore.before', { when: formats.dateTime(plan.at) })}</Text>
            <Text as="p">{t('restore.later', { count: plan.later })}</Text>
            <Text as="p" tone="subdued">
              {t('restore.secrets')}
            </Text>
          </BlockStack>
        </Card>
        <TakeOverPreview connector={plan.connector} changes={changes} left={plan.left as LeftOut[]} />
      </BlockStack>
    </Page>
  );
}
