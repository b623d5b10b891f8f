import { readBody, type Api } from './api.ts';
import { FACTS } from './facts.ts';
import { rowsBy } from './finding.ts';
import { productOf } from './identification.ts';
import { refuseOfbiz } from './refusals.ts';
import { isFields, type Fields, type World } from './world.ts';

const KNOWN = ['q', 'fq', 'wt', 'rows', 'start'];

/** `POST api/solr-query`, products only. Source: hotwax.md §3.5 [D]; which query terms it takes beside the sample's is a guess. */
export function solr(api: Api, world: World): void {
  api.post('/api/solr-query', async (c) => {
    const { json } = await readBody(c);
    const params = isFields(json) && isFields(json['params']) ? json['params'] : undefined;
    if (!params) throw refuseOfbiz(FACTS.ofbizError, 'json.params is missing');
    const unknown = Object.keys(params).filter((name) => !KNOWN.includes(name));
    if (unknown.length > 0)
      throw refuseOfbiz(FACTS.unknownParameter, `${unknown.join(', ')} is no documented parameter of solr-query`);
    const terms = [params['q'], params['fq']].flat().flatMap((text) => (typeof text === 'string' ? text.split(' AND ') : []));
    let found: Set<string> | undefined;
    for (const term of terms) {
      const ids = matching(world, term.trim());
      if (ids) found = new Set(found ? [...found].filter((id) => ids.includes(id)) : ids);
    }
    const all = found
      ? [...found]
      : world.state
          .all<{ productId: string }>('SELECT productId FROM Product ORDER BY productId')
          .map(({ productId }) => productId);
    const start = Number(params['start'] ?? 0);
    const docs = all.slice(start, start + Number(params['rows'] ?? 10)).map((productId) => document(world, productId));
    return c.json({ responseHeader: { status: 0, QTime: 1 }, response: { numFound: all.length, start, docs } });
  });
}

/** The products a term finds; undefined for one that names all of them. */
function matching(world: World, term: string): string[] | undefined {
  const [, field = '', quoted, bare = ''] = /^(\w+):\s*(?:"([^"]*)"|(\S+))$/.exec(term) ?? [];
  const value = quoted ?? bare;
  switch (field) {
    case 'docType':
      if (value !== 'PRODUCT') throw refuseOfbiz(FACTS.notImitated, `docType:${value} is not imitated`);
      return undefined;
    case 'productId':
    case 'internalName':
      return rowsBy(world, 'Product', { [field]: value }).map((row) => String(row['productId']));
    case 'sku':
      return [productOf(world, 'SKU', value)].flatMap((id) => id ?? []);
    case 'goodIdentifications': {
      const [type = '', ...rest] = value.split('/');
      return [productOf(world, type, rest.join('/'))].flatMap((id) => id ?? []);
    }
    default:
      throw refuseOfbiz(FACTS.unknownParameter, `"${term}" is no documented query term`);
  }
}

function document(world: World, productId: string): Fields {
  const [product] = rowsBy(world, 'Product', { productId });
  const identifications = rowsBy(world, 'GoodIdentification', { productId }).filter((row) => !row['thruDate']);
  const links = rowsBy(world, 'ShopifyShopProduct', { productId });
  return {
    productId,
    docType: 'PRODUCT',
    internalName: product?.['internalName'],
    productName: product?.['productName'],
    sku: identifications.find((row) => row['goodIdentificationTypeId'] === 'SKU')?.['idValue'],
    goodIdentifications: [
      ...identifications.map((row) => `${String(row['goodIdentificationTypeId'])}/${String(row['idValue'])}`),
      ...links.map((row) => `ShopifyShopProduct/${String(row['shopId'])}/${String(row['shopifyProductId'])}`),
    ],
  };
}
