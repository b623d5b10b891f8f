import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureBanner } from './failure-banner.tsx';
import { useMay } from './shop-context.tsx';
import { Badge, Banner, BlockStack, Button, Card, Confirm, InlineStack, List, Text, TextField, useToast } from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useFieldErrors } from './use-field-errors.ts';
import { useFormats } from './use-formats.ts';

export interface SharingJson {
  sharing: {
    storeName: string;
    imports: boolean;
    members: { name: string; imports: boolean; joinedAt: string; own: boolean }[];
  } | null;
  codes: {
    open: { expiresAt: string; madeBy: string } | null;
    asked: { id: string; name: string; askedAt: string; expiresAt: string } | null;
    waiting: boolean;
  };
  /** Whether the inventory sync is on: without it nobody hears what is sold here. */
  publishes: boolean;
}

/** Who sells from the same store, and how another shop joins: a code is made in one shop, entered in the other and answered in the first. */
export function StoreSharing({ sharing, codes, publishes, label, now }: SharingJson & { label: string; now: string }): ReactNode {
  const { t } = useTranslation();
  const imports = sharing?.imports ?? true;
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="200">
          <Text as="h2" variant="headingMd">
            {t('store.sharing')}
          </Text>
          <Text as="p">{t('store.sharingHelp', { label })}</Text>
          <Text as="p" tone="subdued">
            {t('store.sharingPrivate')}
          </Text>
        </BlockStack>
        {sharing && !publishes ? <Banner tone="warning">{t('store.inventoryOff')}</Banner> : null}
        {sharing ? <Members sharing={sharing} /> : null}
        {codes.asked ? <Asked asked={codes.asked} now={now} /> : null}
        {imports && !codes.asked ? <Invite open={codes.open} now={now} /> : null}
        {sharing ? null : <Enter waiting={codes.waiting} />}
      </BlockStack>
    </Card>
  );
}

function Members({ sharing }: { sharing: NonNullable<SharingJson['sharing']> }): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const may = useMay('administrator');
  const [asking, setAsking] = useState(false);
  const stop = useAction();
  const others = sharing.members.filter(({ own }) => !own).map(({ name }) => name);
  return (
    <BlockStack gap="200">
      <Text as="h3" variant="headingSm">
        {t('store.members', { store: sharing.storeName })}
      </Text>
      <FailureBanner failure={stop.failure} />
      <List>
        {sharing.members.map(({ name, imports, joinedAt, own }) => (
          <List.Item key={name}>
            <InlineStack gap="200" blockAlign="center">
              <Text as="span">{own ? t('store.ownShop', { name }) : name}</Text>
              <Badge {...(imports ? { tone: 'info' as const } : {})}>{t(imports ? 'store.imports' : 'store.links')}</Badge>
              <Text as="span" tone="subdued">
                {t('store.since', { date: formats.date(joinedAt) })}
              </Text>
            </InlineStack>
          </List.Item>
        ))}
      </List>
      <Text as="p" tone="subdued">
        {t(sharing.imports ? 'store.importsHelp' : 'store.linksHelp')}
      </Text>
      <div>
        <Button tone="critical" disabled={!may} loading={stop.busy} onClick={() => setAsking(true)}>
          {t(sharing.imports ? 'store.stop' : 'store.leave')}
        </Button>
      </div>
      <Confirm
        id="stop-sharing"
        open={asking}
        title={t(sharing.imports ? 'store.stop' : 'store.leave')}
        action={t(sharing.imports ? 'store.stop' : 'store.leave')}
        destructive
        onClose={() => setAsking(false)}
        onConfirm={() => stop.run({ intent: 'stop' })}
      >
        <Text as="p">
          {t(sharing.imports ? 'store.stopBody' : 'store.leaveBody', { store: sharing.storeName, shops: others.join(', ') })}
        </Text>
      </Confirm>
    </BlockStack>
  );
}

function Asked({ asked, now }: { asked: NonNullable<SharingJson['codes']['asked']>; now: string }): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const may = useMay('administrator');
  const answer = useAction();
  return (
    <Banner tone="warning" title={t('store.askedTitle', { name: asked.name })}>
      <BlockStack gap="200">
        <Text as="p">{t('store.askedBody', { when: formats.relative(asked.askedAt, now) })}</Text>
        <FailureBanner failure={answer.failure} />
        <InlineStack gap="200">
          <Button
            variant="primary"
            disabled={!may}
            loading={answer.busy}
            onClick={() => answer.run({ intent: 'answer', codeId: asked.id, yes: true })}
          >
            {t('store.accept')}
          </Button>
          <Button disabled={!may || answer.busy} onClick={() => answer.run({ intent: 'answer', codeId: asked.id, yes: false })}>
            {t('store.refuse')}
          </Button>
        </InlineStack>
      </BlockStack>
    </Banner>
  );
}

function Invite({ open, now }: { open: SharingJson['codes']['open']; now: string }): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const may = useMay('administrator');
  const toast = useToast();
  const make = useAction<{ code: string }>();
  const revoke = useAction();
  const code = make.answer?.ok ? make.answer.result?.code : undefined;
  const copy = (text: string): void => void navigator.clipboard.writeText(text).then(() => toast(t('run.copied')));
  return (
    <BlockStack gap="200">
      <Text as="h3" variant="headingSm">
        {t('store.invite')}
      </Text>
      <Text as="p">{t('store.inviteHelp')}</Text>
      <FailureBanner failure={make.failure ?? revoke.failure} />
      {open && code ? (
        <BlockStack gap="100" inlineAlign="start">
          <div className="cd-code">{code}</div>
          <InlineStack gap="200" blockAlign="center">
            <Button size="slim" onClick={() => copy(code)}>
              {t('store.copyCode')}
            </Button>
            <Text as="span" tone="subdued">
              {t('store.codeOnce')}
            </Text>
          </InlineStack>
        </BlockStack>
      ) : null}
      {open ? <Text as="p">{t('store.codeOpen', { by: open.madeBy, when: formats.relative(open.expiresAt, now) })}</Text> : null}
      <InlineStack gap="200" blockAlign="center">
        <Button disabled={!may} loading={make.busy} onClick={() => make.run({ intent: 'make-code' })}>
          {t(open ? 'store.newCode' : 'store.makeCode')}
        </Button>
        {open ? (
          <Button
            variant="plain"
            tone="critical"
            disabled={!may}
            loading={revoke.busy}
            onClick={() => revoke.run({ intent: 'revoke-code' })}
          >
            {t('store.revokeCode')}
          </Button>
        ) : null}
      </InlineStack>
    </BlockStack>
  );
}

function Enter({ waiting }: { waiting: boolean }): ReactNode {
  const { t } = useTranslation();
  const may = useMay('administrator');
  const [code, setCode] = useState('');
  const enter = useAction({ onDone: () => setCode('') });
  const errors = useFieldErrors(enter.failure);
  return (
    <BlockStack gap="200">
      <Text as="h3" variant="headingSm">
        {t('store.join')}
      </Text>
      <Text as="p">{t('store.joinHelp')}</Text>
      {waiting ? <Banner tone="info">{t('store.waiting')}</Banner> : null}
      <FailureBanner failure={enter.failure?.fields ? null : enter.failure} />
      <TextField
        label={t('store.code')}
        autoComplete="off"
        placeholder="ABCD-EFGH-JKLM"
        disabled={!may}
        value={code}
        onChange={setCode}
        {...(errors['code'] ? { error: errors['code'] } : {})}
        connectedRight={
          <Button
            size="large"
            disabled={!may || !code.trim()}
            loading={enter.busy}
            onClick={() => enter.run({ intent: 'enter-code', code })}
          >
            {t('store.ask')}
          </Button>
        }
      />
    </BlockStack>
  );
}
