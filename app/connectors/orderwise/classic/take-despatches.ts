import type { ConnectContext, InboundHint } from '../../contract/index.ts';
import { despatchElements as names } from '../assumptions.ts';
import { linesTold, type Delivery } from '../despatches.ts';
import { isoOf } from '../local-time.ts';
import type { Settings } from '../settings.ts';
import { changeJournal } from './journal.ts';
import { asConfirmed, classicMemory, type ClassicMemory } from './memory.ts';
import { openOffers } from './offers.ts';
import { parts, textOf, type XmlNode } from './read-xml.ts';

/** Orders that are named in the reply, which OrderWise shows as one line of its log. */
const mostNamed = 20;

interface Told {
  status: string;
  deliveries: Delivery[];
  /** What of it nobody can read, in words for OrderWise's log. */
  unread: string[];
}

/** A delivery with what of it nobody can read. A date of that kind loses no parcel: it left before it was told. */
function deliveryIn(node: XmlNode, zone: string): { delivery: Delivery; unread: string[] } {
  const date = textOf(node, names.date);
  const at = isoOf(date, zone);
  const lists = parts(node, names.lines);
  const consignments = parts(node, names.consignments).flatMap((list) => parts(list, names.consignment));
  const told = lists
    .flatMap((list) => parts(list, names.line))
    .map((line) => ({ code: textOf(line, names.sku), quantity: textOf(line, names.quantity), facilityId: null }));
  const lines = lists.length > 0 ? linesTold(told) : null;
  return {
    delivery: {
      number: textOf(node, names.deliveryNumber),
      at,
      courier: textOf(node, names.courier),
      consignments: consignments.filter((one) => typeof one === 'string' && one.trim() !== '').join(', ') || null,
      link: null,
      lines,
    },
    unread: [
      ...(date !== null && at === null ? [`the date "${date.slice(0, 40)}"`] : []),
      ...(lists.length > 0 && lines === null ? ['the quantities'] : []),
    ],
  };
}

/** What the document says of each order, by our number. An empty `<deliveries/>` is none. */
function ordersIn(document: XmlNode, zone: string): Map<string, Told> {
  const found = new Map<string, Told>();
  for (const order of parts(document, names.order)) {
    const number = textOf(order, names.number);
    if (number === null) continue;
    const told = parts(order, names.delivery)
      .filter((one) => typeof one !== 'string')
      .map((one) => deliveryIn(one, zone));
    const before = found.get(number);
    found.set(number, {
      status: textOf(order, names.status) ?? before?.status ?? '',
      deliveries: [...(before?.deliveries ?? []), ...told.map(({ delivery }) => delivery)],
      unread: [...(before?.unread ?? []), ...told.flatMap(({ unread }) => unread)],
    });
  }
  return found;
}

/** Deliveries that were known and are told no more stay: an export may tell what changed only. */
function merged(before: readonly Delivery[], told: readonly Delivery[]): Delivery[] {
  const nameOf = ({ number, consignments, at }: Delivery) => number ?? `${consignments} ${at}`;
  return [...new Map([...before, ...told].map((one) => [nameOf(one), one])).values()];
}

/** Takes in a despatch export: what it says of our orders is remembered until the shipments are read. Others' orders are counted only. */
export async function takeDespatches(
  { records, nowMs, settings }: Pick<ConnectContext<Settings>, 'records' | 'nowMs' | 'settings'>,
  document: XmlNode,
): Promise<{ hints: InboundHint[]; message: string }> {
  const memory = classicMemory(records);
  const journal = changeJournal(records);
  const offers = openOffers({ records, nowMs, settings });
  const hints: InboundHint[] = [];
  const unreadable: string[] = [];
  let [changed, unknown, same] = [0, 0, 0];
  for (const [reference, { status, deliveries, unread }] of ordersIn(document, settings.timeZone)) {
    if (!(await memory.get(reference))) {
      unknown += 1;
      continue;
    }
    if (unread.length > 0) unreadable.push(`${reference} (${unread.join(', ')})`);
    const news = await memory.change(reference, (known) => {
      // Whatever it confirmed or not: what it tells of it has.
      const now: ClassicMemory = {
        ...asConfirmed(known, nowMs()),
        ...{ status: status || known.status, deliveries: merged(known.deliveries, deliveries) },
      };
      return JSON.stringify(now) === JSON.stringify(known) ? null : now;
    });
    if (!news) {
      same += 1;
      continue;
    }
    await offers.remove(reference);
    await journal.note(reference, nowMs());
    changed += 1;
    hints.push({ eventId: `despatch ${nowMs()} ${reference} orders`, about: 'orders', subject: reference });
  }
  if (changed > 0) hints.push({ eventId: `despatch ${nowMs()} shipments`, about: 'shipments', subject: null });
  const named = unreadable.length > 0 ? `. Not readable: ${unreadable.slice(0, mostNamed).join('; ')}` : '';
  return { hints, message: `${changed} orders updated, ${same} unchanged, ${unknown} not from this shop${named}` };
}
