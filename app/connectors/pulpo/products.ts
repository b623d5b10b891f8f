import { NeedsMerchantError, RejectedError } from '../../core/errors.ts';
import type { Product, ProductResult, ProductsPort } from '../contract/index.ts';
import { numericId, type Account } from './account.ts';
import { bulkFrom, pageRows } from './assumptions.ts';
import { atOnce } from './at-once.ts';
import { isUnchanged, productBody } from './convert-product.ts';
import { productsById, productsBySku } from './product-lookup.ts';
import { findThirdParty } from './third-parties.ts';
import * as wire from './wire.ts';

const path = '/inventory/products';
const bulkPath = '/inventory/bulk/products';

/** One product on its way: with what PULPO has of it. */
interface Job {
  product: Product;
  existing: wire.Product | null;
  facts: ReturnType<typeof productBody>;
  /** The facts with owner and supplier. */
  body: Record<string, unknown>;
}

export function productsPort(account: Account): ProductsPort {
  const { client, settings, owner } = account;

  async function supplierId(): Promise<number | null> {
    if (settings.defaultSupplier === '') return null;
    const id = await findThirdParty(account, 'S', settings.defaultSupplier);
    if (id) return numericId(id);
    throw new NeedsMerchantError('pulpo-supplier-unknown', 'PULPO has no such supplier', {
      params: { supplier: settings.defaultSupplier },
    });
  }

  /** What PULPO has: by the linked id; where that is gone or there is none, by SKU. */
  async function lookUp(products: Product[]): Promise<(product: Product) => wire.Product | null> {
    const byId = await productsById(
      account,
      products.flatMap(({ remoteId }) => remoteId ?? []),
    );
    const linked = (product: Product) => (product.remoteId ? byId.get(product.remoteId) : undefined);
    const bySku = await productsBySku(
      account,
      products.filter((product) => !linked(product)).map(({ sku }) => sku),
    );
    return (product) => linked(product) ?? bySku.get(product.sku) ?? null;
  }

  function jobOf(product: Product, existing: wire.Product | null, supplier: number | null): Job {
    const { merchant_id: merchant, merchant_channel_id: channel } = owner;
    const facts = productBody(product, existing, settings);
    const body = {
      ...facts,
      ...(existing || supplier === null ? {} : { third_party_id: supplier }),
      ...(merchant === undefined ? {} : { merchant_id: merchant }),
      ...(channel === undefined ? {} : { merchant_channel_ids: [channel] }),
    };
    return { product, existing, facts, body };
  }

  async function sendOne({ product, existing, body }: Job): Promise<ProductResult> {
    const { variantId, sku } = product;
    try {
      if (existing) {
        const { id } = await client.write('PUT', `${path}/${existing.id}`, body, wire.product);
        return { variantId, outcome: 'updated', remoteId: id };
      }
      const { id } = await client.write('POST', path, body, wire.product);
      return { variantId, outcome: 'created', remoteId: id };
    } catch (error) {
      if (!(error instanceof RejectedError)) throw error;
      // Made by a call whose answer was lost, or by somebody else meanwhile.
      const made = existing || error.field !== 'sku' ? undefined : (await productsBySku(account, [sku])).get(sku);
      if (made) return sendOne(jobOf(product, made, null));
      return { variantId, outcome: 'refused', field: error.field ?? null, vendorText: error.vendorText };
    }
  }

  /** In bulk where it pays. What the bulk call doesn't confirm goes alone: that call says why it was refused. */
  async function send(jobs: Job[], outcome: 'created' | 'updated'): Promise<ProductResult[]> {
    const confirmed = new Map<string, string>();
    if (jobs.length >= bulkFrom) {
      const records = jobs.map(({ existing, body }) => (existing ? { id: numericId(existing.id), ...body } : body));
      const answer = await client.bulk(outcome === 'created' ? 'POST' : 'PUT', bulkPath, records, wire.bulkProducts);
      for (const { id, sku } of answer[outcome]) confirmed.set(outcome === 'created' ? (sku ?? '') : id, id);
    }
    return atOnce(jobs, async (job) => {
      const remoteId = confirmed.get(job.existing?.id ?? job.product.sku);
      return remoteId ? { variantId: job.product.variantId, outcome, remoteId } : sendOne(job);
    });
  }

  return {
    batchSize: pageRows,

    async upsert(products) {
      const [existingOf, supplier] = await Promise.all([lookUp(products), supplierId()]);
      const jobs = products.map((product) => jobOf(product, existingOf(product), supplier));
      const unchanged = jobs.filter(({ facts, existing }) => existing && isUnchanged(facts, existing));
      const rest = jobs.filter((job) => !unchanged.includes(job));
      const created = await send(
        rest.filter(({ existing }) => !existing),
        'created',
      );
      const updated = await send(
        rest.filter(({ existing }) => existing),
        'updated',
      );
      const same = unchanged.map(({ product, existing }): ProductResult => ({
        variantId: product.variantId,
        outcome: 'unchanged',
        remoteId: existing?.id ?? '',
      }));
      return [...created, ...updated, ...same];
    },

    async findBySku(skus) {
      const found = await productsBySku(account, skus);
      return [...found].map(([sku, { id, name }]) => ({ sku, remoteId: id, title: name ?? sku }));
    },
  };
}
