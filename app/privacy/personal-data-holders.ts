import { BugError } from '../core/errors.ts';

/** Whose data Shopify asks about: the customer's id and the orders' ids (gids). */
export interface PersonInQuestion {
  customerId: string | null;
  orderIds: string[];
}

/** A part of the product that keeps personal data of its own (the built-in back office keeps addresses until an order is closed). */
export interface PersonalDataHolder {
  name: string;
  /** Forgets one customer; answers how many records were changed. */
  redact(shopId: number, person: PersonInQuestion): Promise<number>;
  /** What is held of one customer, as it may be handed to the merchant. */
  collect(shopId: number, person: PersonInQuestion): Promise<unknown[]>;
  /** Forgets what belongs to orders closed before a moment, or untouched since another; answers how many records were changed. */
  purge(shopId: number, closedBefore: Date, untouchedSince: Date): Promise<number>;
}

let holders: readonly PersonalDataHolder[] | undefined;

/** Called once by each composition root: this folder must not know who they are. */
export function setPersonalDataHolders(all: readonly PersonalDataHolder[]): void {
  holders = all;
}

/** Throws BugError when nobody said who they are: then a redaction would look done and wouldn't be. */
export function personalDataHolders(): readonly PersonalDataHolder[] {
  if (!holders) throw new BugError('no-data-holders', 'setPersonalDataHolders was not called in this process');
  return holders;
}
