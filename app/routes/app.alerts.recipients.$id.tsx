import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData, useNavigate } from '@remix-run/react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { addRecipient, readRecipient, removeRecipient, rotateSecret, saveRecipient, sendTest } from '../alerts/recipients.ts';
import { topics } from '../alerts/topics.ts';
import { FailureBanner } from '../components/failure-banner.tsx';
import { RecipientForm, type RecipientValues } from '../components/recipient-form.tsx';
import { RecipientState } from '../components/recipient-state.tsx';
import { useMay } from '../components/shop-context.tsx';
import { ShownSecret } from '../components/shown-secret.tsx';
import { BlockStack, Box, Button, Card, Confirm, FormSaveBar, InlineStack, Link, Page, Text } from '../components/ui/index.ts';
import { useAction } from '../components/use-action.ts';
import { useForm } from '../components/use-form.ts';
import { notFound, Refused } from './_shared/failure.server.ts';
import { localeOfRequest } from './_shared/locale.server.ts';
import { act, readPage } from './_shared/page.server.ts';

const NEW = 'new';

export function loader({ request, params }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }) => {
    const id = z.uuid().safeParse(params['id']).data;
    const recipient = id ? await readRecipient(shop.id, id) : null;
    if (!recipient && params['id'] !== NEW) throw notFound();
    return { recipient, topics: [...topics], locale: localeOfRequest(request) };
  });
}

const schema = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('save'), recipient: z.record(z.string(), z.unknown()) }),
  z.object({ intent: z.literal('remove') }),
  z.object({ intent: z.literal('rotate') }),
  z.object({ intent: z.literal('test') }),
]);

interface Made {
  id: string;
  secret: string | null;
}

export function action({ request, params }: ActionFunctionArgs) {
  return act<typeof schema, Partial<Made>>(request, schema, 'administrator', async (input, { shop, actor }) => {
    const id = params['id'] === NEW ? null : z.uuid().parse(params['id']);
    if (input.intent === 'save' && id === null) {
      const added = await addRecipient(shop.id, actor, input.recipient);
      if (!added.ok) throw Refused.fields(added.errors);
      return { done: 'done.recipientAdded', result: { id: added.id, secret: added.secret } };
    }
    if (id === null) throw Refused.fields({});
    switch (input.intent) {
      case 'save': {
        const saved = await saveRecipient(shop.id, actor, id, input.recipient);
        if (!saved.ok) throw Refused.fields(saved.errors);
        return { done: 'done.saved' };
      }
      case 'remove':
        await removeRecipient(shop.id, actor, id);
        return { done: 'done.recipientRemoved' };
      case 'rotate':
        return { result: { secret: await rotateSecret(shop.id, actor, id) } };
      case 'test':
        await sendTest(shop.id, actor, id);
        return { done: 'done.testSent' };
    }
  });
}

export default function Recipient(): ReactNode {
  const { recipient, topics: all, locale } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const navigate = useNavigate();
  const may = useMay('administrator');
  const isWebhook = recipient?.channel === 'webhook';
  const form = useForm<RecipientValues>({
    channel: recipient?.channel ?? 'email',
    name: recipient?.name ?? '',
    address: recipient && !isWebhook ? recipient.address : '',
    language: recipient?.language ?? locale,
    topics: recipient?.topics ?? [...all],
    severity: recipient?.severity ?? 'warning',
    connectionId: recipient?.connectionId ?? '',
    delivery: recipient?.delivery ?? 'now',
    dailyAt: recipient?.dailyAt ?? '08:00',
    tellClosed: recipient?.tellClosed ?? true,
    active: recipient?.active ?? true,
  });
  const [asking, setAsking] = useState<'remove' | 'rotate' | null>(null);
  const [made, setMade] = useState<Partial<Made> | null>(null);
  const save = useAction<Partial<Made>>({
    onDone(result) {
      // A new address is stored; it is never shown again.
      if (isWebhook) form.set('address', '');
      if (!result?.id) return;
      // A webhook's secret has to be seen first.
      if (result.secret) setMade(result);
      else navigate('/app/alerts/recipients');
    },
  });
  const test = useAction();
  const rotate = useAction<Partial<Made>>({ onDone: (result) => setMade(result ?? null) });
  const remove = useAction({ onDone: () => navigate('/app/alerts/recipients') });
  const submit = (): void => save.run({ intent: 'save', recipient: form.values });
  const title = recipient?.name ?? t('recipients.add');
  return (
    <Page title={title} back={{ label: t('alerts.tab.recipients'), url: '/app/alerts/recipients' }}>
      <BlockStack gap="400">
        {made?.secret ? <ShownSecret secret={made.secret} /> : null}
        {[save, test, rotate, remove].map(({ failure }, index) => (
          <FailureBanner key={index} failure={failure} />
        ))}
        {recipient ? (
          <Card>
            <BlockStack gap="300">
              <RecipientState recipient={recipient} />
              <InlineStack gap="300" blockAlign="center">
                <Button disabled={!may} loading={test.busy} onClick={() => test.run({ intent: 'test' })}>
                  {t('recipients.test')}
                </Button>
                <Link url={`/app/alerts/log?recipient=${recipient.id}`}>{t('recipients.toLog')}</Link>
              </InlineStack>
            </BlockStack>
          </Card>
        ) : null}
        {!recipient && made ? (
          <Box>
            <Button url="/app/alerts/recipients" variant="primary">
              {t('common.done')}
            </Button>
          </Box>
        ) : (
          <RecipientForm
            form={form}
            failure={save.failure}
            topics={all}
            isNew={!recipient}
            disabled={!may}
            {...(isWebhook ? { host: recipient.address } : {})}
          />
        )}
        {recipient || made ? null : (
          <Box paddingInline={{ xs: '400', sm: '0' }}>
            <Button variant="primary" disabled={!may} loading={save.busy} onClick={submit}>
              {t('recipients.add')}
            </Button>
          </Box>
        )}
        {isWebhook ? (
          <Card>
            <BlockStack gap="300">
              <Text as="h2" variant="headingMd">
                {t('recipients.signature')}
              </Text>
              <Text as="p">{t('recipients.signatureHelp')}</Text>
              <Box>
                <Button disabled={!may} loading={rotate.busy} onClick={() => setAsking('rotate')}>
                  {t('recipients.rotate')}
                </Button>
              </Box>
            </BlockStack>
          </Card>
        ) : null}
        {recipient ? (
          <Box>
            <Button variant="plain" tone="critical" disabled={!may} loading={remove.busy} onClick={() => setAsking('remove')}>
              {t('recipients.remove')}
            </Button>
          </Box>
        ) : null}
      </BlockStack>
      {recipient ? (
        <FormSaveBar id="recipient" open={form.dirty} saving={save.busy} onSave={submit} onDiscard={form.discard} />
      ) : null}
      <Confirm
        id="recipient-question"
        open={asking !== null}
        title={t(`recipients.${asking ?? 'remove'}Title`, { name: title })}
        action={t(`recipients.${asking ?? 'remove'}`)}
        destructive={asking === 'remove'}
        onClose={() => setAsking(null)}
        onConfirm={() => (asking === 'rotate' ? rotate : remove).run({ intent: asking ?? 'remove' })}
      >
        <Text as="p">{t(`recipients.${asking ?? 'remove'}Body`)}</Text>
      </Confirm>
    </Page>
  );
}
