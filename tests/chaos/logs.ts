import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findLeaks, type Planted } from '../security/log-scanner.ts';
import type { Violation } from './violation.ts';

/** Who buys in every order of the suite: words that stand nowhere else, so that one of them in a log is this buyer. */
export const plantedBuyer = {
  customer: {
    firstName: 'Quillonia',
    lastName: 'Plantagon',
    email: 'quillonia.plantagon@buyer.example',
    phone: '+44 20 7946 0951',
  },
  email: 'quillonia.plantagon@buyer.example',
  note: 'Plantnote: ring twice at the blue door',
};

export const streetOf = (house: number): string => `Quibblethorpe ${house}`;

/** Where it is sent: this, and not the customer, is what back offices are handed. Each order has a house of its own, so that none can go to another's unseen. */
export const addressIn = (street: string) => ({ ...plantedAddress, address1: street });

const plantedAddress = {
  firstName: 'Quillonia',
  lastName: 'Plantagon',
  address2: 'Plantstair',
  city: 'Plantchester',
  province: 'New York',
  provinceCode: 'NY',
  zip: '10013',
  country: 'United States',
  countryCode: 'US',
  phone: '+1 212 555 0162',
};

/** Of what an account's settings hold, these are no secrets; the rest of the texts is looked for. */
const noSecret = new Set(['baseUrl', 'environment', 'mode', 'productStoreId', 'username', 'orderSource', 'apiUser']);

/** What must not stand in the logs: the buyer, what opens the back office's account, and what the processes were started with. */
export function plantedIn(data: string, account: Record<string, unknown>): Planted {
  const { firstName, lastName, email, phone } = plantedBuyer.customer;
  const secrets = Object.entries(account).flatMap(([name, value]) =>
    typeof value === 'string' && value.length >= 4 && !noSecret.has(name) ? [value] : [],
  );
  const [, key = ''] = readFileSync(path.join(data, 'encryption-keys'), 'utf8').trim().split(':');
  return {
    names: [firstName, lastName],
    emails: [email],
    phones: [phone, plantedAddress.phone],
    addresses: [plantedBuyer.note, 'Quibblethorpe', plantedAddress.address2, plantedAddress.city],
    secrets: [...new Set([...secrets, key, 'crossdock-sandbox-secret'])],
  };
}

/** The web process and two workers write one each. */
const LOGS = 3;

const violation = (subject: string, what: string): Violation => ({
  ...{ invariant: 'logs', subject, what, shopify: null, backOffice: null, app: null },
});

/** Every log of the app's processes, looked through for persons and secrets; each leak is a violation, and so is it where nothing was written. */
export function leaksInLogs(data: string, planted: Planted): Violation[] {
  const logs = readdirSync(data)
    .filter((file) => file.endsWith('.log'))
    .map((file) => ({ file, text: readFileSync(path.join(data, file), 'utf8') }));
  const written = logs.filter(({ text }) => text.trim() !== '').length;
  return [
    ...(written < LOGS ? [violation(data, `${written} logs have lines, of ${LOGS}: nothing was looked through`)] : []),
    ...logs.flatMap(({ file, text }) =>
      findLeaks(text, planted).map(({ line, kind, text: shown }) =>
        violation(`${file}, line ${line}`, `tells a person or a secret (${kind}): ${shown}`),
      ),
    ),
  ];
}
