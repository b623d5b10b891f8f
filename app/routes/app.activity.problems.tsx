import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { ActivityTabs } from '../components/activity-tabs.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { Pager } from '../components/pager.tsx';
import { ProblemGroups } from '../components/problem-groups.tsx';
import { ProblemsTable } from '../components/problems-table.tsx';
import { useShop } from '../components/shop-context.tsx';
import { BlockStack, Card, EmptyState, Page, Text } from '../components/ui/index.ts';
import { groupProblems, listProblems } from '../sync/problems/read-problems.ts';
import { runKinds } from '../sync/runs/read-run-states.ts';
import { oneOf, pageOf, readPage } from './_shared/page.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }, query) => {
    const connectionId = z.uuid().safeParse(query.get('connection')).data;
    const sync = oneOf(query, 'sync', runKinds);
    const filter = { ...(connectionId ? { connectionId } : {}), ...(sync ? { sync } : {}) };
    const cause = query.get('cause');
    const page = pageOf(query);
    if (!cause) return { groups: await groupProblems(shop.id, filter), problems: null, page, kinds: [...runKinds] };
    const one = { ...filter, cause, ...(query.has('detail') ? { detail: query.get('detail') ?? '' } : {}) };
    return {
      groups: await groupProblems(shop.id, one),
      problems: await listProblems(shop.id, one, page),
      page,
      kinds: [...runKinds],
    };
  });
}

export default function Problems(): ReactNode {
  const { groups, problems, page, kinds, now } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const { connections } = useShop();
  const none = (
    <Card>
      <EmptyState heading={t('problems.none')} image="">
        <Text as="p">{t('problems.noneBody')}</Text>
      </EmptyState>
    </Card>
  );
  if (problems) {
    return (
      <Page title={t('problems.ofCause')} back={{ label: t('activity.problems'), url: '/app/activity/problems' }}>
        <BlockStack gap="400">
          {groups.length > 0 ? <ProblemGroups groups={groups} limit={100} /> : none}
          {problems.rows.length > 0 ? (
            <Card padding="0">
              <ProblemsTable problems={problems.rows} now={now} />
              <Pager page={page} hasNext={problems.hasNext} />
            </Card>
          ) : null}
        </BlockStack>
      </Page>
    );
  }
  return (
    <Page title={t('activity.problems')} subtitle={t('problems.what')}>
      <BlockStack gap="400">
        <ActivityTabs current="problems" />
        <Card padding="0">
          <FilterBar
            choices={[
              { name: 'sync', label: t('run.sync'), options: kinds.map((value) => ({ value, label: t(`sync.${value}.name`) })) },
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
        </Card>
        {groups.length > 0 ? <ProblemGroups groups={groups} limit={100} /> : none}
      </BlockStack>
    </Page>
  );
}
