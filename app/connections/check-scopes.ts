import { hasScope } from '../core/access-scopes.ts';
import { settingState } from '../core/setting-state.ts';
import type { FieldErrors } from './field-errors.ts';
import type { FieldView } from './read-sync-settings-form.ts';

/**
 * Settings that somebody turns on although Shopify hasn't granted what they need. What stood before is left alone: a scope that was taken
 * back later mustn't keep the rest of the form from being saved.
 */
export function scopesMissing(
  fields: Pick<FieldView, 'name' | 'scope'>[],
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  granted: readonly string[],
): FieldErrors {
  const errors: FieldErrors = {};
  for (const { name, scope } of fields) {
    if (!scope || hasScope(granted, scope.name)) continue;
    const state = settingState(after[name]);
    if (state === scope.unless || state === settingState(before[name])) continue;
    errors[name] = { code: 'scope-missing', params: { scope: scope.name } };
  }
  return errors;
}
