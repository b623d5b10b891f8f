import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ConnectContext, StockLevel } from '../../contract/index.ts';
import { renewStockMs, stockPieces } from '../assumptions.ts';
import { exportRow } from '../export-rows.ts';
import type { Settings } from '../settings.ts';
import { levelsIn } from '../stock-levels.ts';
import type { XmlNode } from './read-xml.ts';

type Context = Pick<ConnectContext<Settings>, 'records' | 'nowMs'>;

const kind = 'classic-stock';
const pieceShape = z.object({
  writtenAt: z.number(),
  /** By place and SKU: what can be sold, and when OrderWise said so. */
  levels: z.record(z.string(), z.object({ facilityId: z.string(), sku: z.string(), available: z.number(), at: z.number() })),
});
type Piece = z.output<typeof pieceShape>;

const placesKind = 'classic-places';
const placesShape = z.object({ names: z.record(z.string(), z.string()) });

/** The place of stock that names none. */
export const everywhere = 'all';

const pieceOf = (sku: string) => String(createHash('sha256').update(sku).digest().readUInt32BE(0) % stockPieces);

async function pieces({ records }: Context): Promise<Map<string, Piece>> {
  const rows = await records.list(kind, { limit: stockPieces });
  return new Map(
    rows.flatMap(({ key, body }) => {
      const piece = pieceShape.safeParse(body);
      return piece.success ? [[key, piece.data] as const] : [];
    }),
  );
}

/** Flat elements below the root, whatever they are called: one for each variant, or for each of its places. */
const rowsIn = (document: XmlNode) =>
  (typeof document === 'string' ? [] : Object.values(document).flat())
    .filter((node) => typeof node !== 'string')
    .map((node) =>
      exportRow(
        Object.fromEntries(Object.entries(node).map(([name, [first]]) => [name, typeof first === 'string' ? first : null])),
      ),
    );

/** What was told at a moment, laid over what is known: what was told later stays, since a call whose answer nobody waited for may end after the next one. */
function laidOver(body: unknown, told: Piece): Piece {
  const known = pieceShape.safeParse(body);
  const levels = { ...(known.success ? known.data.levels : {}) };
  for (const [name, level] of Object.entries(told.levels)) if ((levels[name]?.at ?? 0) <= level.at) levels[name] = level;
  return { writtenAt: told.writtenAt, levels };
}

/** Takes in a stock export: it tells what changed, so it is laid over what is known. Answers how many levels it told. */
export async function takeStock(context: Context, document: XmlNode): Promise<number> {
  const { records, nowMs } = context;
  const at = nowMs();
  const rows = rowsIn(document);
  const levels = levelsIn(rows, (row) => row.text('location') ?? everywhere);
  const told = new Map<string, Piece>();
  for (const { facilityId, sku, available } of levels) {
    const piece = told.get(pieceOf(sku)) ?? { writtenAt: at, levels: {} };
    piece.levels[`${facilityId} ${sku}`] = { facilityId, sku, available, at };
    told.set(pieceOf(sku), piece);
  }
  for (const [key, { writtenAt }] of await pieces(context))
    if (!told.has(key) && at - writtenAt > renewStockMs) told.set(key, { writtenAt: at, levels: {} });
  for (const [key, piece] of told)
    if (!(await records.change(kind, key, (body) => laidOver(body, piece)))) await records.put(kind, key, piece);
  const named = rows.flatMap((row) => [[row.text('location'), row.text('locationName')] as const]);
  const names = named.flatMap(([id, name]) => (id !== null && name !== null ? [[id, name] as const] : []));
  if (names.length > 0)
    await records.put(placesKind, 'all', { names: { ...(await placesTold(context)), ...Object.fromEntries(names) } });
  return levels.length;
}

/** Every level that OrderWise told, with the last moment at which it told any: then all of them were true, since it tells what changes. */
export async function stockTold(context: Context): Promise<{ levels: (StockLevel & { at: number })[]; asOf: number | null }> {
  const levels = [...(await pieces(context)).values()].flatMap((piece) =>
    Object.values(piece.levels).map((level) => ({ ...level, remoteProductId: null })),
  );
  return { levels, asOf: levels.length === 0 ? null : levels.reduce((last, { at }) => Math.max(last, at), 0) };
}

/** Names of places by their ids, as stock exports told them. */
export async function placesTold({ records }: Pick<Context, 'records'>): Promise<Record<string, string>> {
  const found = placesShape.safeParse(await records.get(placesKind, 'all'));
  return found.success ? found.data.names : {};
}
