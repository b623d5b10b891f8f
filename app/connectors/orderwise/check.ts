import { NeedsMerchantError, RejectedError } from '../../core/errors.ts';
import type { CheckStep } from '../contract/index.ts';
import type { Account } from './account.ts';
import { noParameters, sinceParameter } from './assumptions.ts';
import { toLocal } from './local-time.ts';
import type { ListName } from './value-lists.ts';
import * as wire from './wire.ts';
import { pairsIn } from './words.ts';

/** An empty order: a session that exists refuses it for what it lacks, and nothing is made. */
async function checkSession({ client, settings }: Account): Promise<void> {
  try {
    await client.write('POST', '/sales/order', {}, wire.anything, { session_id: settings.sessionId ?? 0 });
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error;
    if (error.code === 'orderwise-record-gone') {
      throw new NeedsMerchantError('orderwise-session-unknown', 'OrderWise has no such session', {
        scope: 'connection',
        params: error.params,
      });
    }
  }
}

/** Runs each definition of the settings for the last moment only. */
async function checkExports({ client, settings, context }: Account): Promise<string[]> {
  const since = [{ name: sinceParameter, value: toLocal(context.nowMs(), settings.timeZone) }];
  const fixed = (style: string) => (style === 'window' ? noParameters : since);
  const stock = fixed(settings.stockExportStyle);
  const status = fixed(settings.statusExportStyle);
  const ran: string[] = [];
  for (const [id, parameters] of [
    [settings.stockExportId, stock],
    [settings.kitExportId, stock],
    [settings.statusExportId, status],
    [settings.returnExportId, since],
    [settings.creditExportId, settings.creditExportStyle === 'since' ? since : noParameters],
    [settings.productExportId, settings.productExportStyle === 'since' ? since : noParameters],
  ] as const) {
    if (id === null) continue;
    await client.runExport(id, parameters);
    ran.push(String(id));
  }
  return ran;
}

/** Step by step from the address to what the settings name; each fails with its own fix. */
export function checkSteps(account: Account): CheckStep[] {
  const { client, settings, lists } = account;
  const named: [ListName, string][] = [
    ['stockLocation', settings.stockLocation],
    ['deliveryMethod', settings.defaultDeliveryMethod],
    ['orderType', settings.orderType],
    ['currency', settings.currency],
    ['priceList', settings.priceList],
    ...(pairsIn(settings.taxRates) ?? []).map(([, rate]): [ListName, string] => ['taxRate', rate]),
  ];
  return [
    {
      step: 'reachable',
      async run() {
        await client.reach();
        return {};
      },
    },
    {
      step: 'login',
      async run() {
        await client.logIn();
        return {};
      },
    },
    {
      step: 'lists',
      async run() {
        return { detail: (await lists.all('stockLocation')).map(({ name }) => name).join(', ') };
      },
    },
    {
      step: 'session',
      async run() {
        await checkSession(account);
        return { detail: String(settings.sessionId) };
      },
    },
    {
      step: 'exports',
      async run() {
        return { detail: (await checkExports(account)).join(', ') };
      },
    },
    {
      step: 'choices',
      async run() {
        for (const [list, typed] of named) if (typed !== '') await lists.mustHave(list, typed);
        return {};
      },
    },
  ];
}
