import type { Alert } from '@prisma/client';
import type { Severity, Topic } from './topics.ts';

/** An alert as messages and pages tell it; moments are ISO 8601. */
export interface AlertView {
  id: string;
  topic: Topic;
  severity: Severity;
  connectionId: string | null;
  /** Empty where it concerns no single connection. */
  connectionName: string;
  connector: string;
  sync: string | null;
  cause: string;
  params: Record<string, string | number>;
  count: number;
  labels: string[];
  since: string;
  openedAt: string;
  closedAt: string | null;
  evidence: string | null;
}

/** Connections by id, for the names that alerts carry. */
export type ConnectionNames = ReadonlyMap<string, { name: string; connector: string }>;

export function alertView(row: Alert, connections: ConnectionNames): AlertView {
  const connection = row.connectionId ? connections.get(row.connectionId) : undefined;
  return {
    id: row.id,
    topic: row.topic as Topic,
    severity: row.severity as Severity,
    connectionId: row.connectionId,
    connectionName: connection?.name ?? '',
    connector: connection?.connector ?? '',
    sync: row.sync,
    cause: row.cause,
    params: row.params as Record<string, string | number>,
    count: row.count,
    labels: row.labels,
    since: row.since.toISOString(),
    openedAt: row.openedAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
    evidence: row.evidence,
  };
}

/** opened: there was none before; worse: a warning became critical; closed: its cause is gone; open: still as it was (digests). */
export type AlertEvent = 'opened' | 'worse' | 'closed' | 'open';

export interface Entry {
  event: AlertEvent;
  alert: AlertView;
}

/** What one message tells. */
export interface DeliveryContent {
  entries: Entry[];
}
