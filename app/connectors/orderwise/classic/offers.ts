import { z } from 'zod';
import type { ConnectContext, SalesOrder } from '../../contract/index.ts';
import { confirmationMs, fetchesUntilNamed } from '../assumptions.ts';
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
  /** When OrderWise last fetched it, as known when it was withdrawn. */
  fetchedAt: z.number().nullable(),
});
type Offer = z.output<typeof offerShape>;

const fetchKind = 'offer-fetch';
const fetchShape = z.object({
  /** Last fetches, newest first: when, and which orders were in them. */
  fetches: z.array(z.object({ at: z.number(), references: z.array(z.string()) })),
  /** Where the next fetch goes on where there are more than fit in one. */
  after: z.string().nullable(),
});

/** Orders that are laid out until OrderWise confirms them. They hold what OrderWise must know of the buyer, and go when it does. */
export function openOffers({ records, nowMs, settings }: Pick<ConnectContext<Settings>, 'records' | 'nowMs' | 'settings'>) {
  const get = async (reference: string): Promise<Offer | null> => {
    const found = offerShape.safeParse(await records.get(kind, reference));
    return found.success ? found.data : null;
  };
  const put = (offer: Offer) => records.put(kind, offer.reference, offer);
  const fetchesSoFar = async (): Promise<z.output<typeof fetchShape>> => {
    const found = fetchShape.safeParse(await records.get(fetchKind, 'last'));
    return found.success ? found.data : { fetches: [], after: null };
  };

  /** The next so many that may be handed out, from where the last fetch ended: refused ones never keep others out. */
  async function nextKeys(limit: number, after: string | null): Promise<string[]> {
    const later = await records.list(kind, { limit, ...(after === null ? {} : { after }) });
    const rest = limit - later.length;
    const again = after === null || rest === 0 ? [] : await records.list(kind, { limit: rest });
    return [...new Set([...later, ...again].map(({ key }) => key))];
  }

  return {
    get,

    async lay(order: SalesOrder): Promise<void> {
      const xml = salesOrderXml(order, settings);
      const { reference, shopifyOrderId, customer } = order;
      await put({
        ...{ reference, order: shopifyOrderId, customer: customer?.id ?? null, xml },
        ...{ offeredAt: nowMs(), withdrawn: false, fetchedAt: null },
      });
    },

    /**
     * What to hand out now. That it is being fetched is written down before the documents are read, and a withdrawal is written down before
     * it asks who fetched: so one of the two always sees the other.
     */
    async fetch(): Promise<{ documents: string[]; stuck: string[] }> {
      const before = await fetchesSoFar();
      const keys = await nextKeys(settings.ordersPerRun, before.after);
      const fetches = [{ at: nowMs(), references: keys }, ...before.fetches].slice(0, fetchesUntilNamed);
      const after = keys.length < settings.ordersPerRun ? null : (keys.at(-1) ?? null);
      await records.put(fetchKind, 'last', { fetches, after });
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
     * Takes an order out of what is handed out. Answers how many ms must pass until it is certain that OrderWise doesn't have it: it may have
     * fetched it without having confirmed it yet.
     */
    async withdraw(reference: string): Promise<number> {
      const offer = await get(reference);
      if (!offer) return 0;
      if (!offer.withdrawn) await put({ ...offer, withdrawn: true });
      const fetched = (await fetchesSoFar()).fetches.find(
        (one) => one.references.includes(reference) && one.at >= offer.offeredAt,
      );
      const fetchedAt = offer.fetchedAt ?? fetched?.at ?? null;
      if (fetchedAt !== null && offer.fetchedAt === null) await put({ ...offer, withdrawn: true, fetchedAt });
      return fetchedAt === null ? 0 : Math.max(0, fetchedAt + confirmationMs - nowMs());
    },

    remove: (reference: string): Promise<void> => records.remove(kind, [reference]),
  };
}
