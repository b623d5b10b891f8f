import { Prisma } from '@prisma/client';
import { now } from '../../core/clock.ts';
import { sha256 } from '../../core/crypto.ts';
import { requireScope } from '../../core/access-scopes.ts';
import { asCrossdockError, RejectedError } from '../../core/errors.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { readGrantedScopes } from '../../connections/granted-scopes.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { metafieldValue, readFieldMapping, type FieldMapping } from '../../connections/product-field-map.ts';
import type { SyncSettings } from '../../connections/sync-settings.ts';
import type { ProductUpdate, Reason } from '../../connectors/contract/index.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import {
  DraftProductDocument,
  MetafieldsSetDocument,
  VariantsBySkuDocument,
} from '../../shopify/operations/generated/graphql.ts';
import { refuseUserErrors } from '../../shopify/user-errors.ts';
import { inParallel, inPieces } from '../inventory/in-parallel.ts';
import { closeProblems, openProblem } from '../problems/problems.ts';
import { countInRun } from '../runs/runs.ts';
import { gateFor } from '../writes/gate.ts';
import { performWrite } from '../writes/perform-write.ts';
import { looseCodes, productCode } from './product-code.ts';
import { moveCursor, readCursor } from './refresh-catalogue.ts';

const AT_ONCE = 3;
const PIECE = 200;
/** Shopify takes so many metafields in one call. */
const METAFIELDS_A_CALL = 25;
/** The same change told twice costs nothing, a lost one does. */
const OVERLAP_MS = 5 * 60_000;
const CAUSE = 'product-update-refused';

type Settings = SyncSettings<'products'>;
interface Known {
  id: string;
  product_id: string;
  code: string;
  loose: string;
}
interface Earlier {
  state: string;
  hash: string | null;
  written_at: Date | null;
}
interface Metafield {
  namespace: string;
  key: string;
  type: string;
  value: string;
}

/** What became of one product of the back office. */
interface Outcome {
  state: 'written' | 'unchanged' | 'drafted' | 'unknown' | 'refused';
  hash: string | null;
  reason: Reason | null;
  variantId: string | null;
}

/**
 * The metafields that a product of the back office becomes by the merchant's map, and the first of its values that doesn't fit the type it was given.
 * Names of fields are compared without case. Pure.
 */
export function metafieldsOf(
  update: Pick<ProductUpdate, 'fields'>,
  map: readonly FieldMapping[],
): { metafields: Metafield[]; misfit: { field: string; type: string; value: string } | null } {
  const byName = new Map(Object.entries(update.fields).map(([name, value]) => [name.toLowerCase(), value]));
  let misfit: { field: string; type: string; value: string } | null = null;
  const metafields = map.flatMap(({ field, namespace, key, type }): Metafield[] => {
    const told = byName.get(field.toLowerCase());
    if (told === undefined || told.trim() === '') return [];
    const value = metafieldValue(type, told);
    if (value !== null) return [{ namespace, key, type, value }];
    misfit ??= { field, type, value: told.slice(0, 100) };
    return [];
  });
  return { metafields, misfit };
}

async function variantsByCode(tx: Tx, shopId: number, settings: Settings, skus: readonly string[]): Promise<Known[]> {
  const { code, loose, among } = productCode(settings);
  return tx.$queryRaw`
    SELECT v.id, v.product_id, ${code} AS code, ${loose} AS loose FROM variant v
    WHERE v.shop_id = ${shopId} AND v.deleted_at IS NULL AND ${among(looseCodes(skus))} ORDER BY v.id`;
}

/** The very code, else the only one that differs in case or outer spaces. */
function matching(known: readonly Known[], sku: string): Known | null {
  const exact = known.find(({ code }) => code === sku);
  const near = known.filter(({ loose }) => loose.toLowerCase() === sku.trim().toLowerCase());
  return exact ?? (near.length === 1 ? (near[0] ?? null) : null);
}

class Taker {
  readonly #live: LiveConnection;
  readonly #admin: ShopifyAdmin;
  readonly #runId: string;
  readonly #settings: Settings;
  readonly #map: FieldMapping[];

  constructor(live: LiveConnection, admin: ShopifyAdmin, runId: string, settings: Settings) {
    this.#live = live;
    this.#admin = admin;
    this.#runId = runId;
    this.#settings = settings;
    this.#map = settings.fieldMap.flatMap((line) => readFieldMapping(line) ?? []);
  }

  async take(updates: readonly ProductUpdate[]): Promise<void> {
    const shopId = this.#live.shop.id;
    const skus = updates.map(({ sku }) => sku);
    const { known, earlier } = await inShop(shopId, async (tx) => ({
      known: await variantsByCode(tx, shopId, this.#settings, skus),
      earlier: await tx.productUpdate.findMany({ where: { shopId, connectionId: this.#live.id, sku: { in: skus } } }),
    }));
    const before = new Map(earlier.map((row) => [row.sku, { state: row.state, hash: row.hash, written_at: row.writtenAt }]));
    // of several tellings of one product the last counts
    const last = new Map(updates.map((update) => [update.sku, update]));
    await inParallel(last.values(), AT_ONCE, async (update) => {
      const outcome = await this.#one(update, matching(known, update.sku), before.get(update.sku) ?? null);
      await inShop(shopId, (tx) => this.#store(tx, update, outcome));
    });
  }

  async #one(update: ProductUpdate, known: Known | null, earlier: Earlier | null): Promise<Outcome> {
    const { metafields, misfit } = metafieldsOf(update, this.#map);
    const params = { sku: update.sku, backOffice: this.#live.name };
    try {
      if (misfit) {
        throw new RejectedError('field-not-of-type', `${misfit.field} is no ${misfit.type}`, {
          field: misfit.field,
          params: { ...params, ...misfit },
        });
      }
      if (known) return await this.#write(known, metafields, earlier);
      if (this.#settings.unknownProducts === 'leave-out')
        return { state: 'unknown', hash: null, reason: { code: 'unknown-in-shopify', params }, variantId: null };
      return await this.#draft(update, metafields);
    } catch (thrown) {
      const error = asCrossdockError(thrown);
      if (error.kind !== 'rejected') throw thrown;
      const told = { ...params, message: error.message, ...error.params };
      return {
        state: 'refused',
        hash: earlier?.hash ?? null,
        reason: { code: error.code, params: told },
        variantId: known?.id ?? null,
      };
    }
  }

  async #write(known: Known, metafields: Metafield[], earlier: Earlier | null): Promise<Outcome> {
    const ownerId = this.#settings.metafieldOwner === 'variant' ? known.id : known.product_id;
    const hash = sha256(JSON.stringify([ownerId, metafields]));
    const done = { hash, reason: null, variantId: known.id };
    if (metafields.length === 0 || (earlier?.hash === hash && earlier.state !== 'refused'))
      return { ...done, state: 'unchanged' };
    const set = async () => {
      for (const piece of inPieces(metafields, METAFIELDS_A_CALL)) {
        const input = piece.map((one) => ({ ownerId, ...one }));
        refuseUserErrors(
          (await this.#admin.run(MetafieldsSetDocument, { metafields: input }, { priority: 'product' })).metafieldsSet,
        );
      }
      return { set: metafields.length };
    };
    await performWrite(
      this.#live,
      {
        runId: this.#runId,
        target: 'shopify',
        kind: 'product-metafields',
        subject: { kind: 'variant', id: known.id },
        // a value there and back is two writes
        key: `product-metafields ${this.#live.id} ${ownerId} ${hash.slice(0, 32)} ${earlier?.written_at?.toISOString() ?? ''}`,
        class: 'compensable',
        after: { metafields: metafields.map(({ namespace, key }) => `${namespace}.${key}`) },
      },
      // setting a value twice changes nothing
      { send: set, ask: set },
    );
    return { ...done, state: 'written' };
  }

  async #draft(update: ProductUpdate, metafields: Metafield[]): Promise<Outcome> {
    const { sku, title } = update;
    const name = title.trim() === '' ? sku : title.trim();
    const find = async () => {
      const query = `sku:'${sku.replace(/['\\]/g, '\\$&')}'`;
      const { productVariants } = await this.#admin.run(VariantsBySkuDocument, { query }, { priority: 'product' });
      const found = productVariants.nodes.find((variant) => variant.sku === sku);
      return found ? { variantId: found.id } : null;
    };
    const make = async () => {
      const option = { optionName: 'Title', name: 'Default Title' };
      const input = {
        title: name,
        status: 'DRAFT' as const,
        productOptions: [{ name: 'Title', values: [{ name: 'Default Title' }] }],
        variants: [{ optionValues: [option], sku, inventoryItem: { tracked: true } }],
        metafields: this.#settings.metafieldOwner === 'product' ? metafields : [],
      };
      const { product } = refuseUserErrors(
        (await this.#admin.run(DraftProductDocument, { input }, { priority: 'product' })).productSet,
      );
      return { variantId: product?.variants.nodes[0]?.id ?? '' };
    };
    const result = await performWrite(
      this.#live,
      {
        runId: this.#runId,
        target: 'shopify',
        kind: 'product-draft',
        subject: { kind: 'product', id: `sku ${sku}` },
        key: `product-draft ${this.#live.id} ${sku}`,
        class: 'compensable',
        after: { title: name, sku },
      },
      // somebody may have made it meanwhile
      { send: async () => (await find()) ?? (await make()), ask: find },
    );
    const variantId = result.outcome === 'landed' ? result.answer.variantId : null;
    return { state: 'drafted', hash: null, reason: null, variantId };
  }

  async #store(tx: Tx, { sku, title }: ProductUpdate, outcome: Outcome): Promise<void> {
    const shopId = this.#live.shop.id;
    const connectionId = this.#live.id;
    const wrote = outcome.state === 'written' || outcome.state === 'drafted';
    const data = {
      ...{ title: title.slice(0, 500), seenAt: now(), hash: outcome.hash, variantId: outcome.variantId },
      // written once is more than unchanged later
      ...(outcome.state === 'unchanged' ? {} : { state: outcome.state }),
      ...(wrote ? { writtenAt: now() } : {}),
    };
    const reason = outcome.reason ? { code: outcome.reason.code, params: outcome.reason.params } : Prisma.DbNull;
    await tx.productUpdate.upsert({
      where: { shopId_connectionId_sku: { shopId, connectionId, sku } },
      create: { shopId, connectionId, sku, state: outcome.state, reason, ...data },
      update: { reason, ...data },
    });
    const subject = { kind: 'product' as const, id: `sku ${sku}`, label: sku };
    if (outcome.state === 'refused') {
      const { code, params } = outcome.reason ?? { code: '', params: {} };
      await openProblem(tx, shopId, {
        connectionId,
        sync: 'products',
        cause: CAUSE,
        subject,
        params: { ...params, why: code },
        detail: code,
      });
    } else await closeProblems(tx, shopId, { subject, connectionId, causes: [CAUSE], evidence: 'product-written' });
    await countInRun(tx, shopId, this.#runId, {
      seen: 1,
      done: wrote ? 1 : 0,
      failed: outcome.state === 'refused' ? 1 : 0,
      skipped: outcome.state === 'unknown' ? 1 : 0,
    });
  }
}

/**
 * Takes what people changed of products in the back office into metafields of Shopify, by the merchant's map; a product that Shopify doesn't have becomes
 * a draft or is left out, as set. Nothing is read while Shopify may not be written to: the cursor stays, and all of it comes later. Throws
 * NeedsMerchantError('shopify-scope-missing') where the shop took the right back.
 */
export async function takeProductUpdates(
  live: LiveConnection,
  run: { id: string },
  settings: Settings,
  admin: ShopifyAdmin,
  { all = false } = {},
): Promise<void> {
  const port = live.connector.products;
  if (!settings.backOfficeUpdates || !port?.updates || gateFor(live, 'shopify')) return;
  requireScope(await inShop(live.shop.id, (tx) => readGrantedScopes(tx, live.shop.id)), 'write_products');
  const { updatesTo } = await readCursor(live);
  const taker = new Taker(live, admin, run.id, settings);
  const since = all || updatesTo === null ? null : updatesTo - OVERLAP_MS;
  for await (const { updates, upTo } of port.updates({ since })) {
    for (const piece of inPieces(updates, PIECE)) await taker.take(piece);
    await moveCursor(live, { updatesTo: upTo });
  }
}
