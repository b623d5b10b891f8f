import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FailureBanner } from '../components/failure-banner.tsx';
import { useMay } from '../components/shop-context.tsx';
import { StockroomTabs } from '../components/stockroom-tabs.tsx';
import {
  Badge,
  Banner,
  BlockStack,
  Button,
  Card,
  Confirm,
  Page,
  RecordTable,
  Text,
  TextField,
  type Column,
} from '../components/ui/index.ts';
import { useAction } from '../components/use-action.ts';
import { useFieldErrors } from '../components/use-field-errors.ts';
import { useFormats } from '../components/use-formats.ts';
import { env } from '../env.server.ts';
import { audit } from '../people/audit.ts';
import { createToken, listTokens, revokeToken, type NoteToken } from '../stockroom/tokens.ts';
import { actInRoom, readRoomPage } from './_shared/stockroom.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return readRoomPage(request, async (room) => ({
    tokens: await listTokens(room),
    apiUrl: new URL('/stockroom/v1', env.SHOPIFY_APP_URL).href,
  }));
}

const schema = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('create'), name: z.string().max(200) }),
  z.object({ intent: z.literal('revoke'), id: z.string() }),
]);

export function action({ request }: ActionFunctionArgs) {
  return actInRoom<typeof schema, { secret: string } | null>(
    request,
    schema,
    'administrator',
    async (input, room, actor, person) => {
      const { shopId, connectionId } = room;
      const noteAs =
        (action: string): NoteToken =>
        (tx, { name, ending }) =>
          audit(tx, shopId, person, { action, subject: `api-access ${name}`, connectionId, after: { ending } });
      if (input.intent === 'revoke') {
        await revokeToken({ ...room, id: input.id }, noteAs('api-access-revoked'));
        return { done: 'done.revoked', result: null };
      }
      const { secret } = await createToken({ ...room, name: input.name, createdBy: actor.name }, noteAs('api-access-made'));
      return { result: { secret } };
    },
  );
}

type Token = ReturnType<typeof useLoaderData<typeof loader>>['tokens'][number];

export default function Tokens(): ReactNode {
  const { tokens, apiUrl, now, connectionId } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  const may = useMay('administrator');
  const [name, setName] = useState('');
  const create = useAction<{ secret: string } | null>({ onDone: () => setName('') });
  const errors = useFieldErrors(create.failure);
  const revoke = useAction();
  const [revoking, setRevoking] = useState<Token | null>(null);
  const secret = create.answer?.ok ? create.answer.result?.secret : undefined;
  const columns: Column<Token>[] = [
    { id: 'name', title: t('stockroom.tokenName'), lead: true, cell: (token) => token.name },
    { id: 'ending', title: t('stockroom.tokenEnding'), cell: (token) => `…${token.ending}` },
    {
      id: 'made',
      title: t('stockroom.tokenMade'),
      cell: (token) => t('stockroom.madeBy', { when: formats.date(token.createdAt), who: token.createdBy }),
    },
    {
      id: 'used',
      title: t('stockroom.tokenUsed'),
      cell: (token) => (token.lastUsedAt ? formats.relative(token.lastUsedAt, now) : t('stockroom.neverUsed')),
    },
    {
      id: 'state',
      title: t('common.state'),
      cell: (token) =>
        token.revokedAt ? (
          <Badge>{t('stockroom.revoked')}</Badge>
        ) : (
          <Button
            size="slim"
            tone="critical"
            disabled={!may || revoke.busy}
            accessibilityLabel={t('stockroom.revokeOf', { name: token.name })}
            onClick={() => setRevoking(token)}
          >
            {t('stockroom.revoke')}
          </Button>
        ),
    },
  ];
  return (
    <Page title={t('stockroom.tokens')} subtitle={t('stockroom.tokensWhat')}>
      <BlockStack gap="400">
        <StockroomTabs current="tokens" connectionId={connectionId} />
        <FailureBanner failure={(errors['name'] ? null : create.failure) ?? revoke.failure} />
        {secret ? (
          <Banner tone="success" title={t('stockroom.tokenReady')}>
            <BlockStack gap="200">
              <Text as="p">{t('stockroom.tokenOnce')}</Text>
              <div className="cd-code">{secret}</div>
            </BlockStack>
          </Banner>
        ) : null}
        <Card>
          <BlockStack gap="300">
            <Text as="p">{t('stockroom.apiHelp')}</Text>
            <div className="cd-code">{apiUrl}</div>
            <TextField
              label={t('stockroom.tokenName')}
              helpText={t('stockroom.tokenNameHelp')}
              autoComplete="off"
              disabled={!may}
              value={name}
              onChange={setName}
              {...(errors['name'] ? { error: errors['name'] } : {})}
            />
            <div>
              <Button
                disabled={!may || !name.trim()}
                loading={create.busy}
                onClick={() => create.run({ intent: 'create', name })}
              >
                {t('stockroom.createToken')}
              </Button>
            </div>
          </BlockStack>
        </Card>
        <Card padding="0">
          <RecordTable
            caption={t('stockroom.tokens')}
            columns={columns}
            rows={tokens}
            rowKey={({ id }) => id}
            empty={t('stockroom.noTokens')}
          />
        </Card>
      </BlockStack>
      <Confirm
        id="revoke-token"
        open={revoking !== null}
        title={t('stockroom.revokeTitle', { name: revoking?.name ?? '' })}
        action={t('stockroom.revoke')}
        destructive
        onClose={() => setRevoking(null)}
        onConfirm={() => revoking && revoke.run({ intent: 'revoke', id: revoking.id })}
      >
        <Text as="p">{t('stockroom.revokeBody')}</Text>
      </Confirm>
    </Page>
  );
}
