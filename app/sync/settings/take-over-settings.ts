import { isDeepStrictEqual } from 'node:util';
import { findConnection, saveConnection } from '../../connections/connections.ts';
import { planTakeOver, type TakeOverChange, type TakeOverPlan } from '../../connections/plan-take-over.ts';
import type { SettingsFile } from '../../connections/settings-file.ts';
import { RejectedError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import type { Actor } from '../../people/actor.ts';
import { audit } from '../../people/audit.ts';
import { saveSchedule } from '../../schedules/sync-schedule.ts';
import { applyMappings } from './apply-mappings.ts';
import { changeSyncSettings } from './change-sync-settings.ts';

interface TakeOverInput {
  connectionId: string;
  file: SettingsFile;
  /** As shown in the preview: when something changed meanwhile, it is shown again instead. */
  expected: TakeOverChange[];
  unlisted: boolean;
}

/** Settings and schedule of one sync, as a plan has them. */
export async function changeSync(
  shopId: number,
  actor: Actor,
  connectionId: string,
  { kind, settings, schedule }: TakeOverPlan['syncs'][number],
): Promise<void> {
  const refused = () => new RejectedError('changed-meanwhile', `The ${kind} sync was changed meanwhile`);
  if (settings) {
    const saved = await changeSyncSettings(shopId, actor, { connectionId, kind, settings });
    if (!saved.ok) throw refused();
  }
  if (schedule) {
    const saved = await inShop(shopId, (tx) => saveSchedule(tx, shopId, actor, { connectionId, kind }, { ...schedule }));
    if (!saved.ok) throw refused();
  }
}

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Does what the preview said, each change as if made by hand: checked, audited, with its effect on held orders. Returns how many were made. */
export async function takeOverSettings(shopId: number, actor: Actor, input: TakeOverInput): Promise<number> {
  const { connectionId, file, unlisted } = input;
  const plan = await planTakeOver(shopId, { connectionId, file, unlisted });
  if (!isDeepStrictEqual(json(plan.changes), json(input.expected)))
    throw new RejectedError('changed-meanwhile', 'What would change is no longer what was shown');
  await inShop(shopId, async (tx) => {
    const { name } = await findConnection(tx, shopId, connectionId);
    await audit(tx, shopId, actor, {
      action: 'settings-taken-over',
      subject: `connection ${name}`,
      connectionId,
      after: { from: file.name, changes: plan.changes.length },
    });
  });
  if (plan.settings) {
    const saved = await saveConnection(shopId, actor, connectionId, { settings: plan.settings as Record<string, string> });
    if (!saved.ok) throw new RejectedError('changed-meanwhile', 'The connection was changed meanwhile');
  }
  for (const sync of plan.syncs) await changeSync(shopId, actor, connectionId, sync);
  for (const { kind, save } of plan.mappings) await applyMappings(shopId, actor, { connectionId, kind, save });
  return plan.changes.length;
}
