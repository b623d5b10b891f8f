import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { Values } from '../components/fields.tsx';
import { ConnectionControls } from '../components/connection-controls.tsx';
import { ConnectionForm } from '../components/connection-form.tsx';
import { ConnectionLight, ConnectionTrouble, RegistrationNote, type ConnectionJson } from '../components/connection-status.tsx';
import { Guide } from '../components/guide.tsx';
import { InboundAddress } from '../components/inbound-address.tsx';
import { TestResult } from '../components/test-result.tsx';
import { BlockStack, Page } from '../components/ui/index.ts';
import type { Health } from '../connections/connection-health.ts';
import {
  accessLevels,
  readConnectionForm,
  revealInboundToken,
  rotateInboundToken,
  saveConnection,
} from '../connections/connections.ts';
import { setAccess, setConnectionState, setDryRun } from '../connections/connection-state.ts';
import { capabilitiesOf, connectorDefinition } from '../connections/known-connectors.ts';
import { openConnection } from '../connections/open-connection.ts';
import { fieldViewOf } from '../connections/read-sync-settings-form.ts';
import { inboundAddress, register, unregister } from '../connections/registration.ts';
import { testConnection, testSettings } from '../connections/test-connection.ts';
import { inShop } from '../db/scope.ts';
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
    const { connection, fields, values, secretsSet } = await readConnectionForm(shop.id, idOf(params));
    const definition = connectorDefinition(connection.connector);
    return {
      connection,
      fields: fields.map(fieldViewOf),
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
          const tested = await testSettings(shop.id, {
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
          if (input.state === 'active') await testConnection(shop.id, id);
          return { done: input.state === 'active' ? 'done.activated' : 'done.deactivated' };
        case 'access':
          await inShop(shop.id, (tx) => setAccess(tx, shop.id, actor, id, input.access));
          return { done: 'done.saved' };
        case 'dry-run':
          await inShop(shop.id, (tx) => setDryRun(tx, shop.id, actor, id, input.dryRun));
          if (!input.dryRun) await register(await openConnection(shop.id, id));
          return { done: input.dryRun ? 'done.dryRunOn' : 'done.dryRunOff' };
        case 'inbound': {
          if (input.rotate) await unregister(shop.id, id);
          const token = await (input.rotate ? rotateInboundToken : revealInboundToken)(shop.id, actor, id);
          if (input.rotate) await register(await openConnection(shop.id, id));
          return { result: { address: inboundAddress(token) } };
        }
      }
    },
  );
}

export default function Connection(): ReactNode {
  const { connection, fields, values, secretsSet, guide, callsUs } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  return (
    <Page
      title={connection.name}
      subtitle={connection.label}
      badges={<ConnectionLight connection={connection as ConnectionJson} />}
      back={{ label: t('nav.connections'), url: '/app/connections' }}
    >
      <BlockStack gap="400">
        <ConnectionTrouble connection={connection as ConnectionJson} />
        <ConnectionControls connection={connection as ConnectionJson} />
        <ConnectionForm
          key={connection.id}
          connector={connection.connector}
          fields={fields}
          name={connection.name}
          values={values}
          secretsSet={secretsSet}
          isNew={false}
        />
        <RegistrationNote connection={connection as ConnectionJson} />
        {connection.health?.ok ? <TestResult health={connection.health} connector={connection.connector} /> : null}
        <Guide connector={connection.connector} steps={guide} settings={values as Values} health={connection.health} />
        {callsUs ? <InboundAddress /> : null}
      </BlockStack>
    </Page>
  );
}
