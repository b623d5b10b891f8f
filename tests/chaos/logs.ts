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
    phones: [phone],
    addresses: [plantedBuyer.note],
    secrets: [...new Set([...secrets, key, 'crossdock-sandbox-secret'])],
  };
}

/** Every log of the app's processes, looked through for persons and secrets; each leak is a violation. */
export function leaksInLogs(data: string, planted: Planted): Violation[] {
  return readdirSync(data)
    .filter((file) => file.endsWith('.log'))
    .flatMap((file) => {
      const leaks = findLeaks(readFileSync(path.join(data, file), 'utf8'), planted);
      return leaks.map(({ line, kind, text: shown }): Violation => ({
        ...{ invariant: 'logs', subject: `${file}, line ${line}`, what: `tells a person or a secret (${kind}): ${shown}` },
        ...{ shopify: null, backOffice: null, app: null },
      }));
    });
}
