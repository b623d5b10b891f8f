import { updateItem } from '../domain/inventory-items.ts';
import { activateLevel, deactivateLevel, toggleLevels } from '../domain/level-activation.ts';
import { GraphQLError } from 'graphql';
import { idOf } from '../core/gid.ts';
import { NotImplemented, onlyKnown } from '../core/not-implemented.ts';
import { ref, refOrNull } from '../core/refs.ts';
import { type Registry } from '../core/registry.ts';
import { Refused } from '../core/user-error.ts';
import { adjustQuantities, setQuantities, type QuantityRequest } from '../domain/inventory-writes.ts';
import { defineMutation } from './mutation.ts';

/** Writes to stock: set, adjust, activate, deactivate, and the item itself. */
export function inventoryMutations(registry: Registry): void {
  defineMutation(registry, 'inventorySetQuantities', ['input'], (change, args, ctx) => {
    const input = args.input as {
      name: string;
      reason: string;
      referenceDocumentUri?: string;
      quantities: Record<string, unknown>[];
    };
    const requests = input.quantities.map((given, index): QuantityRequest => {
      requireChangeFrom(given, 'InventoryQuantityInput');
      return {
        ...whereOf(given, index, 'quantities'),
        value: Number(given.quantity),
        changeFrom: given.changeFromQuantity as number | null,
      };
    });
    const stale = ctx.fault?.kind === 'stale' ? (ctx.fault.mode === 'part' ? 'part' : 'whole') : undefined;
    const result = setQuantities(change, input, requests, {
      mode: ctx.fault?.mode === 'part' || ctx.fault?.mode === 'whole' ? ctx.fault.mode : ctx.world.staleBatch,
      pretend: stale !== undefined,
    });
    return {
      inventoryAdjustmentGroup: refOrNull('InventoryAdjustmentGroup', result.groupId),
      ...(result.errors.length > 0 ? { userErrors: result.errors } : {}),
    };
  });

  defineMutation(registry, 'inventoryAdjustQuantities', ['input'], (change, args) => {
    const input = args.input as {
      name: string;
      reason: string;
      referenceDocumentUri?: string;
      changes: Record<string, unknown>[];
    };
    const requests = input.changes.map((given, index): QuantityRequest => {
      requireChangeFrom(given, 'InventoryChangeInput');
      if (input.name !== 'available' && !given.ledgerDocumentUri) {
        throw new Refused('A ledger document URI is required except when adjusting available.', {
          field: ['input', 'changes', String(index), 'ledgerDocumentUri'],
          code: 'INVALID_LEDGER_DOCUMENT',
        });
      }
      return {
        ...whereOf(given, index, 'changes'),
        value: Number(given.delta),
        changeFrom: given.changeFromQuantity as number | null,
      };
    });
    return { inventoryAdjustmentGroup: refOrNull('InventoryAdjustmentGroup', adjustQuantities(change, input, requests)) };
  });

  defineMutation(registry, 'inventoryActivate', ['inventoryItemId', 'locationId', 'available', 'onHand'], (change, args) => {
    if (args.onHand !== undefined && args.onHand !== null)
      throw new NotImplemented('the argument onHand of Mutation.inventoryActivate');
    const level = activateLevel(
      change,
      idOf('InventoryItem', args.inventoryItemId),
      idOf('Location', args.locationId),
      (args.available ?? undefined) as number | undefined,
    );
    return { inventoryLevel: ref('InventoryLevel', level.id) };
  });

  defineMutation(registry, 'inventoryDeactivate', ['inventoryLevelId'], (change, args) => {
    deactivateLevel(change, idOf('InventoryLevel', args.inventoryLevelId), ['inventoryLevelId']);
    return {};
  });

  defineMutation(registry, 'inventoryBulkToggleActivation', ['inventoryItemId', 'inventoryItemUpdates'], (change, args) => {
    const updates = args.inventoryItemUpdates as { locationId: string; activate: boolean }[];
    const itemId = idOf('InventoryItem', args.inventoryItemId);
    const levels = toggleLevels(
      change,
      itemId,
      updates.map((update) => ({ locationId: idOf('Location', update.locationId), activate: update.activate })),
    );
    return {
      inventoryItem: refOrNull('InventoryItem', itemId),
      inventoryLevels: levels.map((level) => ref('InventoryLevel', level.id)),
    };
  });

  defineMutation(registry, 'inventoryItemUpdate', ['id', 'input'], (change, args) => {
    const input = args.input as Record<string, unknown>;
    onlyKnown(
      input,
      ['tracked', 'sku', 'cost', 'countryCodeOfOrigin', 'provinceCodeOfOrigin', 'harmonizedSystemCode', 'requiresShipping'],
      'InventoryItemInput',
    );
    const itemId = updateItem(change, idOf('InventoryItem', args.id), input);
    return { inventoryItem: ref('InventoryItem', itemId) };
  });
}

function whereOf(
  given: Record<string, unknown>,
  index: number,
  list: string,
): Pick<QuantityRequest, 'itemId' | 'locationId' | 'field'> {
  return {
    itemId: idOf('InventoryItem', given.inventoryItemId),
    locationId: idOf('Location', given.locationId),
    field: ['input', list, String(index)],
  };
}

/** changeFromQuantity must be given, if only as null (facts: shopify.md §1). */
function requireChangeFrom(given: Record<string, unknown>, type: string): void {
  if (Object.hasOwn(given, 'changeFromQuantity')) return;
  throw new GraphQLError(`${type} must include the following argument: changeFromQuantity.`, {
    extensions: { code: 'INVALID_FIELD_ARGUMENTS' },
  });
}
