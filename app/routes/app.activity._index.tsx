import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { ActivityTabs } from '../components/activity-tabs.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { Pager } from '../components/pager.tsx';
import { RunsTable } from '../components/runs-table.tsx';
import { useShop } from '../components/shop-context.tsx';
import { BlockStack, Card, Page } from '../components/ui/index.ts';
import { listRuns } from '../sync/runs/read-runs.ts';
import { runKinds, runStates } from '../sync/runs/read-run-states.ts';
import { oneOf, pageOf, readPage } from './_shared/page.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }, query) => {
    const connectionId = z.uuid().safeParse(query.get('connection')).data;
    const sync = oneOf(query, 'sync', runKinds);
    const state = oneOf(query, 'state', runStates);
    const page = pageOf(query);
    const runs = await listRuns(shop.id, {
      ...(connectionId ? { connectionId } : {}),
      ...(sync ? { sync } : {}),
      ...(state ? { states: [state] } : {}),
      page,
    });
    return { ...runs, page, kinds: [...runKinds], states: [...runStates] };
  });
}

export default function Activity(): ReactNode {
  const { rows, hasNext, page, kinds, states } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const { connections } = useShop();
  return (
    <Page title={t('nav.activity')} subtitle={t('activity.what')}>
      <BlockStack gap="400">
        <ActivityTabs current="runs" />
        <Card padding="0">
          <FilterBar
            choices={[
              { name: 'sync', label: t('run.sync'), options: kinds.map((value) => ({ value, label: t(`sync.${value}.name`) })) },
              {
                name: 'state',
                label: t('common.state'),
                options: states.map((value) => ({ value, label: t(`state.run.${value}`) })),
              },
              ...(connections.length > 1
                ? [
                    {
                      name: 'connection',
                      label: t('common.connection'),
                      options: connections.map(({ id, name }) => ({ value: id, label: name })),
                    },
                  ]
                : []),
            ]}
          />
          <RunsTable runs={rows} withSync withConnection={connections.length > 1} />
          <Pager page={page} hasNext={hasNext} />
        </Card>
      </BlockStack>
    </Page>
  );
}
