import { RejectedError } from '../../../core/errors.ts';
import { ipListIn } from '../../../core/ip-addresses.ts';
import type { ConnectContext, InboundHint, InboundPort, InboundRequest } from '../../contract/index.ts';
import { xmlLimits } from '../assumptions.ts';
import type { Settings } from '../settings.ts';
import { callPaths, sessionCalls, type CallPath } from './calls.ts';
import { changeJournal } from './journal.ts';
import { asConfirmed, classicMemory } from './memory.ts';
import { openOffers } from './offers.ts';
import { exportReply, salesOrdersDocument } from './order-xml.ts';
import { readXml, type XmlNode } from './read-xml.ts';
import { takeDespatches } from './take-despatches.ts';
import { takeStock } from './stock-store.ts';

type Answer = Awaited<ReturnType<InboundPort['receive']>>;

const xml = (body: string, hints: InboundHint[] = []): Answer => ({
  hints,
  response: { status: 200, contentType: 'text/xml; charset=utf-8', body },
});

const refused = (why: string) => new RejectedError('orderwise-call-unreadable', why);

/** Where the merchant named OrderWise's own addresses, nobody else is served, not even with the right address of ours. */
function refuseStranger(allowed: string, caller: string | null): void {
  if (allowed === '') return;
  if (caller === null || !ipListIn(allowed)?.(caller))
    throw new RejectedError('orderwise-caller-refused', `Calls from ${caller ?? 'an unknown address'} are not allowed here.`, {
      params: { address: caller ?? '?' },
    });
}

/** The form field that OrderWise posts; a bare document is taken, too. */
function exportData({ method, body }: InboundRequest): string {
  if (method !== 'POST') throw refused('This address takes POST.');
  if (body.length > 3 * xmlLimits.characters) throw refused('The body is too long.');
  const data = body.trimStart().startsWith('<') ? body : new URLSearchParams(body).get('ExportData');
  if (data === null) throw refused('The form has no field ExportData.');
  return data;
}

/** Calls of OrderWise's session. The connection's own address is the secret that they carry. */
export function classicInboundPort(context: ConnectContext<Settings>): InboundPort {
  const { records, nowMs } = context;
  const offers = openOffers(context);
  const memory = classicMemory(records);
  const journal = changeJournal(records);

  async function handOut({ mayHandOver }: InboundRequest): Promise<Answer> {
    if (!mayHandOver) return xml(salesOrdersDocument([]));
    const { documents, stuck } = await offers.fetch();
    const hints: InboundHint[] = [];
    for (const reference of stuck) {
      if (!(await memory.change(reference, (known) => (known.unconfirmed ? null : { ...known, unconfirmed: true })))) continue;
      await journal.note(reference, nowMs());
      hints.push({ eventId: `unconfirmed ${nowMs()} ${reference}`, about: 'orders', subject: reference });
    }
    return xml(salesOrdersDocument(documents), hints);
  }

  /** Numbers joined by `~`. Only what is laid out is confirmed; anything else was confirmed before, or is none of ours. */
  async function confirm(numbers: string[]): Promise<Answer> {
    const hints: InboundHint[] = [];
    const confirmed: string[] = [];
    for (const reference of new Set(numbers)) {
      if (!(await memory.get(reference)) || !(await offers.get(reference))) continue;
      const taken = await memory.change(reference, (known) => (known.stage === 'offered' ? asConfirmed(known, nowMs()) : null));
      await offers.remove(reference);
      // It was put back while it was being confirmed.
      if (!taken) continue;
      confirmed.push(reference);
      await journal.note(reference, nowMs());
      hints.push({ eventId: `confirmed ${nowMs()} ${reference}`, about: 'orders', subject: reference });
    }
    await offers.noteConfirmed(confirmed);
    const body = `${hints.length} orders confirmed, ${new Set(numbers).size - hints.length} not on offer`;
    return { hints, response: { status: 200, contentType: 'text/plain; charset=utf-8', body } };
  }

  async function stock(document: XmlNode): Promise<Answer> {
    const told = await takeStock(context, document);
    const hints: InboundHint[] = told === 0 ? [] : [{ eventId: `stock ${nowMs()}`, about: 'stock', subject: null }];
    return xml(exportReply(`${told} stock levels taken`), hints);
  }

  async function despatches(document: XmlNode): Promise<Answer> {
    const { hints, message } = await takeDespatches(context, document);
    return xml(exportReply(message), hints);
  }

  const takers: Record<CallPath, (request: InboundRequest) => Promise<Answer>> = {
    orders: handOut,
    success: (request) =>
      confirm(
        exportData(request)
          .split('~')
          .map((number) => number.trim())
          .filter(Boolean),
      ),
    stock: (request) => stock(readXml(exportData(request))),
    despatch: (request) => despatches(readXml(exportData(request))),
  };

  return {
    async receive(request) {
      refuseStranger(context.settings.allowedAddresses, request.callerAddress);
      const path = callPaths.find((one) => one === request.path.replace(/(?<!\/)\/+$/, '').toLowerCase());
      if (!path) throw refused(`The address ends in one of ${callPaths.join(', ')}.`);
      const answer = await takers[path](request);
      await sessionCalls(records).note(path, nowMs());
      return answer;
    },
  };
}
