import { z } from 'zod';
import type { Capabilities, SyncKind } from '../connectors/contract/index.ts';

/** Shopify's OrderDisplayFinancialStatus. */
export const financialStatuses = [
  'AUTHORIZED',
  'EXPIRED',
  'PAID',
  'PARTIALLY_PAID',
  'PARTIALLY_REFUNDED',
  'PENDING',
  'REFUNDED',
  'VOIDED',
] as const;

const tag = z.string().trim().min(1).max(255);
const tags = z.array(tag).max(50);

/** What a merchant sets for each sync of a connection. Every field has a default, so that an empty record is valid. */
export const syncSettingsSchemas = {
  products: z.object({
    /** What the back office matches by. */
    identifier: z.enum(['sku', 'barcode']).default('sku'),
    /** Leaves out what nobody ships: gift cards, digital items. */
    physicalOnly: z.boolean().default(true),
    priceSource: z.enum(['price', 'cost']).default('price'),
  }),
  orders: z.object({
    /** From which payment states an order goes; the default is the connector's own. */
    financialStatuses: z.array(z.enum(financialStatuses)).min(1),
    requiredTags: tags.default([]),
    requiredTagsMode: z.enum(['all', 'any']).default('all'),
    excludedTags: tags.default([]),
    /** ISO 8601; orders placed before it are skipped as too old. Null: those placed since the sync was first switched on. */
    earliestOrderDate: z
      .union([z.iso.datetime({ offset: true }), z.iso.date()])
      .nullable()
      .default(null),
    /** Minutes an order waits for the buyer's and the merchant's changes before it goes. */
    editWindowMinutes: z.int().min(0).max(10_080).default(0),
    unmappedShipping: z.enum(['hold', 'send']).default('hold'),
    unmappedPayment: z.enum(['hold', 'send']).default('send'),
    /** Tag put on orders that went; empty: none. */
    tagImported: z.string().trim().max(255).default(''),
    /** Whether the order's note goes along. */
    orderNote: z.boolean().default(true),
    /** Whether a statement takes orders in again that are missing here or in the back office. */
    autoRepair: z.boolean().default(true),
  }),
  inventory: z.object({
    /** Below it Shopify shows 0: with 5, four pieces are shown as none and five as five. */
    minimumLevel: z.int().min(0).max(1_000_000).default(0),
    /** A run that would set more than this share of all levels to zero waits for a yes. */
    brakePercent: z.int().min(1).max(100).default(50),
    /** A run that would change more levels than this waits for a yes. */
    brakeUnits: z.int().min(1).max(10_000_000).default(1000),
    /** Whether a product is stocked at a mapped location where Shopify doesn't stock it yet. */
    activateLevels: z.boolean().default(true),
    /** Whether a statement publishes levels again that Shopify shows otherwise. The brake still asks first. */
    autoRepair: z.boolean().default(true),
  }),
  shipments: z.object({
    notifyCustomer: z.boolean().default(false),
    /** partial: each parcel becomes a fulfilment; complete: only when everything left. */
    when: z.enum(['partial', 'complete']).default('partial'),
    /** Whether a statement mirrors parcels again that are missing in Shopify. */
    autoRepair: z.boolean().default(true),
  }),
  returns: z.object({
    /** Whether a return received becomes a refund in Shopify; money moves only where the merchant said so. */
    refund: z.boolean().default(false),
    refundShipping: z.boolean().default(false),
    notifyCustomer: z.boolean().default(false),
    /** Whether Shopify restocks too; false where the back office's own stock is published anyway. */
    restock: z.boolean().default(false),
  }),
} satisfies Record<SyncKind, z.ZodObject>;

export type SyncSettings<Kind extends SyncKind> = z.infer<(typeof syncSettingsSchemas)[Kind]>;

function connectorDefaults(
  kind: SyncKind,
  capabilities: Pick<Capabilities, 'defaultFinancialStatuses'>,
): Record<string, unknown> {
  return kind === 'orders' ? { financialStatuses: [...capabilities.defaultFinancialStatuses] } : {};
}

/** Everything at its default, as the settings page compares with. */
export function defaultSyncSettings<Kind extends SyncKind>(
  kind: Kind,
  capabilities: Pick<Capabilities, 'defaultFinancialStatuses'>,
): SyncSettings<Kind> {
  return syncSettingsSchemas[kind].parse(connectorDefaults(kind, capabilities)) as SyncSettings<Kind>;
}

/** Validates what somebody entered; fields left out take their default. */
export function checkSyncSettings(
  kind: SyncKind,
  given: Record<string, unknown>,
  capabilities: Pick<Capabilities, 'defaultFinancialStatuses'>,
) {
  return syncSettingsSchemas[kind].safeParse({ ...connectorDefaults(kind, capabilities), ...given });
}

/** Reads what is stored. A value that an older version allowed and this one doesn't falls back to its default; the rest stays. */
export function readSyncSettings<Kind extends SyncKind>(
  kind: Kind,
  stored: Record<string, unknown>,
  capabilities: Pick<Capabilities, 'defaultFinancialStatuses'>,
): SyncSettings<Kind> {
  const result = checkSyncSettings(kind, stored, capabilities);
  if (result.success) return result.data as SyncSettings<Kind>;
  const faulty = new Set(result.error.issues.map((issue) => String(issue.path[0])));
  const kept = Object.fromEntries(Object.entries(stored).filter(([name]) => !faulty.has(name)));
  return syncSettingsSchemas[kind].parse({ ...connectorDefaults(kind, capabilities), ...kept }) as SyncSettings<Kind>;
}
