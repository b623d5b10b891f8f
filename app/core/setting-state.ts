/** A setting's value as what other settings compare with: a list is `none`, `one` or `several`, a switch `true` or `false`, nothing the empty text. */
export function settingState(value: unknown): string {
  if (Array.isArray(value)) return ['none', 'one'][value.length] ?? 'several';
  return typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
