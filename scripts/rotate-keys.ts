import { openDatabase } from '../database/open.ts';

/**
 * `npm run rotate-keys`: seals everything again with the newest of ENCRYPTION_KEYS. Add the new key, restart all processes, run this, then
 * the old key can go. It can be run at any time and again.
 */
const database = await openDatabase({ onNote: (note) => process.stderr.write(`${note}\n`) });
process.env['DATABASE_URL'] = database.url;
const { inSystem } = await import('../app/db/scope.ts');
const { prisma } = await import('../app/db/client.ts');
const { resealSessions } = await import('../app/shopify/sessions/session-table.ts');
const { resealCredentials } = await import('../app/connections/connections.ts');
const { resealRecords } = await import('../app/connections/record-privacy.ts');
const { resealRecipients } = await import('../app/alerts/recipient-secrets.ts');
const { resealMailPassword } = await import('../app/alerts/settings-store.ts');
const { resealPersonalData } = await import('../app/stockroom/retention.ts');

/** Calls a resealing step until nothing is left to do. */
async function untilDone(step: () => Promise<number>): Promise<number> {
  let total = 0;
  for (let done = await step(); done > 0; done = await step()) total += done;
  return total;
}

const sessions = await resealSessions();
let credentials = 0;
let documents = 0;
let addresses = 0;
let alerts = 0;
for (const { id } of await inSystem('list-shops', (tx) => tx.shop.findMany({ select: { id: true } }))) {
  credentials += await resealCredentials(id);
  documents += await resealRecords(id);
  alerts += (await resealRecipients(id)) + (await resealMailPassword(id));
  addresses += await untilDone(() => resealPersonalData(id));
}
process.stdout.write(
  `Sealed with the newest key: ${sessions.done} sessions, ${credentials} connections, ${documents} documents, ${addresses} addresses, ${alerts} webhooks and mail servers\n`,
);
if (sessions.unopened > 0) {
  process.stderr.write(
    `${sessions.unopened} sessions could not be opened with any of ENCRYPTION_KEYS. Keep the old key, or add it again and run this once more.\n`,
  );
  process.exitCode = 1;
}
await prisma.$disconnect();
await database.stop();
