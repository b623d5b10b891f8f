import type { z } from 'zod';
import type { HttpClient, HttpRequest } from '../../core/http.ts';
import { logger } from '../../core/logger.ts';
import { batteryContext, type BatteryContextInput } from './battery-context.ts';
import type { ConnectContext, Connector } from './connector.ts';
import type { InboundHint } from './inbound.ts';
import type { Return } from './returns.ts';
import type { Shipment } from './shipments.ts';
import type { StockLevel } from './stock.ts';

/* For tests of what a connector makes of data that is wrong. A connector's `quirks/scene.ts` is a back office made of documents. */

/** By name what one record of a back office consists of: a parcel, its order, a return, a level. */
export type Documents = Record<string, unknown>;

/** Records that are as they should be, with one among them that may be anything. */
export interface Scene {
  /** The one record as it should be. Its ids are none of the others'. */
  documents: Documents;
  /** Where its stock stands: the document, and the way to the number. */
  stockAt: readonly [document: string, ...way: (string | number)[]];
  /** The connector over the good records and the one as given, and the lines that it logged as warnings. Classic calls were made already. */
  open(documents: Documents): Promise<{ connector: Connector; warnings: string[]; hints?: InboundHint[]; answers?: string[] }>;
  facilityIds: string[];
  /** Our reference of its order and the back office's id; both as the record has them where it is as it should be. */
  order: { reference: string; remoteId: string };
  /** What is told whatever the one record is like: ids of shipments and returns, and SKUs with what can be sold. */
  good: { shipments: string[]; returns: string[]; levels: [sku: string, available: number][] };
  /** What the one record adds where it is as it should be. */
  bad: { shipments: string[]; returns: string[]; levels: [sku: string, available: number][] };
}

/** Stands in a document for a number as no JSON of ours has it; it is written as it is. */
export const rawNumber = (text: string): string => `@raw ${text}@`;

/** Answers a request by its path, with a document; undefined is a 404. */
export type Answering = (request: HttpRequest) => { body: unknown; headers?: Record<string, string> } | undefined;

const textOf = (body: unknown): string => JSON.stringify(body ?? null).replaceAll(/"@raw ([^"]*)@"/g, '$1');

const httpOf = (answering: Answering): HttpClient => ({
  send(request) {
    const answer = answering(request);
    return Promise.resolve({
      status: answer ? 200 : 404,
      headers: new Headers({ 'content-type': 'application/json', ...answer?.headers }),
      text: answer ? textOf(answer.body) : '{}',
    });
  },
});

/** A context whose calls are answered from documents, and what is logged as a warning in it. */
export function sceneContext<Schema extends z.ZodObject>(
  input: BatteryContextInput<Schema> & { token?: string },
  answering: Answering,
): { context: ConnectContext<z.infer<Schema>>; warnings: string[] } {
  const warnings: string[] = [];
  const own = logger.child({}, { level: 'silent' });
  own.warn = (...given: unknown[]) => void warnings.push(JSON.stringify(given));
  const tokens = { get: () => Promise.resolve(input.token ?? 'token'), invalidate: () => Promise.resolve() };
  return { context: { ...batteryContext(input), http: httpOf(answering), tokens, logger: own }, warnings };
}

/** Everything that a connector tells of shipments, returns and stock when it is read from the beginning. */
export interface Told {
  shipments: Shipment[];
  returns: Return[];
  levels: StockLevel[];
  /** Where reading would go on, port by port. */
  cursors: string[];
}

export async function readEverything(connector: Connector, { facilityIds }: Pick<Scene, 'facilityIds'>): Promise<Told> {
  const told: Told = { shipments: [], returns: [], levels: [], cursors: [] };
  const last = (cursor: string | undefined) => told.cursors.push(cursor ?? '');
  let cursor: string | undefined;
  for await (const page of connector.shipments?.pull({ since: null }) ?? []) {
    told.shipments.push(...page.shipments);
    cursor = page.cursor;
  }
  last(cursor);
  cursor = undefined;
  for await (const page of connector.returns?.pull({ since: null }) ?? []) {
    told.returns.push(...page.returns);
    cursor = page.cursor;
  }
  last(cursor);
  for await (const page of connector.stock?.pull({ facilityIds, since: null }) ?? []) told.levels.push(...page.levels);
  return told;
}
