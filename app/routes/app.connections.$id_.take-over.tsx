import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData, useNavigate } from '@remix-run/react';
import { useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FailureBanner } from '../components/failure-banner.tsx';
import { useMay } from '../components/shop-context.tsx';
import { TakeOverPreview } from '../components/take-over-preview.tsx';
import { BlockStack, Button, Card, Checkbox, InlineStack, Page, Select, Text } from '../components/ui/index.ts';
import { useAction } from '../components/use-action.ts';
import { readConnectionForm } from '../connections/connections.ts';
import { planTakeOver, type LeftOut, type TakeOverChange } from '../connections/plan-take-over.ts';
import { exportSettings, readSettingsFile, type SettingsFile } from '../connections/settings-file.ts';
import { takeOverSettings } from '../sync/settings/take-over-settings.ts';
import { notFound, Refused } from './_shared/failure.server.ts';
import { act, connectionsFor, readPage } from './_shared/page.server.ts';

const idOf = (params: Record<string, string | undefined>): string => {
  const id = z.uuid().safeParse(params['id']);
  if (!id.success) throw notFound();
  return id.data;
};

export function loader({ request, params }: LoaderFunctionArgs) {
  const id = idOf(params);
  return readPage(request, async ({ shop, actor }) => {
    const { connection } = await readConnectionForm(shop.id, id);
    const others = (await connectionsFor({ shop, actor })).filter((one) => one.id !== id);
    return {
      connection: { id, name: connection.name, connector: connection.connector },
      others: others.map(({ id: from, name, label }) => ({ id: from, name, label })),
    };
  });
}

/** Another connection of this shop, or a file's text. */
const source = z.union([z.object({ connectionId: z.uuid() }), z.object({ text: z.string() })]);
const section = z.union([
  z.object({ of: z.literal('connection') }),
  z.object({ of: z.enum(['sync', 'mapping']), kind: z.string() }),
]);
const change = z.object({ section, name: z.string(), now: z.unknown(), then: z.unknown() });

const schema = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('preview'), source, unlisted: z.boolean() }),
  z.object({ intent: z.literal('take'), source, unlisted: z.boolean(), expected: z.array(change).max(100_000) }),
]);

interface Preview {
  from: string;
  changes: TakeOverChange[];
  left: LeftOut[];
}

export function action({ request, params }: ActionFunctionArgs) {
  const connectionId = idOf(params);
  return act<typeof schema, Preview>(request, schema, 'administrator', async (input, { shop, actor }, note) => {
    const { connection } = await readConnectionForm(shop.id, connectionId);
    note(connection.connector);
    const readFile = async (): Promise<SettingsFile> => {
      if ('connectionId' in input.source) return exportSettings(shop.id, input.source.connectionId);
      const read = readSettingsFile(input.source.text);
      if (!read.ok) throw new Refused(read.fault);
      return read.file;
    };
    const file = await readFile();
    const { unlisted } = input;
    if (input.intent === 'preview') {
      const { changes, left } = await planTakeOver(shop.id, { connectionId, file, unlisted });
      return { result: { from: file.name, changes, left } };
    }
    const expected = input.expected as TakeOverChange[];
    const count = await takeOverSettings(shop.id, actor, { connectionId, file, unlisted, expected });
    return { done: 'done.takenOver', params: { count } };
  });
}

type Source = { connectionId: string } | { text: string };

export default function TakeOver(): ReactNode {
  const { connection, others } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const may = useMay('administrator');
  const navigate = useNavigate();
  const [from, setFrom] = useState<Source | null>(null);
  const [unlisted, setUnlisted] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const preview = useAction<Preview>();
  const back = `/app/connections/${connection.id}`;
  const take = useAction({ onDone: () => navigate(back) });
  const shown = !preview.busy && preview.answer?.ok ? preview.answer.result : undefined;
  const look = (chosen: Source, withUnlisted = unlisted): void => {
    setFrom(chosen);
    preview.run({ intent: 'preview', source: chosen, unlisted: withUnlisted });
  };
  const read = async (file: File | undefined): Promise<void> => {
    if (file) look({ text: await file.text() });
  };
  return (
    <Page
      title={t('takeOver.title')}
      subtitle={connection.name}
      back={{ label: connection.name, url: back }}
      {...(shown && from && shown.changes.length > 0
        ? {
            primary: {
              label: t('takeOver.take', { count: shown.changes.length }),
              disabled: !may,
              loading: take.busy,
              onAction: () => take.run({ intent: 'take', source: from, unlisted, expected: shown.changes }),
            },
          }
        : {})}
    >
      <BlockStack gap="400">
        <FailureBanner failure={preview.failure ?? take.failure} />
        <Card>
          <BlockStack gap="300">
            <Text as="p">{t('takeOver.how')}</Text>
            {others.length > 0 ? (
              <Select
                label={t('takeOver.fromConnection')}
                disabled={!may || preview.busy}
                value={from && 'connectionId' in from ? from.connectionId : ''}
                options={[
                  { value: '', label: t('common.choose') },
                  ...others.map(({ id, name, label }) => ({ value: id, label: `${name} (${label})` })),
                ]}
                onChange={(id) => id && look({ connectionId: id })}
              />
            ) : null}
            <InlineStack gap="200">
              <Button disabled={!may} loading={preview.busy} onClick={() => input.current?.click()}>
                {t('takeOver.fromFile')}
              </Button>
            </InlineStack>
            <Checkbox
              label={t('takeOver.unlisted')}
              helpText={t('takeOver.unlistedHelp')}
              checked={unlisted}
              disabled={!may || preview.busy}
              onChange={(on) => {
                setUnlisted(on);
                if (from) look(from, on);
              }}
            />
            <input
              ref={input}
              type="file"
              accept=".json,application/json"
              hidden
              aria-label={t('takeOver.fromFile')}
              onChange={(event) => {
                void read(event.target.files?.[0]);
                // The same file, mended, is chosen again.
                event.target.value = '';
              }}
            />
          </BlockStack>
        </Card>
        {shown ? <TakeOverPreview connector={connection.connector} changes={shown.changes} left={shown.left} /> : null}
      </BlockStack>
    </Page>
  );
}
