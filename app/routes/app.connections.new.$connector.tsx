import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { Values } from '../components/fields.tsx';
import { ConnectionForm } from '../components/connection-form.tsx';
import { Guide } from '../components/guide.tsx';
import { InlineGrid, Page } from '../components/ui/index.ts';
import { checkSettings } from '../connections/check-settings.ts';
import { storeLinkOf } from '../connections/connection-store.ts';
import { createConnection, listConnections } from '../connections/connections.ts';
import { allConnectors } from '../connections/known-connectors.ts';
import { fieldViewOf } from '../connections/read-sync-settings-form.ts';
import { describeSettings } from '../connections/settings-form.ts';
import { testConnection, testSettings } from '../connections/test-connection.ts';
import { notFound, Refused } from './_shared/failure.server.ts';
import { act, openPage, readPage } from './_shared/page.server.ts';
import { formSchema } from './_shared/connection-form.server.ts';

function definitionOf(id: string | undefined) {
  const definition = allConnectors().find((one) => one.id === id);
  if (!definition) throw notFound();
  return definition;
}

export function loader({ request, params }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }) => {
    const definition = definitionOf(params['connector']);
    // The store is chosen from the back office's list once it can be asked.
    const fields = describeSettings(definition)
      .filter(({ name }) => !definition.store?.settings.includes(name))
      .map(fieldViewOf);
    const taken = (await listConnections(shop.id)).map(({ name }) => name.toLowerCase());
    let name = definition.label;
    for (let next = 2; taken.includes(name.toLowerCase()); next++) name = `${definition.label} ${next}`;
    const shares = definition.capabilities.remote;
    return { connector: definition.id, label: definition.label, guide: definition.guide, fields, name, shares };
  });
}

const schema = z.object({ intent: z.enum(['test', 'save']), agreed: z.boolean().default(false), ...formSchema });

export async function action({ request, params }: ActionFunctionArgs) {
  const definition = definitionOf(params['connector']);
  const { id: connector, label, capabilities } = definition;
  const { redirect } = await openPage(request.clone());
  let to: string | undefined;
  const answer = await act(
    request,
    schema,
    'administrator',
    async ({ intent, name, settings, agreed }, { shop, actor }, note) => {
      note(connector);
      if (intent === 'test') {
        const tested = await testSettings(shop.id, actor, { connector, settings });
        if (!tested.ok) throw Refused.fields(tested.errors);
        return { result: tested.health };
      }
      // Shopify asks that a merchant agrees before customers' data go to somebody else.
      if (capabilities.remote && !agreed) {
        const checked = await checkSettings(definition, settings);
        const others = checked.ok ? {} : checked.errors;
        throw Refused.fields({ ...others, agreed: { code: 'consent-needed', params: { backOffice: label } } });
      }
      const created = await createConnection(shop.id, actor, { connector, name, settings, agreed });
      if (!created.ok) throw Refused.fields(created.errors);
      const health = await testConnection(shop.id, created.id);
      // What is left to do for the connection itself is on its own page; without that, the set-up goes on.
      const own = `/app/connections/${created.id}`;
      if (storeLinkOf(definition, settings)?.missing) to = `${own}/store`;
      else to = health.ok && capabilities.callsUs !== true ? `/app?connection=${created.id}` : own;
      return {};
    },
  );
  return to ? redirect(to) : answer;
}

export default function NewConnection(): ReactNode {
  const { connector, label, guide, fields, name, shares } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const values = Object.fromEntries(fields.filter(({ kind }) => kind !== 'secret').map((field) => [field.name, field.initial]));
  const [entered, setEntered] = useState<Values>(values);
  return (
    <Page title={t('connections.connectTo', { label })} back={{ label: t('connections.add'), url: '/app/connections/new' }}>
      <InlineGrid columns={{ xs: 1, lg: ['twoThirds', 'oneThird'] }} gap="400" alignItems="start">
        <ConnectionForm
          {...{ connector, fields, name, values }}
          {...(shares ? { sharesWith: label } : {})}
          secretsSet={[]}
          isNew
          onEntered={setEntered}
        />
        <Guide connector={connector} steps={guide} settings={entered} health={null} />
      </InlineGrid>
    </Page>
  );
}
