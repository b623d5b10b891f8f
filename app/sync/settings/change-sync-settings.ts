import { findConnection } from '../../connections/connections.ts';
import type { FieldErrors } from '../../connections/field-errors.ts';
import { capabilitiesOf } from '../../connections/known-connectors.ts';
import { readSync, saveSyncInterval, saveSyncSettings } from '../../connections/syncs.ts';
import type { SyncKind } from '../../connectors/contract/index.ts';
import { inShop } from '../../db/scope.ts';
import type { Actor } from '../../people/actor.ts';
import { ordersConcernedBy, rejudgeOrders } from '../orders/rejudge-orders.ts';

interface SyncChange {
  connectionId: string;
  kind: SyncKind;
  /** All of them: what is left out goes back to its default. */
  settings: Record<string, unknown>;
  /** Without it the interval stays. */
  intervalMinutes?: number;
}

/** Thrown inside the transaction, so that nothing is stored when a field is wrong. */
class Wrong extends Error {
  readonly errors: FieldErrors;

  constructor(errors: FieldErrors) {
    super('A setting was refused');
    this.errors = errors;
  }
}

/**
 * The one way in which the settings of a sync change, whoever asks: a form, a file, another connection, an earlier version. They are checked,
 * stored and audited, and orders that earlier ones had decided about are judged again; `concerned` is how many.
 */
export async function changeSyncSettings(
  shopId: number,
  actor: Actor,
  { connectionId, kind, settings, intervalMinutes }: SyncChange,
): Promise<{ ok: true; concerned: number } | { ok: false; errors: FieldErrors }> {
  try {
    const concerned = await inShop(shopId, async (tx) => {
      const capabilities = capabilitiesOf(await findConnection(tx, shopId, connectionId));
      const ids = kind === 'orders' ? await ordersConcernedBy(tx, shopId, connectionId, settings, capabilities) : [];
      const saved = await saveSyncSettings(tx, shopId, actor, connectionId, kind, settings);
      if (!saved.ok) throw new Wrong(saved.errors);
      if (intervalMinutes !== undefined && intervalMinutes !== (await readSync(tx, shopId, connectionId, kind)).intervalMinutes)
        await saveSyncInterval(tx, shopId, actor, connectionId, kind, intervalMinutes);
      return ids;
    });
    await rejudgeOrders(shopId, concerned);
    return { ok: true, concerned: concerned.length };
  } catch (thrown) {
    if (thrown instanceof Wrong) return { ok: false, errors: thrown.errors };
    throw thrown;
  }
}
