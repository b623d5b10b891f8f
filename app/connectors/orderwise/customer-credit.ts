import { amountOf, type CustomerCredit, type CustomersPort } from '../contract/index.ts';
import type { Account } from './account.ts';
import { beginningOfTime, noParameters, overlapMs, sinceParameter } from './assumptions.ts';
import { demandColumns, exportRow } from './export-rows.ts';
import { sinceLocal } from './local-time.ts';

/** Available credit and credit used, by the export definition of the settings (orderwise.md §2 "Credit sync"). Null where the merchant named none. */
export function customersPort(account: Account): CustomersPort | null {
  const { client, context, settings } = account;
  const id = settings.creditExportId;
  if (id === null) return null;
  const { currency } = context.shop;
  const amount = (value: number | null): number | null => (value === null ? null : amountOf(value.toFixed(6), currency));
  return {
    async *credit({ since }) {
      const now = context.nowMs();
      const value = since === null ? beginningOfTime : sinceLocal(Number(since) - overlapMs, now, settings.timeZone);
      const parameters = settings.creditExportStyle === 'since' ? [{ name: sinceParameter, value }] : noParameters;
      const rows = (await client.runExport(id, parameters)).map(exportRow);
      demandColumns(rows, ['account', 'email', 'availableCredit', 'creditUsed'], id);
      const customers = rows.flatMap((row): CustomerCredit[] => {
        const remoteId = row.text('account');
        const email = row.text('email');
        const credit = { available: amount(row.number('availableCredit')), used: amount(row.number('creditUsed')) };
        // OrderWise's own data has web addresses where an e-mail address should be.
        return remoteId === null ? [] : [{ remoteId, email: email?.includes('@') ? email : null, ...credit }];
      });
      yield { customers, cursor: String(now) };
    },
  };
}
