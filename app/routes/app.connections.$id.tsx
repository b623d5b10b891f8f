import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { Values } from '../components/fields.tsx';
import { ConnectionControls } from '../components/connection-controls.tsx';
import { ConnectionCredentials } from '../components/connection-credentials.tsx';
import { ConnectionForm } from '../components/connection-form.tsx';
import {
  ConnectionGate,
  ConnectionLight,
  ConnectionTrouble,
  RegistrationNote,
  type ConnectionJson,
} from '../components/connection-status.tsx';
import { Guide } from '../components/guide.tsx';
import { InboundAddress } from '../components/inbound-address.tsx';
import { SettingsElsewhere } from '../components/settings-elsewhere.tsx';
import { SharedAccountNote } from '../components/shared-account-note.tsx';
import { StoreLink } from '../components/store-link.tsx';
import { TestResult } from '../components/test-result.tsx';
import { BlockStack, InlineStack, Page } from '../components/ui/index.ts';
import type { Health } from '../connections/connection-health.ts';
import {
  accessLevels,
  readConnectionForm,
  revealInboundToken,
  rotateInboundToken,
  saveConnection,
} from '../connections/connections.ts';
import { storeLinkOf } from '../connections/connection-store.ts';
import { setAccess, setConnectionState, setDryRun } from '../connections/connection-state.ts';
import { capabilitiesOf, connectorDefinition } from '../connections/known-connectors.ts';
import { openConnection } from '../connections/open-connection.ts';
import { fieldViewOf } from '../connections/read-sync-settings-form.ts';
import { inboundAddress, register, unregister } from '../connections/registration.ts';
import { readRefundUpload } from '../connections/refund-upload.ts';
import { readSecrets, reconnect, replaceCredentials } from '../connections/rotate-credentials.ts';
import { readSharedAccounts } from '../connections/shared-accounts.ts';
import { readSync } from '../connections/syncs.ts';
import { testConnection, testSettings } from '../connections/test-connection.ts';
import { inShop } from '../db/scope.ts';
import { comeToRest, riseAgain } from '../sync/runs/come-to-rest.ts';
import { changeSyncSettings } from '../sync/settings/change-sync-settings.ts';
import { countWithheld, resumeWithheld } from '../sync/writes/withheld.ts';
import { formSchema } from './_shared/connection-form.server.ts';
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
    const { connection, fields, values, secretsSet } = await readConnectionForm(shop.id, id);
    const definition = connectorDefinition(connection.connector);
    return {
      ...(await inShop(shop.id, async (tx) => ({
        waiting: await countWithheld(tx, shop.id, id),
        refunds: await readRefundUpload(tx, shop.id, id),
      }))),
      secrets: await readSecrets(shop.id, id),
      shared: (await readSharedAccounts(shop.id)).find(({ connectionIds }) => connectionIds.includes(id)),
      connection,
      // The store is chosen on a page of its own.
      fields: fields.filter(({ name }) => !definition.store?.settings.includes(name)).map(fieldViewOf),
      store: storeLinkOf(definition, connection.settings),
      values,
      secretsSet,
      guide: definition.guide,
      callsUs: capabilitiesOf(connection).callsUs === true,
    };
  });
}

const schema = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('save'), ...formSchema }),
  z.object({ intent: z.literal('test'), ...formSchema }),
  z.object({ intent: z.literal('state'), state: z.enum(['active', 'deactivated']) }),
  z.object({ intent: z.literal('access'), access: z.enum(accessLevels) }),
  z.object({ intent: z.literal('dry-run'), dryRun: z.boolean() }),
  z.object({ intent: z.literal('check') }),
  z.object({ intent: z.literal('inbound'), rotate: z.boolean() }),
  z.object({ intent: z.literal('credentials'), secrets: z.record(z.string(), z.string()) }),
  z.object({ intent: z.literal('reconnect') }),
  z.object({ intent: z.literal('refunds'), on: z.boolean() }),
]);

export function action({ request, params }: ActionFunctionArgs) {
  const id = idOf(params);
  return act<typeof schema, Health | { address: string }>(
    request,
    schema,
    ({ intent }) => (intent === 'check' ? 'operator' : 'administrator'),
    async (input, { shop, actor }, note) => {
      const { connection } = await readConnectionForm(shop.id, id);
      note(connection.connector);
      switch (input.intent) {
        case 'save': {
          const saved = await saveConnection(shop.id, actor, id, { name: input.name, settings: input.settings });
          if (!saved.ok) throw Refused.fields(saved.errors);
          await testConnection(shop.id, id);
          return { done: 'done.saved' };
        }
        case 'test': {
          const tested = await testSettings(shop.id, actor, {
            connector: connection.connector,
            settings: input.settings,
            connectionId: id,
          });
          if (!tested.ok) throw Refused.fields(tested.errors);
          return { result: tested.health };
        }
        case 'check':
          return { result: await testConnection(shop.id, id) };
        case 'state':
          if (input.state === 'deactivated') await unregister(shop.id, id);
          await inShop(shop.id, (tx) => setConnectionState(tx, shop.id, actor, id, input.state));
          if (input.state === 'active') {
            await testConnection(shop.id, id);
            await riseAgain(shop.id, id);
          } else await comeToRest(shop.id, id);
          return { done: input.state === 'active' ? 'done.activated' : 'done.deactivated' };
        case 'access':
          // None is the same state as deactivated: nobody there is to call us meanwhile.
          if (input.access === 'none') await unregister(shop.id, id);
          await inShop(shop.id, (tx) => setAccess(tx, shop.id, actor, id, input.access));
          if (input.access === 'none') await comeToRest(shop.id, id);
          else if (connection.access === 'none') {
            await testConnection(shop.id, id);
            await riseAgain(shop.id, id);
          }
          if (input.access === 'read_write') await resumeWithheld(shop.id, id);
          return { done: 'done.saved' };
        case 'dry-run':
          await inShop(shop.id, (tx) => setDryRun(tx, shop.id, actor, id, input.dryRun));
          if (!input.dryRun) {
            await register(await openConnection(shop.id, id));
            await resumeWithheld(shop.id, id);
          }
          return { done: input.dryRun ? 'done.dryRunOn' : 'done.dryRunOff' };
        case 'inbound': {
          if (input.rotate) await unregister(shop.id, id);
          const token = await (input.rotate ? rotateInboundToken : revealInboundToken)(shop.id, actor, id);
          if (input.rotate) await register(await openConnection(shop.id, id));
          return { result: { address: inboundAddress(token) } };
        }
        case 'credentials': {
          const replaced = await replaceCredentials(shop.id, actor, id, input.secrets);
          if (replaced.ok) return { done: 'done.credentialsReplaced' };
          if ('errors' in replaced) throw Refused.fields(replaced.errors);
          throw new Refused({ code: replaced.health.code ?? 'unexpected', params: replaced.health.params });
        }
        case 'reconnect': {
          const health = await reconnect(shop.id, actor, id);
          if (!health.ok) throw new Refused({ code: health.code ?? 'unexpected', params: health.params });
          return { done: 'done.reconnected' };
        }
        case 'refunds': {
          const { refund, settings } = await inShop(shop.id, async (tx) => ({
            refund: await readRefundUpload(tx, shop.id, id),
            settings: (await readSync(tx, shop.id, id, 'returns')).settings,
          }));
          if (input.on && refund.reason) throw Refused.missing([refund.reason]);
          const change = { connectionId: id, kind: 'returns', settings: { ...settings, refund: input.on } } as const;
          const saved = await changeSyncSettings(shop.id, actor, change);
          if (!saved.ok) throw Refused.fields(saved.errors);
          return { done: 'done.saved' };
        }
      }
    },
  );
}

export default function Connection(): ReactNode {
  const { connection, fields, values, secretsSet, secrets, guide, callsUs, waiting, refunds, shared, store } =
    useLoaderData<typeof loader>();
  const { t } = useTranslation();
  return (
    <Page
      title={connection.name}
      {...(connection.label === connection.name ? {} : { subtitle: connection.label })}
      badges={
        <InlineStack gap="200">
          <ConnectionLight connection={connection as ConnectionJson} />
          <ConnectionGate connection={connection as ConnectionJson} />
        </InlineStack>
      }
      back={{ label: t('nav.connections'), url: '/app/connections' }}
    >
      <BlockStack gap="400">
        <ConnectionTrouble connection={connection as ConnectionJson} />
        <SharedAccountNote shared={shared} />
        <ConnectionControls connection={connection as ConnectionJson} waiting={waiting} refunds={refunds} />
        {store ? <StoreLink connectionId={connection.id} label={connection.label} missing={store.missing} /> : null}
        <ConnectionCredentials connector={connection.connector} secrets={secrets} fields={fields} settings={values as Values} />
        <ConnectionForm
          key={connection.id}
          connector={connection.connector}
          fields={fields}
          name={connection.name}
          values={values}
          secretsSet={secretsSet}
          isNew={false}
        />
        <SettingsElsewhere connectionId={connection.id} />
        <RegistrationNote connection={connection as ConnectionJson} />
        {connection.health?.ok ? <TestResult health={connection.health} connector={connection.connector} /> : null}
        <Guide connector={connection.connector} steps={guide} settings={values as Values} health={connection.health} />
        {callsUs ? <InboundAddress /> : null}
      </BlockStack>
    </Page>
  );
}
