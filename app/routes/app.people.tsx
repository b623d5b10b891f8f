import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { DataRequests } from '../components/data-requests.tsx';
import { FailureBanner } from '../components/failure-banner.tsx';
import { useMay, type RoleView } from '../components/shop-context.tsx';
import { BlockStack, Button, Card, Confirm, Page, RecordTable, Select, Text, type Column } from '../components/ui/index.ts';
import { useAction } from '../components/use-action.ts';
import { useFormats } from '../components/use-formats.ts';
import { inShop } from '../db/scope.ts';
import { listStaff, may, removeStaff, roles, setRole } from '../people/staff.ts';
import { readDataRequests } from '../privacy/data-request.ts';
import { act, readPage } from './_shared/page.server.ts';

interface Member {
  userId: string;
  userName: string;
  role: RoleView;
  accountOwner: boolean;
  lastSeenAt: string;
}

export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop, actor }) => {
    const staff = await inShop(shop.id, (tx) => listStaff(tx, shop.id));
    const members: Member[] = staff.map(({ userId, userName, role, accountOwner, lastSeenAt }) => ({
      userId,
      userName,
      role,
      accountOwner,
      lastSeenAt: lastSeenAt.toISOString(),
    }));
    return { members, me: actor.userId, requests: may(actor, 'administrator') ? await readDataRequests(shop.id) : [] };
  });
}

const schema = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('role'), userId: z.string(), role: z.enum(roles) }),
  z.object({ intent: z.literal('remove'), userId: z.string() }),
]);

export function action({ request }: ActionFunctionArgs) {
  return act(request, schema, 'administrator', async (input, { shop, actor }) => {
    if (input.intent === 'role') await inShop(shop.id, (tx) => setRole(tx, shop.id, actor, input.userId, input.role));
    else await inShop(shop.id, (tx) => removeStaff(tx, shop.id, actor, input.userId));
    return { done: 'done.saved' };
  });
}

export default function People(): ReactNode {
  const { members, me, requests, now } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  const mayChange = useMay('administrator');
  const action = useAction();
  const [removing, setRemoving] = useState<Member | null>(null);
  const columns: Column<Member>[] = [
    {
      id: 'name',
      title: t('people.name'),
      lead: true,
      cell: ({ userName, userId }) => (userId === me ? t('people.you', { name: userName }) : userName),
    },
    {
      id: 'role',
      title: t('people.role'),
      field: true,
      cell: ({ userId, userName, role, accountOwner }) => (
        <Select
          label={t('people.roleOf', { name: userName })}
          labelHidden
          disabled={!mayChange || accountOwner || action.busy}
          value={role}
          options={(['viewer', 'operator', 'administrator'] as const).map((value) => ({
            value,
            label: t(`people.roles.${value}.name`),
          }))}
          onChange={(chosen) => action.run({ intent: 'role', userId, role: chosen })}
          {...(accountOwner ? { helpText: t('people.owner') } : {})}
        />
      ),
    },
    { id: 'seen', title: t('people.lastSeen'), cell: ({ lastSeenAt }) => formats.relative(lastSeenAt, now) },
    {
      id: 'remove',
      title: t('common.actions'),
      cell: (member) =>
        member.accountOwner || member.userId === me ? (
          ''
        ) : (
          <Button
            size="slim"
            variant="plain"
            tone="critical"
            disabled={!mayChange || action.busy}
            accessibilityLabel={t('people.removeOf', { name: member.userName })}
            onClick={() => setRemoving(member)}
          >
            {t('common.remove')}
          </Button>
        ),
    },
  ];
  return (
    <Page title={t('nav.people')} subtitle={t('people.what')}>
      <BlockStack gap="400">
        <FailureBanner failure={action.failure} />
        <Card>
          <BlockStack gap="100">
            {(['viewer', 'operator', 'administrator'] as const).map((role) => (
              <Text as="p" key={role}>
                {t(`people.roles.${role}.help`)}
              </Text>
            ))}
          </BlockStack>
        </Card>
        <Card padding="0">
          <RecordTable caption={t('nav.people')} columns={columns} rows={members} rowKey={({ userId }) => userId} />
        </Card>
        <DataRequests requests={requests} />
      </BlockStack>
      <Confirm
        id="remove-person"
        open={removing !== null}
        title={t('people.removeTitle', { name: removing?.userName ?? '' })}
        action={t('common.remove')}
        destructive
        onClose={() => setRemoving(null)}
        onConfirm={() => removing && action.run({ intent: 'remove', userId: removing.userId })}
      >
        <Text as="p">{t('people.removeBody')}</Text>
      </Confirm>
    </Page>
  );
}
