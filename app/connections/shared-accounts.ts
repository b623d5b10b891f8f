import type { Connection } from '@prisma/client';
import { inShop } from '../db/scope.ts';
import { openCredentials } from './credentials.ts';
import { connectorDefinition } from './known-connectors.ts';
import { describeSettings, isShown } from './settings-form.ts';

/** Active connections that use one account (a session, a till) although its vendor allows but one at a time. */
export interface SharedAccount {
  connector: string;
  /** Names of the settings that make the account. */
  fields: string[];
  connectionIds: string[];
}

/**
 * What makes the account of a connection, as one text: the fields that its connector declares as `exclusive`, as the connector reads them,
 * so that two ways to write an address are one. Null where nothing is forbidden, or something of it isn't filled in.
 */
function accountOf(row: Connection): string | null {
  const definition = connectorDefinition(row.connector);
  if (!definition.exclusive) return null;
  const plain = row.settings as Record<string, unknown>;
  const parsed = definition.settings.safeParse({ ...plain, ...openCredentials(row.shopId, row.id, row.credentials) });
  const values: Record<string, unknown> = parsed.success ? parsed.data : plain;
  const fields = describeSettings(definition);
  const parts = definition.exclusive.map((name) => {
    const field = fields.find((one) => one.name === name);
    const value = values[name];
    if (!field || !isShown(field, values) || (typeof value !== 'string' && typeof value !== 'number')) return '';
    return String(value).trim().toLowerCase();
  });
  return parts.includes('') ? null : JSON.stringify([row.connector, ...parts]);
}

/** Which of the shop's active connections share an account that must not be shared. */
export function readSharedAccounts(shopId: number): Promise<SharedAccount[]> {
  return inShop(shopId, async (tx) => {
    const rows = await tx.connection.findMany({ where: { shopId, state: 'active' }, orderBy: [{ createdAt: 'asc' }] });
    const byAccount = Map.groupBy(
      rows.flatMap((row) => {
        const account = accountOf(row);
        return account === null ? [] : [{ account, row }];
      }),
      ({ account }) => account,
    );
    return [...byAccount.values()]
      .filter((users) => users.length > 1)
      .map((users) => ({
        connector: users[0]?.row.connector ?? '',
        fields: [...(connectorDefinition(users[0]?.row.connector ?? '').exclusive ?? [])],
        connectionIds: users.map(({ row }) => row.id),
      }));
  });
}
