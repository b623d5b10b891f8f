import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionRow } from '../connections/connections.ts';
import { StateBadge } from './state-badge.tsx';
import { Badge, Banner, BlockStack, Text } from './ui/index.ts';
import { useFormats } from './use-formats.ts';
import { useStepName } from './use-step-name.ts';
import { useWords } from './use-words.ts';

/** A connection as a loader sends it: the moments became text on the way. */
export type ConnectionJson = Omit<ConnectionRow, 'createdAt' | 'updatedAt' | 'settings'>;

/** active, failing (the back office refuses us), untested or deactivated. */
export function connectionLight({
  state,
  health,
  blocked,
}: Pick<ConnectionJson, 'state' | 'health' | 'blocked'>): 'active' | 'failing' | 'untested' | 'deactivated' {
  if (state === 'deactivated') return 'deactivated';
  if (blocked || health?.ok === false) return 'failing';
  return health ? 'active' : 'untested';
}

/** What may be written for a connection: a dry run writes nothing to either side, whatever its access. */
export function connectionGate({ access, dryRun }: Pick<ConnectionJson, 'access' | 'dryRun'>): string {
  return dryRun ? 'dry-run' : access;
}

/** Says that something isn't written; nothing where everything is. */
export function ConnectionGate({ connection }: { connection: Pick<ConnectionJson, 'access' | 'dryRun'> }): ReactNode {
  const { t } = useTranslation();
  const gate = connectionGate(connection);
  if (gate === 'read_write') return null;
  return <Badge tone="attention">{gate === 'dry-run' ? t('connections.dryRun') : t(`access.${gate}.label`)}</Badge>;
}

export function ConnectionLight({ connection }: { connection: Pick<ConnectionJson, 'state' | 'health' | 'blocked'> }): ReactNode {
  return <StateBadge of="connection" state={connectionLight(connection)} />;
}

/** The failing step of a connection and its fix; nothing while all is well. */
export function ConnectionTrouble({ connection }: { connection: ConnectionJson }): ReactNode {
  const { t } = useTranslation();
  const nameOf = useStepName(connection.connector);
  const words = useWords();
  const formats = useFormats();
  const { health, blocked, connector } = connection;
  const failing = blocked ?? (health && !health.ok && health.code ? { code: health.code, params: health.params } : null);
  if (!failing || connection.state === 'deactivated') return null;
  const { title, fix } = words.failure(failing.code, failing.params, connector);
  const step = health && !health.ok && health.step ? nameOf(health.step) : null;
  return (
    <Banner tone="critical" title={title}>
      <BlockStack gap="100">
        {step ? <Text as="p">{t('connections.failedStep', { step })}</Text> : null}
        <Text as="p">{fix}</Text>
        {blocked ? (
          <Text as="p" tone="subdued">
            {t('connections.blockedSince', { since: formats.dateTime(blocked.since), retry: formats.dateTime(blocked.retryAt) })}
          </Text>
        ) : null}
      </BlockStack>
    </Banner>
  );
}

/** What the back office would not arrange for us, with its fix; polling and our own records carry on meanwhile. */
export function RegistrationNote({ connection }: { connection: ConnectionJson }): ReactNode {
  const { t } = useTranslation();
  const words = useWords();
  const { registration, connector, state } = connection;
  if (!registration?.failure || state === 'deactivated') return null;
  const { title, fix } = words.failure(registration.failure.code, registration.failure.params, connector);
  return (
    <Banner tone="warning" title={title}>
      <BlockStack gap="100">
        <Text as="p">{fix}</Text>
        <Text as="p">{t(registration.calls === 'refused' ? 'connections.callsRefused' : 'connections.recordRefused')}</Text>
      </BlockStack>
    </Banner>
  );
}
