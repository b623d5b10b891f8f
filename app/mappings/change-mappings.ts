import type { MappingKind } from '../connectors/contract/index.ts';
import type { Tx } from '../db/scope.ts';
import type { Actor } from '../people/actor.ts';
import type { MappingTarget } from './kinds.ts';
import { loadRules, removeMapping, saveMapping, type MappingInput } from './mapping-store.ts';
import type { MappingRule } from './resolve.ts';
import { checkSkuAliases, forgetLinked } from './sku-aliases.ts';

export interface MappingChange {
  connectionId: string;
  kind: MappingKind;
  save?: readonly Omit<MappingInput, 'connectionId' | 'kind'>[];
  /** Ids of mappings. */
  remove?: readonly string[];
}

const codesOf = ({ source, target }: MappingRule): string[] => [source, (target as MappingTarget<'sku-alias'>).value];

/** Saves and removes mappings of one kind, all or none, with what follows from it. Throws RejectedError on the first that isn't valid. */
export async function changeMappings(tx: Tx, shopId: number, actor: Actor, change: MappingChange): Promise<void> {
  const { connectionId, kind, save = [], remove = [] } = change;
  const before = kind === 'sku-alias' ? await loadRules(tx, shopId, connectionId, kind) : [];
  for (const mapping of save) await saveMapping(tx, shopId, actor, { connectionId, kind, ...mapping });
  const mine = await tx.mapping.findMany({
    where: { shopId, connectionId, kind, id: { in: [...remove] } },
    select: { id: true },
  });
  for (const { id } of mine) await removeMapping(tx, shopId, actor, id);
  if (kind !== 'sku-alias') return;
  await checkSkuAliases(tx, shopId, connectionId);
  const after = await loadRules(tx, shopId, connectionId, kind);
  const differs = (one: MappingRule, others: readonly MappingRule[]) =>
    !others.some((other) => other.source === one.source && JSON.stringify(other.target) === JSON.stringify(one.target));
  const changed = [...before.filter((one) => differs(one, after)), ...after.filter((one) => differs(one, before))];
  await forgetLinked(tx, shopId, connectionId, changed.flatMap(codesOf));
}
