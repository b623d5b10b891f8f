import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { ActivityTabs } from '../components/activity-tabs.tsx';
import { ClosedProblems } from '../components/closed-problems.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { Pager } from '../components/pager.tsx';
import { AssignAll, type Carer } from '../components/problem-care.tsx';
import { ProblemGroups } from '../components/problem-groups.tsx';
import { ProblemsTable } from '../components/problems-table.tsx';
import { useShop } from '../components/shop-context.tsx';
import { BlockStack, Card, EmptyState, Page, Text } from '../components/ui/index.ts';
import { inShop } from '../db/scope.ts';
import { listStaff } from '../people/staff.ts';
import { assignProblems, noteProblem } from '../sync/problems/look-after.ts';
import { groupProblems, listProblems } from '../sync/problems/read-problems.ts';
import { runKinds } from '../sync/runs/read-run-states.ts';
import { act, oneOf, pageOf, readPage } from './_shared/page.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop, actor }, query) => {
    const connectionId = z.uuid().safeParse(query.get('connection')).data;
    const sync = oneOf(query, 'sync', runKinds);
    const closed = query.get('state') === 'closed';
    const filter = {
      ...(connectionId ? { connectionId } : {}),
      ...(sync ? { sync } : {}),
      ...(closed ? { closed } : {}),
      ...(query.get('assigned') === 'me' ? { assignedTo: actor.userId } : {}),
    };
    const page = pageOf(query);
    const kinds = [...runKinds];
    const cause = query.get('cause');
    if (!cause && closed)
      return { groups: [], problems: await listProblems(shop.id, filter, page), one: null, staff: [], page, kinds, closed };
    if (!cause)
      return { groups: await groupProblems(shop.id, filter), problems: null, one: null, staff: [], page, kinds, closed };
    const detail = query.has('detail') ? { detail: query.get('detail') ?? '' } : {};
    const people = await inShop(shop.id, (tx) => listStaff(tx, shop.id));
    return {
      groups: await groupProblems(shop.id, { ...filter, cause, ...detail }),
      problems: await listProblems(shop.id, { ...filter, cause, ...detail }, page),
      one: { cause, connectionId: connectionId ?? null, ...detail },
      staff: people.map(({ userId, userName }): Carer => ({ userId, userName })),
      page,
      kinds,
      closed,
    };
  });
}

const schema = z.discriminatedUnion('intent', [
  z.object({
    intent: z.literal('assign'),
    cause: z.string().max(200),
    connectionId: z.uuid().nullish(),
    detail: z.string().max(2000).optional(),
    ids: z.array(z.uuid()).max(500).optional(),
    userId: z.string().max(40).nullable(),
  }),
  z.object({ intent: z.literal('note'), id: z.uuid(), note: z.string().max(1000) }),
]);

export function action({ request }: ActionFunctionArgs) {
  return act(request, schema, 'operator', async (input, { shop, actor }) => {
    if (input.intent === 'note') {
      await inShop(shop.id, (tx) => noteProblem(tx, shop.id, actor, input.id, input.note));
      return { done: 'done.saved' };
    }
    const { cause, connectionId, detail, ids, userId } = input;
    const choice = {
      cause,
      ...(connectionId ? { connectionId } : {}),
      ...(detail === undefined ? {} : { detail }),
      ...(ids ? { ids } : {}),
    };
    const count = await inShop(shop.id, (tx) => assignProblems(tx, shop.id, actor, choice, userId));
    return { done: userId === null ? 'done.unassigned' : 'done.assigned', params: { count } };
  });
}

export default function Problems(): ReactNode {
  const { groups, problems, one, staff, page, kinds, closed, now } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const { connections } = useShop();
  const none = (
    <Card>
      <EmptyState heading={t('problems.none')} image="">
        <Text as="p">{t('problems.noneBody')}</Text>
      </EmptyState>
    </Card>
  );
  if (problems && one) {
    const count = groups.reduce((sum, group) => sum + group.count, 0);
    return (
      <Page title={t('problems.ofCause')} back={{ label: t('activity.problems'), url: '/app/activity/problems' }}>
        <BlockStack gap="400">
          {groups.length > 0 ? <ProblemGroups groups={groups} limit={100} /> : none}
          {count > 1 ? <AssignAll count={count} staff={staff} choice={one} /> : null}
          {problems.rows.length > 0 ? (
            <Card padding="0">
              <ProblemsTable problems={problems.rows} staff={staff} now={now} />
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
              {
                name: 'state',
                label: t('common.state'),
                options: [{ value: 'closed', label: t('problems.closed') }],
                everything: t('problems.open'),
              },
              {
                name: 'assigned',
                label: t('problems.assigned'),
                options: [{ value: 'me', label: t('problems.me') }],
              },
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
          {closed && problems ? (
            <>
              <ClosedProblems problems={problems.rows} />
              <Pager page={page} hasNext={problems.hasNext} />
            </>
          ) : null}
        </Card>
        {closed ? null : groups.length > 0 ? <ProblemGroups groups={groups} limit={100} /> : none}
      </BlockStack>
    </Page>
  );
}
