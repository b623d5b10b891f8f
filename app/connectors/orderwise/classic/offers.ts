import { z } from 'zod';
import type { ConnectContext, SalesOrder } from '../../contract/index.ts';
import { fetchesUntilNamed, refusalsUntilCertain } from '../assumptions.ts';
import type { Settings } from '../settings.ts';
import { salesOrderXml } from './order-xml.ts';

const kind = 'offer';
const offerShape = z.object({
  reference: z.string(),
  /** Shopify's ids, so that a request to forget somebody finds the document. */
  order: z.string(),
  customer: z.string().nullable(),
  xml: z.string(),
  offeredAt: z.number(),
  /** Not handed out any more: it is being changed or taken back. */
  withdrawn: z.boolean(),
  /** Runs that confirmed orders fetched with this one, and not this one; and when the last of them did. */
  refusals: z.number().default(0),
  refusedAt: z.number().nullable().default(null),
});
type Offer = z.output<typeof offerShape>;

const fetchKind = 'offer-fetch';
const fetchShape = z.object({
  /** Last fetches, newest first: when, and which orders were in them. */
  fetches: z.array(z.object({ at: z.number(), references: z.array(z.string()) })),
  /** When each order that is on offer was last fetched. */
  handedOut: z.record(z.string(), z.number()).default({}),
  /** Where the next fetch goes on where there are more than fit in one. */
  after: z.string().nullable(),
});

/** The last fetch of which something was confirmed. */
const answerShape = z.object({ fetchedAt: z.number() });

/** Orders that are laid out until OrderWise confirms them. They hold what OrderWise must know of the buyer, and go when it does. */
export function openOffers({ records, nowMs, settings }: Pick<ConnectContext<Settings>, 'records' | 'nowMs' | 'settings'>) {
  const get = async (reference: string): Promise<Offer | null> => {
    const found = offerShape.safeParse(await records.get(kind, reference));
    return found.success ? found.data : null;
  };
  /** As OrderWise's calls and ours change it: one that is gone meanwhile stays gone. */
  const change = (reference: string, to: (offer: Offer) => Offer | null): Promise<boolean> =>
    records.change(kind, reference, (body) => {
      const found = offerShape.safeParse(body);
      return found.success ? to(found.data) : null;
    });
  const fetchesSoFar = async (): Promise<z.output<typeof fetchShape>> => {
    const found = fetchShape.safeParse(await records.get(fetchKind, 'last'));
    return found.success ? found.data : { fetches: [], handedOut: {}, after: null };
  };

  /** The next so many that may be handed out, from where the last fetch ended: refused ones never keep others out. */
  async function nextKeys(limit: number, after: string | null): Promise<string[]> {
    const later = await records.list(kind, { limit, ...(after === null ? {} : { after }) });
    const rest = limit - later.length;
    const again = after === null || rest === 0 ? [] : await records.list(kind, { limit: rest });
    return [...new Set([...later, ...again].map(({ key }) => key))];
  }

  /** Of those fetched before, the ones that are on offer no more. */
  async function noLongerOnOffer(handedOut: Record<string, number>): Promise<Set<string>> {
    const references = Object.keys(handedOut);
    const there = await Promise.all(references.map(get));
    return new Set(references.filter((_, index) => there[index] === null));
  }

  return {
    get,

    async lay(order: SalesOrder): Promise<void> {
      const xml = salesOrderXml(order, settings);
      const { reference, shopifyOrderId, customer } = order;
      const offer: Offer = {
        ...{ reference, order: shopifyOrderId, customer: customer?.id ?? null, xml },
        ...{ offeredAt: nowMs(), withdrawn: false, refusals: 0, refusedAt: null },
      };
      await records.put(kind, reference, offer);
    },

    /**
     * What to hand out now. That it is being fetched is written down before the documents are read, and a withdrawal is written down before
     * it asks who fetched: so one of the two always sees the other.
     */
    async fetch(): Promise<{ documents: string[]; stuck: string[] }> {
      const before = await fetchesSoFar();
      const keys = await nextKeys(settings.ordersPerRun, before.after);
      const at = nowMs();
      const after = keys.length < settings.ordersPerRun ? null : (keys.at(-1) ?? null);
      const gone = await noLongerOnOffer(before.handedOut);
      const handedOut = Object.fromEntries(keys.map((reference) => [reference, at]));
      let fetches = [{ at, references: keys }];
      const noted = await records.change(fetchKind, 'last', (body) => {
        const found = fetchShape.safeParse(body);
        if (!found.success) return null;
        // Of two fetches at once each keeps what the other noted.
        fetches = [...fetches, ...found.data.fetches].slice(0, fetchesUntilNamed);
        const kept = Object.entries(found.data.handedOut).filter(([reference]) => !gone.has(reference));
        return { fetches, handedOut: { ...Object.fromEntries(kept), ...handedOut }, after };
      });
      if (!noted) await records.put(fetchKind, 'last', { fetches, handedOut, after });
      const offers = (await Promise.all(keys.map(get))).filter((offer) => offer !== null && !offer.withdrawn) as Offer[];
      const often = fetches.length === fetchesUntilNamed;
      return {
        documents: offers.map(({ xml }) => xml),
        stuck: offers
          .filter(
            (offer) => often && fetches.every((one) => one.references.includes(offer.reference) && one.at >= offer.offeredAt),
          )
          .map(({ reference }) => reference),
      };
    },

    /**
     * Orders were confirmed that had been on offer until now. The others of the same fetch were refused, or their confirmation was late: one that is
     * left out again and again counts as refused. A confirmation that is replayed confirms nothing and says nothing of others.
     */
    async noteConfirmed(references: readonly string[]): Promise<void> {
      const [last] = (await fetchesSoFar()).fetches;
      if (!last || !references.some((one) => last.references.includes(one))) return;
      // Beside the fetches, not in them: only a fetch writes those.
      const before = answerShape.safeParse(await records.get(fetchKind, 'answered'));
      if (before.success && before.data.fetchedAt === last.at) return;
      await records.put(fetchKind, 'answered', { fetchedAt: last.at });
      for (const reference of last.references) {
        if (references.includes(reference)) continue;
        await change(reference, (offer) =>
          offer.withdrawn || offer.offeredAt > last.at ? null : { ...offer, refusals: offer.refusals + 1, refusedAt: nowMs() },
        );
      }
    },

    /**
     * Takes an order out of what is handed out, where it is certain that OrderWise doesn't have it: it never fetched it, or refused it, last of all. False
     * where nobody can say: its confirmation may have got lost. Then it stays on offer, so that OrderWise can confirm it again.
     */
    async withdraw(reference: string): Promise<boolean> {
      const offer = await get(reference);
      if (!offer) return true;
      // One that is withdrawn already may be so because its withdrawal was cut short, before anybody had asked who fetched: it is asked again.
      if (!(await change(reference, (now) => ({ ...now, withdrawn: true })))) return true;
      const fetchedAt = (await fetchesSoFar()).handedOut[reference] ?? null;
      const refused = offer.refusals >= refusalsUntilCertain && offer.refusedAt !== null && offer.refusedAt >= (fetchedAt ?? 0);
      if (fetchedAt === null || fetchedAt < offer.offeredAt || refused) return true;
      await change(reference, (now) => ({ ...now, withdrawn: false }));
      return false;
    },

    remove: (reference: string): Promise<void> => records.remove(kind, [reference]),
  };
}
