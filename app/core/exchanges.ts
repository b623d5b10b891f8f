import { AsyncLocalStorage } from 'node:async_hooks';
import { maskDocument } from './mask-document.ts';

/** One call to another system as support may see it: what says who somebody is, and every secret, is blanked. */
export interface Exchange {
  party: string;
  /** Method and path, or the operation's name. */
  call: string;
  /** Null where no answer came. */
  status: number | null;
  /** What the other side calls this very request, where it says so. */
  requestId: string;
  request: string;
  answer: string;
}

const KEPT = 3;
const listening = new AsyncLocalStorage<Exchange[]>();
/** Their bodies are secrets. */
const signsIn = /token|oauth|login|session\b/i;
/** How other systems call the id of a request: `x-request-id`, a process's or a correlation's. */
const idHeader = /(?:request|process|correlation|trace)-?id$/i;

export const requestIdOf = (headers: Headers): string =>
  headers.get('x-request-id') ?? [...headers].find(([name]) => idHeader.test(name))?.[1] ?? '';

/** Notes a call for whoever listens; costs nothing where nobody does. Bodies are masked here, before anybody can keep them. */
export function noteExchange(exchange: Exchange): void {
  const heard = listening.getStore();
  if (!heard || signsIn.test(exchange.call)) return;
  const path = exchange.call.replace(/\?.*$/, '');
  heard.push({ ...exchange, call: path, request: maskDocument(exchange.request), answer: maskDocument(exchange.answer) });
  if (heard.length > KEPT) heard.shift();
}

/** Does the work and hands `failed` the last calls of it when it fails. */
export function listenToExchanges<Result>(work: () => Promise<Result>, failed: (exchanges: Exchange[]) => void): Promise<Result> {
  const heard: Exchange[] = [];
  return listening.run(heard, work).catch((thrown: unknown) => {
    failed(heard);
    throw thrown;
  });
}
