import { describe, expect, it } from 'vitest';
import { memoryRecords } from '../../contract/battery.ts';
import { batteryOrder } from '../../contract/battery-samples.ts';
import { orderwise } from '../index.ts';
import { openOffers } from './offers.ts';

const settings = orderwise.settings.parse({ mode: 'classic', stockLocations: '5 = Main Warehouse' });
const shipping = { title: 'Standard', code: 'standard', carrier: null, method: 'Standard Delivery' };
const orderOf = (reference: string) => batteryOrder({ facilityId: '5', order: { shipping } }, reference, { A: 1 });

function shelf() {
  let now = 0;
  const nowMs = () => (now += 1_000);
  const records = memoryRecords(nowMs);
  /** Lets something happen once, just before an offer is written or just after offers were read. */
  const meanwhile = (when: 'written' | 'read', happens: () => Promise<unknown>): void => {
    let waiting = true;
    const once = async (kind: unknown) => {
      if (!waiting || kind !== 'offer') return;
      waiting = false;
      await happens();
    };
    const { put, change, list } = records;
    if (when === 'read') records.list = async (...given) => list(...given).finally(() => once(given[0]));
    else {
      records.put = async (...given) => once(given[0]).then(() => put(...given));
      records.change = async (...given) => once(given[0]).then(() => change(...given));
    }
  };
  return { offers: openOffers({ records, nowMs, settings }), meanwhile };
}

describe('orders on offer, while OrderWise makes its next call before the last one was answered', () => {
  it('are not on offer again because refusals were being counted while they were confirmed', async () => {
    const { offers, meanwhile } = shelf();
    await offers.lay(orderOf('#1'));
    await offers.lay(orderOf('#2'));
    await offers.fetch();
    meanwhile('written', () => offers.remove('#2'));
    await offers.noteConfirmed(['#1']);
    expect(await offers.get('#2')).toBeNull();
  });

  it('are not on offer again because they were being withdrawn while they were confirmed', async () => {
    const { offers, meanwhile } = shelf();
    await offers.lay(orderOf('#1'));
    await offers.fetch();
    meanwhile('written', () => offers.remove('#1'));
    await offers.withdraw('#1');
    expect(await offers.get('#1')).toBeNull();
  });

  it('count as fetched by each of two fetches at once', async () => {
    const { offers, meanwhile } = shelf();
    await offers.lay(orderOf('#1'));
    await offers.lay(orderOf('#2'));
    await offers.fetch();
    meanwhile('read', async () => {
      await offers.lay(orderOf('#3'));
      await offers.fetch();
    });
    await offers.fetch();
    expect(await offers.withdraw('#3')).toBe(false);
  });
});
