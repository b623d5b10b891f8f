import { RejectedError } from '../../core/errors.ts';
import { readJson } from '../../core/read-json.ts';
import type { InboundHint, InboundPort } from '../contract/index.ts';
import { numericId, type Account } from './account.ts';
import { events, labelEvent } from './assumptions.ts';
import { atOnce } from './at-once.ts';
import { warehousesOf } from './facilities.ts';
import type { Settings } from './settings.ts';
import * as wire from './wire.ts';

const path = '/webhook/';
const response = { status: 200, contentType: 'application/json', body: '{"ok":true}' };
const includes = (types: readonly string[], type: string) => types.includes(type);

type StockSetting = keyof typeof events.stock;
const stockTypes = (settings: Settings) =>
  (Object.keys(events.stock) as StockSetting[]).flatMap((name) => (settings[name] ? [...events.stock[name]] : []));

/** What a call may mean. The same event can concern several syncs, each under an id of its own. */
function hintsOf({ id, type, data }: Pick<wire.Event, 'id' | 'type' | 'data'>, settings: Settings): InboundHint[] {
  const about: InboundHint['about'][] = [];
  if (includes(events.shipments, type)) about.push('shipments');
  if (includes(events.orders, type) && data.orderNumber) about.push('orders');
  if (includes(events.returns, type) && (data.documentType === null || data.documentType === 'return')) about.push('returns');
  if (includes(stockTypes(settings), type)) about.push('stock');
  const subjects: Partial<Record<InboundHint['about'], string | null>> = {
    orders: data.orderNumber,
    shipments: type === labelEvent ? data.boxId : null,
  };
  return about.map((one) => ({ eventId: `${id} ${one}`, about: one, subject: subjects[one] ?? null }));
}

/** Calls from PULPO carry no signature: the connection's own address, which is random, is the secret that they carry. */
export function inboundPort(account: Account): InboundPort {
  const { client, settings, owner } = account;
  // Until November 2026 a secret made from the password followed the address, by which the password could be guessed: `subscribe` takes it out.
  const ours = async (address: string) =>
    (await client.list(path, 'webhooks', wire.webhook)).filter(({ url }) => url.split('?')[0] === address);
  const remove = (id: string) => client.write('DELETE', `${path}${id}`, undefined, wire.anything);

  async function unsubscribe(address: string): Promise<void> {
    await atOnce(await ours(address), ({ id }) => remove(id));
  }

  return {
    receive({ body }) {
      let call: unknown;
      try {
        call = readJson(body);
      } catch {
        call = undefined;
      }
      const event = wire.event.safeParse(call);
      if (!event.success) return Promise.reject(new RejectedError('pulpo-call-unreadable', 'This is no event of PULPO'));
      return Promise.resolve({ hints: hintsOf(event.data, settings), response });
    },

    async subscribe(address) {
      if (!settings.webhooks) return unsubscribe(address);
      const types = [...new Set([...events.shipments, ...events.orders, ...events.returns, ...stockTypes(settings)])];
      const [{ usable }, made] = await Promise.all([warehousesOf(account), ours(address)]);
      await atOnce(usable, async ({ id }) => {
        const body = {
          ...{
            url: address,
            method: 'POST',
            allowed_types: types,
            enabled: true,
            warehouse_id: numericId(id),
          },
          ...(owner.merchant_id === undefined ? {} : { merchant_id: owner.merchant_id }),
        };
        const [known, ...doubles] = made.filter(({ warehouse_id: warehouse }) => warehouse === id);
        for (const double of doubles) await remove(double.id);
        const current =
          known && known.url === body.url && known.enabled && [...known.allowed_types].sort().join() === [...types].sort().join();
        if (current) return;
        if (known) await client.write('PUT', `${path}${known.id}`, body, wire.anything);
        else await client.write('POST', path, body, wire.anything);
      });
      const gone = made.filter(({ warehouse_id: warehouse }) => !usable.some(({ id }) => id === warehouse));
      await atOnce(gone, ({ id }) => remove(id));
    },

    unsubscribe,
  };
}
