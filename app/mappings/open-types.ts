import { offeredMappingKinds, type Capabilities } from '../connectors/contract/index.ts';
import type { Tx } from '../db/scope.ts';
import { productTypesOf, typeRulesOf } from './goods-rules.ts';
import { loadRules } from './mapping-store.ts';

/** Product types of the catalogue that nobody has said of what they are, for this connection. Products without a type are shipped as Shopify has it. */
export async function openTypes(
  tx: Tx,
  shopId: number,
  connectionId: string,
  capabilities: Pick<Capabilities, 'mappingKinds'>,
): Promise<string[]> {
  if (!offeredMappingKinds(capabilities).includes('product-type')) return [];
  const types = (await productTypesOf(tx, shopId)).filter((type) => type.trim() !== '');
  const answered = new Set(typeRulesOf(await loadRules(tx, shopId, connectionId, 'product-type'), types).map(({ type }) => type));
  return types.filter((type) => !answered.has(type));
}
