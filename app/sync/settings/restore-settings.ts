import { isDeepStrictEqual } from 'node:util';
import { saveConnection } from '../../connections/connections.ts';
import type { TakeOverChange } from '../../connections/plan-take-over.ts';
import { RejectedError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import type { Actor } from '../../people/actor.ts';
import { audit } from '../../people/audit.ts';
import { applyMappings } from './apply-mappings.ts';
import { planRestore } from './plan-restore.ts';
import { changeSync } from './take-over-settings.ts';

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/**
 * Brings settings back to what they were before an entry of the audit log, as `expected` showed it. Entered in the log itself, so that it can be
 * taken back the same way. Returns how many settings changed.
 */
export async function restoreSettings(
  shopId: number,
  actor: Actor,
  entryId: string,
  expected: readonly TakeOverChange[],
): Promise<number> {
  const { section, connectionId, subject, at, changes, work } = await planRestore(shopId, entryId);
  const refused = () => new RejectedError('changed-meanwhile', 'What would change is no longer what was shown');
  if (!isDeepStrictEqual(json(changes), json(expected))) throw refused();
  if (changes.length === 0) return 0;
  await inShop(shopId, (tx) =>
    audit(tx, shopId, actor, { action: 'settings-restored', subject, connectionId, after: { restoredTo: at } }),
  );
  if (work.settings ?? work.name) {
    const saved = await saveConnection(shopId, actor, connectionId, {
      ...(work.settings ? { settings: work.settings as Record<string, string> } : {}),
      ...(work.name === null ? {} : { name: work.name }),
    });
    if (!saved.ok) throw refused();
  }
  for (const sync of work.syncs) await changeSync(shopId, actor, connectionId, sync);
  if (section.of === 'mapping' && (work.save ?? work.remove)) {
    await applyMappings(shopId, actor, {
      connectionId,
      kind: section.kind,
      save: work.save ? [work.save] : [],
      remove: work.remove ? [work.remove] : [],
    });
  }
  return changes.length;
}
