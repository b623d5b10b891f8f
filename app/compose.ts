import { setConnectors } from './connections/known-connectors.ts';
import { recordsOfPerson, redactRecords } from './connections/record-privacy.ts';
import { connectors } from './connectors/registry.ts';
import { setPersonalDataHolders } from './privacy/personal-data-holders.ts';
import { onInstalled } from './shopify/install.ts';
import { listenToChanges } from './stockroom/announce.ts';
import { personalDataOf, purgePersonalData, redactCustomer } from './stockroom/retention.ts';
import { hearStockroom } from './sync/inbox/hear-stockroom.ts';
import { welcomeShop } from './sync/shop/welcome-shop.ts';

/** Puts the parts together that must not know each other. Each process calls it once, before its first request or job. */
export function compose(): void {
  setConnectors(connectors);
  onInstalled(welcomeShop);
  listenToChanges(hearStockroom);
  setPersonalDataHolders([
    { name: 'stockroom', redact: redactCustomer, collect: personalDataOf, purge: purgePersonalData },
    // The purge removes documents by their age.
    { name: 'connection documents', redact: redactRecords, collect: recordsOfPerson, purge: () => Promise.resolve(0) },
  ]);
}
