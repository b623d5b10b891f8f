import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData, useNavigate } from '@remix-run/react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { StoreChoice } from '../components/store-choice.tsx';
import { StoreSharing, type SharingJson } from '../components/store-sharing.tsx';
import { BlockStack, Page } from '../components/ui/index.ts';
import { readConnectionForm } from '../connections/connections.ts';
import { storeIdOf } from '../connections/connection-store.ts';
import { connectorDefinition } from '../connections/known-connectors.ts';
import { answerShareAsk, readShareCodes } from '../connections/shared-store/answer-share-ask.ts';
import { chooseStore, createStore } from '../connections/shared-store/choose-store.ts';
import { stopSharing } from '../connections/shared-store/pool.ts';
import { enterShareCode, makeShareCode, revokeShareCode } from '../connections/shared-store/share-code.ts';
import { listSharing } from '../connections/shared-store/sharing.ts';
import { readSync } from '../connections/syncs.ts';
import { testConnection } from '../connections/test-connection.ts';
import { RejectedError } from '../core/errors.ts';
import { inShop } from '../db/scope.ts';
import { notFound, Refused } from './_shared/failure.server.ts';
import { act, readPage } from './_shared/page.server.ts';

const idOf = (params: Record<string, string | undefined>): string => {
  const id = z.uuid().safeParse(params['id']);
  if (!id.success) throw notFound();
  return id.data;
};

export function loader({ request, params }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }) => {
    const id = idOf(params);
    const { connection } = await readConnectionForm(shop.id, id);
    const definition = connectorDefinition(connection.connector);
    const sharing = await listSharing(shop.id, id);
    const codes = await readShareCodes(shop.id, id);
    const inventory = await inShop(shop.id, (tx) => readSync(tx, shop.id, id, 'inventory'));
    return {
      connection: { id, name: connection.name, label: connection.label, connector: connection.connector },
      choice: definition.store
        ? {
            storeId: storeIdOf(definition, connection.settings),
            required: definition.store.required,
            creates: definition.sharedStock === 'joining',
          }
        : null,
      shares: definition.sharedStock ? ({ sharing, codes, publishes: inventory.enabled } as unknown as SharingJson) : null,
      locked: sharing !== null,
    };
  });
}

const schema = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('choose'), storeId: z.string().trim().max(100) }),
  z.object({ intent: z.literal('create'), name: z.string().trim().min(1).max(100) }),
  z.object({ intent: z.literal('make-code') }),
  z.object({ intent: z.literal('revoke-code') }),
  z.object({ intent: z.literal('enter-code'), code: z.string().trim().min(1).max(40) }),
  z.object({ intent: z.literal('answer'), codeId: z.uuid(), yes: z.boolean() }),
  z.object({ intent: z.literal('stop') }),
]);

/** What is wrong with a code stands at its field. */
async function atField(work: Promise<void>): Promise<void> {
  await work.catch((thrown: unknown) => {
    if (thrown instanceof RejectedError && thrown.field === 'code')
      throw new Refused({ code: thrown.code, params: {}, fields: { code: { code: thrown.code, params: {} } } });
    throw thrown;
  });
}

export function action({ request, params }: ActionFunctionArgs) {
  const id = idOf(params);
  return act<typeof schema, { code: string } | { storeId: string }>(
    request,
    schema,
    'administrator',
    async (input, { shop, actor }, note) => {
      const { connection } = await readConnectionForm(shop.id, id);
      note(connection.connector);
      switch (input.intent) {
        case 'choose': {
          const saved = await chooseStore(shop.id, actor, id, input.storeId || null);
          if (!saved.ok) throw Refused.fields(saved.errors);
          await testConnection(shop.id, id);
          return { done: 'done.saved' };
        }
        case 'create': {
          const { id: storeId } = await createStore(shop.id, actor, id, input.name);
          return { done: 'done.storeCreated', result: { storeId } };
        }
        case 'make-code': {
          const { code } = await makeShareCode(shop.id, actor, id);
          return { result: { code } };
        }
        case 'revoke-code':
          await revokeShareCode(shop.id, actor, id);
          return { done: 'done.shareCodeEnded' };
        case 'enter-code':
          await atField(enterShareCode(shop.id, actor, id, input.code));
          return { done: 'done.shareAsked' };
        case 'answer':
          await answerShareAsk(shop.id, actor, id, input.codeId, input.yes);
          return { done: input.yes ? 'done.shareAccepted' : 'done.shareRefused' };
        case 'stop':
          await stopSharing(shop.id, actor, id);
          return { done: 'done.shareStopped' };
      }
    },
  );
}

/** The store of the back office that a connection belongs to, and who else sells from it. */
export default function ConnectionStore(): ReactNode {
  const { connection, choice, shares, locked, now } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const navigate = useNavigate();
  const missing = choice?.required === true && !choice.storeId;
  const [wasMissing] = useState(missing);
  const home = `/app?connection=${connection.id}`;
  useEffect(() => {
    // It was all that kept the set-up from going on.
    if (wasMissing && !missing) navigate(home);
  }, [wasMissing, missing, home, navigate]);
  return (
    <Page
      title={t('store.title')}
      subtitle={connection.name}
      back={{ label: connection.name, url: `/app/connections/${connection.id}` }}
    >
      <BlockStack gap="400">
        {choice ? (
          <StoreChoice key={choice.storeId} connectionId={connection.id} label={connection.label} locked={locked} {...choice} />
        ) : null}
        {shares ? <StoreSharing {...(shares as SharingJson)} label={connection.label} now={now} /> : null}
      </BlockStack>
    </Page>
  );
}
