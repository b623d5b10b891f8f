import { z } from 'zod';
import type { Capabilities } from '../connectors/contract/index.ts';
import { pageBlanks, pagePattern } from './page-pattern.ts';

/** What a merchant sets for the stock of a connection. What each location shows, and what is kept back of it, stands with the locations (stock-places.ts). */
export const inventorySettings = z.object({
  /** What of a product is the back office's code for stock: as the products sync has it, the SKU, the barcode, Shopify's id, or its SKU alias alone. */
  matchBy: z.enum(['products', 'sku', 'barcode', 'id', 'alias']).default('products'),
  /** Below it Shopify shows 0: with 5, four pieces are shown as none and five as five. */
  minimumLevel: z.int().min(0).max(1_000_000).default(0),
  /**
   * Products that go on selling at none: limits: as all others, since what somebody keeps back is kept back of everything unless they say otherwise;
   * true-number: without safety stock, threshold and minimum level; leave-out: not published.
   */
  continueSelling: z.enum(['limits', 'true-number', 'leave-out']).default('limits'),
  /** What publishes at once, beside the schedule: news from the back office, a change made in Shopify. */
  events: z.array(z.enum(['back-office', 'shopify'])).default(['back-office', 'shopify']),
  /** Everything is pulled, read and compared this often; between, only what changed. */
  fullEveryHours: z.int().min(1).max(168).default(24),
  /** A run that would set more than this share of all levels to zero waits for a yes. */
  brakePercent: z.int().min(1).max(100).default(50),
  /** A run that would change more levels than this waits for a yes. */
  brakeUnits: z.int().min(1).max(10_000_000).default(1000),
  /** Whether a product is stocked at a mapped location where Shopify doesn't stock it yet. */
  activateLevels: z.boolean().default(true),
  /** Whether a statement publishes levels again that Shopify shows otherwise. The brake still asks first. */
  autoRepair: z.boolean().default(true),
  /** Where a facility's page is in the back office: an address with `{id}` or `{name}`. */
  facilityPage: pagePattern(pageBlanks.facility).meta({ placeholder: 'https://wms.example.com/warehouses/{id}' }),
});

/** What a merchant sets for its shipments. */
export const shipmentSettings = z.object({
  /** Whether news from the back office is read at once, beside the schedule. */
  atOnce: z.boolean().default(true),
  notifyCustomer: z.boolean().default(false),
  /** partial: each parcel becomes a fulfilment; complete: only when everything left. */
  when: z.enum(['partial', 'complete']).default('partial'),
  /** What ships from another facility than the order was given to: fulfilled where the order is, or moved to the location of that facility first. */
  otherFacility: z.enum(['fulfil-here', 'move']).default('fulfil-here'),
  /** Whether lot and serial numbers are added to the order's note. */
  lotNumbers: z.boolean().default(false),
  /** Whether a statement mirrors parcels again that are missing in Shopify. */
  autoRepair: z.boolean().default(true),
});

/** What a merchant sets for its returns. Money moves only where the merchant said so. */
export const returnSettings = z.object({
  /** Whether news from the back office is read at once, beside the schedule. */
  atOnce: z.boolean().default(true),
  /** Whether a return received becomes a refund in Shopify; money moves only where the merchant said so. */
  refund: z.boolean().default(false),
  refundShipping: z.boolean().default(false),
  notifyCustomer: z.boolean().default(false),
  /** Whether Shopify restocks too; never where the back office's own stock is published anyway. */
  restock: z.boolean().default(false),
  /** Where: at the location of the facility that received the goods, or where they were shipped from. */
  restockAt: z
    .enum(['receiving', 'original'])
    .default('receiving')
    .meta({ when: { name: 'restock', is: 'true' } }),
  /** Whether a return received is registered in Shopify: not at all, left in progress, or closed at once without restocking. */
  register: z.enum(['no', 'open', 'close']).default('no'),
  /** Whether money that the back office gives back without goods is refunded in Shopify. */
  withoutItems: z.boolean().default(false),
  /** Whether an order that Crossdock doesn't know is taken in from Shopify when goods of it come back. */
  importUnknown: z.boolean().default(true),
  /** Whether the warehouse's notes stand in the refund and the return in Shopify. */
  carryNotes: z.boolean().default(true),
  /** Whether returns opened in Shopify are announced to the back office. */
  announce: z.boolean().default(false),
});

/** The page's sections in their order, most used first; all but the first are folded. Each setting stands in exactly one. */
export const inventorySettingGroups: Record<string, readonly (keyof typeof inventorySettings.shape)[]> = {
  usual: ['minimumLevel', 'continueSelling', 'matchBy'],
  limits: ['brakePercent', 'brakeUnits', 'activateLevels'],
  times: ['events', 'fullEveryHours', 'autoRepair'],
  links: ['facilityPage'],
};

/** Likewise. */
export const returnSettingGroups: Record<string, readonly (keyof typeof returnSettings.shape)[]> = {
  usual: ['refund', 'refundShipping', 'withoutItems', 'notifyCustomer'],
  goods: ['restock', 'restockAt', 'register', 'carryNotes'],
  more: ['importUnknown', 'announce', 'atOnce'],
};

/** Whether a setting of stock does anything for a back office that can do this. */
export const offersInventorySetting = (name: string, { tellsPages }: Pick<Capabilities, 'tellsPages'>): boolean =>
  name !== 'facilityPage' || tellsPages !== true;

/** Whether the back office can do what a setting is about; what it can't isn't asked. */
export const offersReturnSetting = (
  name: string,
  { expectsReturns, refundsWithoutGoods }: Pick<Capabilities, 'expectsReturns' | 'refundsWithoutGoods'>,
): boolean => (name !== 'announce' || expectsReturns === true) && (name !== 'withoutItems' || refundsWithoutGoods === true);
