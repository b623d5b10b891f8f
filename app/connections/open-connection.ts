import type { Connection } from '@prisma/client';
import { nowMs } from '../core/clock.ts';
import { NeedsMerchantError } from '../core/errors.ts';
import { createHttpClient } from '../core/http.ts';
import { logger } from '../core/logger.ts';
import type { ConnectContext, Connector, ConnectorDefinition, TokenCache, UnreadRow } from '../connectors/contract/index.ts';
import { inShop, type Tx } from '../db/scope.ts';
import { env } from '../env.server.ts';
import { kitsAt } from '../mappings/kits.ts';
import { skuAliases } from '../mappings/sku-aliases.ts';
import { accountGate } from './account-gate.ts';
import { withSkuAliases } from './alias-skus.ts';
import type { Blocked } from './connection-health.ts';
import { findConnection, type AccessLevel, type ConnectionState } from './connections.ts';
import { connectionRecords } from './connection-records.ts';
import { withKitStock } from './kit-stock.ts';
import { openCredentials } from './credentials.ts';
import { createGuardedFetch } from './guarded-fetch.ts';
import { storeIdOf } from './connection-store.ts';
import { connectorDefinition, definitionWith } from './known-connectors.ts';
import { readSharing, type Sharing } from './shared-store/sharing.ts';
import { tokenCache } from './token-cache.ts';

export interface ConnectedShop {
  id: number;
  domain: string;
  name: string;
  currency: string;
  timeZone: string;
}

/** A connection with its ports ready to work. */
export interface LiveConnection {
  id: string;
  name: string;
  shop: ConnectedShop;
  definition: ConnectorDefinition;
  connector: Connector;
  access: AccessLevel;
  dryRun: boolean;
  state: ConnectionState;
  /** Set while its work is parked. */
  blocked: Blocked | null;
  storeId: string | null;
  mappingVersion: number;
  /** Set while its store is shared with other shops. */
  sharing?: Sharing | null;
  /** Parsed by the connector's schema; holds secrets, never to be shown or logged. */
  settings: Record<string, unknown>;
  /** Records that the back office told since this was opened and that nobody can read. */
  unread: UnreadRow[];
}

let fetchOnce: ReturnType<typeof createGuardedFetch> | undefined;

/** One for the process, so that its sockets are shared. */
function guardedFetch() {
  fetchOnce ??= createGuardedFetch({ allowed: env.ALLOWED_PRIVATE_HOSTS });
  return fetchOnce;
}

/** The ports of a connector for these settings. Nothing is called yet. */
export function connect(
  definition: ConnectorDefinition,
  context: {
    shop: ConnectedShop;
    connectionId: string;
    settings: Record<string, unknown>;
    tokens: TokenCache;
    unread?: ConnectContext<unknown>['unread'];
  },
): Connector {
  const { settings } = context;
  const { remote } = definition.capabilities;
  // Connectors send absolute addresses; where their settings hold `baseUrl`, a path alone is joined to it.
  const baseUrl = typeof settings['baseUrl'] === 'string' ? settings['baseUrl'] : `https://${definition.id}.invalid`;
  const http = createHttpClient({
    baseUrl,
    party: definition.label,
    fetch: guardedFetch(),
    ...(remote ? { gate: accountGate(definition.limits(settings)) } : {}),
  });
  return definition.connect({
    ...context,
    storeId: storeIdOf(definition, settings),
    http,
    records: connectionRecords(context.shop.id, context.connectionId),
    nowMs,
    unread: context.unread ?? (() => undefined),
    logger: logger.child({ connection: context.connectionId, connector: definition.id }),
  });
}

/** The shop as connectors are handed it. */
export async function connectedShop(tx: Tx, shopId: number): Promise<ConnectedShop> {
  const { id, domain, name, currency, timeZone } = await tx.shop.findUniqueOrThrow({ where: { id: shopId } });
  return { id, domain, name, currency, timeZone };
}

/** What a connection is opened from. */
export interface OpeningRow extends Pick<
  Connection,
  'id' | 'connector' | 'name' | 'state' | 'access' | 'dryRun' | 'settings' | 'credentials' | 'blocked' | 'mappingVersion'
> {
  shop: ConnectedShop;
  sharing: Sharing | null;
}

function parsedSettings(definition: ConnectorDefinition, row: OpeningRow): Record<string, unknown> {
  const stored = { ...(row.settings as Record<string, unknown>), ...openCredentials(row.shop.id, row.id, row.credentials) };
  const result = definition.settings.safeParse(stored);
  if (result.success) return result.data;
  const fields = [...new Set(result.error.issues.map((issue) => String(issue.path[0] ?? '')))].join(', ');
  throw new NeedsMerchantError('settings-incomplete', `Settings of connection ${row.id} are no longer valid: ${fields}`, {
    scope: 'connection',
    params: { fields },
  });
}

/** Opens a connection: its settings parsed, its ports made. Throws NeedsMerchantError when settings are missing or it is gone. */
export async function openConnection(shopId: number, connectionId: string): Promise<LiveConnection> {
  const row = await inShop(shopId, async (tx) => ({
    ...(await findConnection(tx, shopId, connectionId)),
    shop: await connectedShop(tx, shopId),
    sharing: await readSharing(tx, shopId, connectionId),
  }));
  return openFrom(row);
}

/** Opens a connection as it was read. Throws NeedsMerchantError when settings are missing. */
export function openFrom(row: OpeningRow): LiveConnection {
  const { shop, sharing } = row;
  const shopId = shop.id;
  const connectionId = row.id;
  const definition = definitionWith(connectorDefinition(row.connector), row.settings);
  const settings = parsedSettings(definition, row);
  const { id, name, mappingVersion, dryRun } = row;
  const unread: UnreadRow[] = [];
  const connector = connect(definition, {
    ...{ shop, connectionId, settings, tokens: tokenCache(shopId, connectionId) },
    unread: (rows) => void unread.push(...rows),
  });
  return {
    id,
    name,
    shop,
    definition,
    connector: withKitStock(
      withSkuAliases(connector, () => skuAliases(shopId, id, mappingVersion)),
      () => kitsAt(shopId, id, mappingVersion),
    ),
    access: row.access as AccessLevel,
    dryRun,
    state: row.state as ConnectionState,
    blocked: row.blocked as unknown as Blocked | null,
    storeId: storeIdOf(definition, settings),
    mappingVersion,
    sharing,
    settings,
    unread,
  };
}
