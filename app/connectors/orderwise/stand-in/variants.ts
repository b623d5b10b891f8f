import { z } from 'zod';
import { idOf, query, whole, type Api } from './api.ts';
import { amount, parse, readJson, text } from './body.ts';
import { FACTS } from './facts.ts';
import { notFound, refuseModel } from './refusals.ts';
import {
  addVariant,
  presentVariant,
  updateVariant,
  variantByCode,
  variantById,
  type NewVariant,
  type VariantRow,
} from './variant-record.ts';
import { json, type World } from './world.ts';

const size = z.number().nonnegative().nullish();
/** The parts that GET shows, all optional; `id` and `templateVariant` may be sent back as they were read. */
const variantBody = z.strictObject({
  variantInfo: z
    .strictObject({
      id: z.int().optional(),
      code: text(60).min(1).optional(),
      description: text(400).min(1).optional(),
      eanCode: text(40).nullish(),
    })
    .optional(),
  variantSettings: z.strictObject({ templateVariant: z.boolean().optional(), discontinued: z.boolean().optional() }).optional(),
  variantSalesInfo: z
    .array(z.strictObject({ Id: z.int().optional(), rspExcVat: amount }))
    .max(1)
    .optional(),
  variantPurchaseSettings: z.strictObject({ estimatedCost: amount.optional() }).optional(),
  variantDimensions: z.strictObject({ weight: size, volume: size, length: size, width: size, depth: size }).optional(),
  analysis: z.record(z.string().regex(/^[clmn]_\d+$/), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
});

function changeOf(body: z.infer<typeof variantBody>): Partial<NewVariant> {
  const { variantInfo, variantSettings, variantSalesInfo, variantPurchaseSettings, variantDimensions, analysis } = body;
  const rsp = variantSalesInfo?.[0]?.rspExcVat;
  return {
    ...(variantInfo?.code === undefined ? {} : { code: variantInfo.code }),
    ...(variantInfo?.description === undefined ? {} : { description: variantInfo.description }),
    ...(variantInfo?.eanCode === undefined ? {} : { ean: variantInfo.eanCode }),
    ...(variantSettings?.discontinued === undefined ? {} : { discontinued: variantSettings.discontinued }),
    ...(rsp === undefined ? {} : { rsp }),
    ...(variantPurchaseSettings?.estimatedCost === undefined ? {} : { cost: variantPurchaseSettings.estimatedCost }),
    data: { ...variantDimensions, ...(analysis ? { analysis } : {}) },
  };
}

/** `/products/…` and `/variants/…`. */
export function variants(api: Api, world: World): void {
  const find = (id: number): VariantRow => {
    const row = variantById(world, id);
    if (!row) throw notFound('Variant', id);
    return row;
  };
  const read = async (c: Parameters<typeof readJson>[0]): Promise<Partial<NewVariant>> =>
    changeOf(parse(variantBody, await readJson(c), FACTS.variantWrite, 'variant'));
  const mustBeFree = (code: string | undefined, id?: number): void => {
    const holder = code === undefined ? undefined : variantByCode(world, code);
    if (holder && holder.id !== id)
      throw refuseModel(FACTS.variantWrite, 'variant', [`Variant code ${holder.code} exists already.`]);
  };

  api.get('/products', (c) => {
    query(c);
    return c.json(world.state.all('SELECT id, code, description FROM products ORDER BY id'));
  });
  api.get('/products/:id/variants', (c) => {
    query(c);
    const id = idOf(c, 'Product');
    if (!world.state.get('SELECT 1 FROM products WHERE id = ?', id)) throw notFound('Product', id);
    return c.json(world.state.all('SELECT id AS variantID FROM variants WHERE product_id = ? ORDER BY id', id));
  });

  // an array of one; with include_sales_info a bare object. Source: orderwise.md §5 "accept both"
  api.get('/variants/:id', (c) => {
    const { include_sales_info } = query(c, 'include_sales_info');
    const found = presentVariant(find(idOf(c, 'Variant')));
    return include_sales_info === 'true' ? c.json(found) : c.json([found]);
  });
  api.post('/variants', async (c) => {
    const { template_variant_id } = query(c, 'template_variant_id');
    const template = find(whole(template_variant_id, 'template_variant_id'));
    if (template.template !== 1) throw refuseModel(FACTS.variantWrite, 'variant', [`Variant ${template.id} is not a template.`]);
    const change = await read(c);
    if (change.code === undefined) throw refuseModel(FACTS.variantWrite, 'variant', ['variantInfo.code is required.']);
    mustBeFree(change.code);
    const made = world.state.transaction(() =>
      addVariant(world, {
        ...change,
        code: change.code ?? '',
        description: change.description ?? template.description,
        data: { ...json(template.data), ...change.data },
      }),
    );
    return c.json(presentVariant(made), 201);
  });
  api.put('/variants/:id', async (c) => {
    query(c);
    const { id } = find(idOf(c, 'Variant'));
    const change = await read(c);
    mustBeFree(change.code, id);
    return c.json(presentVariant(updateVariant(world, id, change)));
  });
}
