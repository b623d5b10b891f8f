import { randomUUID } from 'node:crypto';
import { now } from '../core/clock.ts';
import { inShop, type Tx } from '../db/scope.ts';
import { findFacility, type Facility } from './facilities.ts';
import { once } from './once.ts';
import { productIds } from './products.ts';
import { refusal } from './refusals.ts';
import type { Actor, Room } from './room.ts';
import { moveStock, type MovedLevel, type StockMove } from './stock-moves.ts';

/** What entering stock came to. `batchId` names what was entered together, for the history. */
export interface StockResult {
  batchId: string;
  changed: number;
  unchanged: number;
  refused: { sku: string; facility: string; code: string; text: string }[];
}

export interface StockLine {
  sku: string;
  /** Id, code or name. */
  facility: string;
}

type Target = StockLine & { facilityId: string; productId: string };

const CHUNK = 10_000;

/** Finds the facility and product of each line; what can't be found is named, the rest goes on. */
async function resolve<L extends StockLine>(
  tx: Tx,
  room: Room,
  lines: L[],
  facilities: Map<string, Facility | { code: string; text: string }>,
) {
  const bySku = await productIds(tx, room, [...new Set(lines.map(({ sku }) => sku))]);
  const found: (L & Target)[] = [];
  const refused: StockResult['refused'] = [];
  const seen = new Set<string>();
  for (const line of lines) {
    const { sku, facility } = line;
    let place = facilities.get(facility);
    if (!place) {
      place = await findFacility(tx, room, facility, { inactiveToo: true }).catch((error: Error & { code: string }) => ({
        code: error.code,
        text: error.message,
      }));
      facilities.set(facility, place);
    }
    const productId = bySku.get(sku);
    if ('text' in place) refused.push({ sku, facility, ...place });
    else if (!productId)
      refused.push({
        sku,
        facility,
        code: 'stockroom-product-unknown',
        text: `Stockroom has no product with SKU "${sku}". Add the product first.`,
      });
    else if (seen.has(`${place.id} ${productId}`))
      refused.push({
        sku,
        facility,
        code: 'stockroom-value',
        text: `"${sku}" stands twice for "${place.name}". Send one number.`,
      });
    else {
      seen.add(`${place.id} ${productId}`);
      found.push({ ...line, facilityId: place.id, productId });
    }
  }
  return { found, refused };
}

function whole(value: number, field: string, sku: string, low: number): void {
  if (!Number.isInteger(value) || value < low || value > 1_000_000_000) {
    throw refusal(
      'stockroom-value',
      `${field} of "${sku}" is ${value}; it must be a whole number${low === 0 ? ', zero or more' : ''}.`,
      { field, params: { sku, value } },
    );
  }
}

export interface SetStockLine extends StockLine {
  /** One of the two: what lies there, or what can be sold (then on hand becomes available + reserved). */
  onHand?: number;
  available?: number;
  shelf?: string;
}

/**
 * Sets levels to given numbers, set-based: 10,000 in a transaction, so that orders get in between. Sending the same again changes nothing.
 * Lines with an unknown SKU or facility are answered as refused; the rest is set.
 */
export async function setStock(input: Room & { lines: SetStockLine[]; reason?: string; actor: Actor }): Promise<StockResult> {
  const { lines, reason = '', actor } = input;
  for (const { sku, onHand, available } of lines) {
    if ((onHand === undefined) === (available === undefined))
      throw refusal('stockroom-value', `Give "${sku}" either onHand or available.`, { field: 'onHand', params: { sku } });
    whole(onHand ?? available ?? 0, onHand === undefined ? 'available' : 'onHand', sku, 0);
  }
  const result: StockResult = { batchId: randomUUID(), changed: 0, unchanged: 0, refused: [] };
  const facilities = new Map<string, Facility | { code: string; text: string }>();
  for (let start = 0; start < lines.length; start += CHUNK) {
    const chunk = lines.slice(start, start + CHUNK);
    await inShop(
      input.shopId,
      async (tx) => {
        const { found, refused } = await resolve(tx, input, chunk, facilities);
        const moves = found.map(({ facilityId, productId, onHand, available, shelf }): StockMove => {
          const mode = onHand === undefined ? 'available' : 'on-hand';
          return {
            facilityId,
            productId,
            mode,
            value: onHand ?? available ?? 0,
            reserved: 0,
            ...(shelf === undefined ? {} : { shelf }),
          };
        });
        const moved = await moveStock(tx, input, moves, {
          kind: 'set',
          reason,
          actor,
          at: now(),
          batchId: result.batchId,
          known: true,
        });
        result.refused.push(...refused);
        result.changed += moved.length;
        result.unchanged += found.length - moved.length;
      },
      { timeoutMs: 60_000 },
    );
  }
  return result;
}

interface Entered extends Room {
  reason?: string;
  actor: Actor;
  /** The caller's own name for this request; sent again it is answered, not repeated. */
  reference?: string;
}

async function enter<L extends StockLine>(
  input: Entered & { lines: L[] },
  kind: 'adjusted' | 'counted',
  moveOf: (line: L & Target) => Pick<StockMove, 'mode' | 'value' | 'reason'>,
): Promise<StockResult> {
  const { lines, reason = '', actor, reference } = input;
  const key = reference === undefined ? undefined : { kind, reference, body: lines };
  return inShop(input.shopId, (tx) =>
    once(tx, input, key, async () => {
      const batchId = randomUUID();
      const { found, refused } = await resolve(tx, input, lines, new Map());
      const moves = found.map((line): StockMove => ({
        facilityId: line.facilityId,
        productId: line.productId,
        reserved: 0,
        ...moveOf(line),
      }));
      const moved = await moveStock(tx, input, moves, { kind, reason, actor, at: now(), batchId, known: true });
      refuseBelowZero(found, moved);
      return { batchId, changed: moved.length, unchanged: found.length - moved.length, refused };
    }),
  );
}

function refuseBelowZero(lines: Target[], moved: MovedLevel[]): void {
  const short = moved.find(({ wanted }) => wanted < 0);
  if (!short) return;
  const line = lines.find(({ facilityId, productId }) => facilityId === short.facilityId && productId === short.productId);
  throw refusal(
    'stockroom-stock-negative',
    `Only ${short.before} of "${line?.sku}" are on hand at "${line?.facility}": ${short.before - short.wanted} can't be taken away.`,
    {
      field: 'change',
      params: { sku: line?.sku ?? '', facility: line?.facility ?? '', onHand: short.before },
    },
  );
}

/** Adds or takes away, with a reason that the history keeps. All or nothing where on hand would fall below zero. */
export async function adjustStock(
  input: Entered & { reason: string; lines: (StockLine & { change: number })[] },
): Promise<StockResult> {
  if (!input.reason.trim()) throw refusal('stockroom-value', 'Say why the stock is adjusted.', { field: 'reason' });
  for (const { sku, change } of input.lines) whole(change, 'change', sku, -1_000_000_000);
  return enter(input, 'adjusted', ({ change }) => ({ mode: 'add', value: change }));
}

/** A stock-take: what was counted becomes what is on hand. Lines that were right are kept in the history too. */
export async function countStock(input: Entered & { lines: (StockLine & { counted: number })[] }): Promise<StockResult> {
  for (const { sku, counted } of input.lines) whole(counted, 'counted', sku, 0);
  return enter(input, 'counted', ({ counted }) => ({ mode: 'on-hand', value: counted }));
}
