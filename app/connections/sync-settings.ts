import type { z } from 'zod';
import type { Capabilities, SyncKind } from '../connectors/contract/index.ts';
import { inventorySettings, returnSettings, shipmentSettings } from './goods-settings.ts';
import { orderSettings } from './order-settings.ts';
import { productSettings } from './product-settings.ts';

/** What a merchant sets for each sync of a connection. Every field has a default, so that an empty record is valid. */
export const syncSettingsSchemas = {
  products: productSettings,
  orders: orderSettings,
  inventory: inventorySettings,
  shipments: shipmentSettings,
  returns: returnSettings,
} satisfies Record<SyncKind, z.ZodObject>;

export type SyncSettings<Kind extends SyncKind> = z.infer<(typeof syncSettingsSchemas)[Kind]>;

/** What a connector declares that defaults are made of. */
type OwnDefaults = Pick<Capabilities, 'defaultFinancialStatuses' | 'defaultCancelStatuses' | 'recordsHandedOver'>;

function connectorDefaults(kind: SyncKind, capabilities: OwnDefaults): Record<string, unknown> {
  if (kind !== 'orders') return {};
  return {
    financialStatuses: [...capabilities.defaultFinancialStatuses],
    cancelStatuses: [...(capabilities.defaultCancelStatuses ?? [])],
    posSales: capabilities.recordsHandedOver ? 'record' : 'leave-out',
  };
}

/** Everything at its default, as the settings page compares with. */
export function defaultSyncSettings<Kind extends SyncKind>(kind: Kind, capabilities: OwnDefaults): SyncSettings<Kind> {
  return syncSettingsSchemas[kind].parse(connectorDefaults(kind, capabilities)) as SyncSettings<Kind>;
}

/** Validates what somebody entered; fields left out take their default. */
export function checkSyncSettings(kind: SyncKind, given: Record<string, unknown>, capabilities: OwnDefaults) {
  return syncSettingsSchemas[kind].safeParse({ ...connectorDefaults(kind, capabilities), ...given });
}

/** Reads what is stored. A value that an older version allowed and this one doesn't falls back to its default; the rest stays. */
export function readSyncSettings<Kind extends SyncKind>(
  kind: Kind,
  stored: Record<string, unknown>,
  capabilities: OwnDefaults,
): SyncSettings<Kind> {
  const result = checkSyncSettings(kind, stored, capabilities);
  if (result.success) return result.data as SyncSettings<Kind>;
  const faulty = new Set(result.error.issues.map((issue) => String(issue.path[0])));
  const kept = Object.fromEntries(Object.entries(stored).filter(([name]) => !faulty.has(name)));
  return syncSettingsSchemas[kind].parse({ ...connectorDefaults(kind, capabilities), ...kept }) as SyncSettings<Kind>;
}
