import type { CarrierRule } from '../../connections/carrier-rules.ts';
import type { Tracking } from '../../connectors/contract/index.ts';

/**
 * Standard carrier alpha codes (SCAC) and the names under which Shopify knows these companies: it then makes the link itself.
 * Sources: NMFTA's public SCAC look-up; Shopify's list of supported tracking companies (FulfillmentTrackingInfo.company).
 */
const companyOfScac: Readonly<Record<string, string>> = {
  upsn: 'UPS',
  upss: 'UPS',
  fdeg: 'FedEx',
  fdxg: 'FedEx',
  fedx: 'FedEx',
  fden: 'FedEx',
  usps: 'USPS',
  uspsp: 'USPS',
  dhlc: 'DHL Express',
  dhlx: 'DHL Express',
  dhlg: 'DHL eCommerce',
  onra: 'OnTrac',
  lshi: 'LaserShip',
  cpc: 'Canada Post',
  puro: 'Purolator',
};

const plain = (text: string): string => text.trim().toLowerCase();

/** Whether a carrier's code says by itself which company it is. */
export const isKnownScac = (carrier: string): boolean => plain(carrier) in companyOfScac;

function linkOf(template: string, number: string): string {
  return template.replaceAll('{number}', encodeURIComponent(number)).replaceAll('%7Bnumber%7D', encodeURIComponent(number));
}

/**
 * Tracking as Shopify is told it: the merchant's rule for the carrier first, then what its SCAC stands for, else as the back office writes it. A rule's
 * address wins over the back office's link. Pure.
 */
export function dressTracking(tracking: readonly Tracking[], rules: readonly CarrierRule[]): Tracking[] {
  return tracking.map(({ number, carrier, url }) => {
    const name = plain(carrier ?? '');
    const rule = rules.find((one) => plain(one.carrier) === name);
    const company = rule?.company || companyOfScac[name] || carrier;
    return { number, carrier: company, url: rule?.url ? linkOf(rule.url, number) : url };
  });
}
