import { RejectedError, TransientError } from '../../../core/errors.ts';
import type { ChangeVerdict, ConnectContext, OrdersPort } from '../../contract/index.ts';
import { lookAgainMs } from '../assumptions.ts';
import { checkNumber } from '../order-body.ts';
import { remembranceOf } from '../order-memory.ts';
import type { Settings } from '../settings.ts';
import { changeJournal } from './journal.ts';
import { classicMemory, classicOrder, type ClassicMemory } from './memory.ts';
import { openOffers } from './offers.ts';
import { salesOrderXml } from './order-xml.ts';

/** Orders are laid out until OrderWise fetches them. Until then they can be changed and taken back; afterwards only in OrderWise. */
export function classicOrdersPort(context: ConnectContext<Settings>): OrdersPort {
  const { records, settings } = context;
  const offers = openOffers(context);
  const memory = classicMemory(records);
  const journal = changeJournal(records);

  /** What is remembered, unless laying it out was cut short: then the order was never there. */
  async function laidOut(reference: string): Promise<ClassicMemory | null> {
    const found = await memory.get(reference);
    return found?.stage === 'offered' && !(await offers.get(reference)) ? null : found;
  }

  async function remembered(remoteId: string): Promise<ClassicMemory> {
    const found = await memory.get(remoteId);
    if (found) return found;
    throw new RejectedError('orderwise-record-gone', 'Nothing is remembered of this order', { params: { reference: remoteId } });
  }

  /** Null when the order is certainly not in OrderWise; the verdict when it is. Throws TransientError while nobody can say. */
  async function takeBack(known: ClassicMemory): Promise<ChangeVerdict | null> {
    const { reference } = known;
    if (known.stage === 'offered') {
      const certain = await offers.withdraw(reference);
      const now = await remembered(reference);
      if (now.stage === 'offered') {
        if (certain) return null;
        throw new TransientError('orderwise-unconfirmed', 'OrderWise fetched the order and has not confirmed it yet', {
          retryAfterMs: lookAgainMs,
          params: { reference },
        });
      }
    }
    const { state } = classicOrder(await remembered(reference), settings);
    return { verdict: 'too-late', state, text: 'OrderWise has fetched the order: it can only be changed there.' };
  }

  return {
    // A document that is fetched, not sent: it is shown as the text that it is.
    preview: (order) => Promise.resolve([{ call: 'XML', body: salesOrderXml(order, settings) }]),

    async create(order) {
      checkNumber(order.reference);
      const before = await laidOut(order.reference);
      if (before) return classicOrder(before, settings);
      const fresh: ClassicMemory = {
        ...remembranceOf(order),
        ...{ stage: 'offered', confirmedAt: null, status: null, deliveries: [], unconfirmed: false },
      };
      // The memory first: an order is never laid out of which nothing is known when it is confirmed.
      await memory.put(fresh);
      await offers.lay(order);
      return classicOrder(fresh, settings);
    },

    async find(reference) {
      const found = await laidOut(reference);
      return found && classicOrder(found, settings);
    },

    async *changes({ since }) {
      yield* journal.since(since);
    },

    async amend(remoteId, order) {
      const known = await remembered(remoteId);
      const tooLate = await takeBack(known);
      if (tooLate) return tooLate;
      const now = { ...known, ...remembranceOf(order), unconfirmed: false };
      await memory.put(now);
      await offers.lay(order);
      return { verdict: 'accepted', order: classicOrder(now, settings) };
    },

    async cancel(remoteId) {
      const known = await remembered(remoteId);
      if (known.stage !== 'withdrawn') {
        const tooLate = await takeBack(known);
        if (tooLate) return tooLate;
      }
      const now: ClassicMemory = { ...known, stage: 'withdrawn' };
      await memory.put(now);
      await offers.remove(remoteId);
      return { verdict: 'accepted', order: classicOrder(now, settings) };
    },
  };
}
