import { isDeepStrictEqual } from 'node:util';
import { NeedsMerchantError } from '../core/errors.ts';
import type { ConnectorDefinition } from '../connectors/contract/index.ts';
import { env } from '../env.server.ts';
import { fieldErrorsOf, type FieldErrors } from './field-errors.ts';
import { assertHostAllowed } from './host-guard.ts';
import { destinationOf, unencrypted } from './secret-destination.ts';
import { describeSettings, isShown, type SettingField } from './settings-form.ts';

/** A form as it arrives: text by name; a field that isn't there keeps what is stored, an empty one takes its default. */
export type SettingsForm = Record<string, string | number | boolean | null | undefined>;

export interface CheckedSettings {
  /** What may be shown again. */
  plain: Record<string, unknown>;
  secrets: Record<string, string>;
  /** All of it as the connector is handed it. */
  parsed: Record<string, unknown>;
}

function readValue(field: SettingField, given: string | number | boolean): unknown {
  if (typeof given !== 'string') return given;
  const text = field.type === 'secret' ? given : given.trim();
  if (field.type === 'number' && /^-?\d+([.,]\d+)?$/.test(text)) return Number(text.replace(',', '.'));
  if (field.type === 'boolean' && ['true', 'on', 'false', ''].includes(text)) return text === 'true' || text === 'on';
  return text;
}

function valuesOf(fields: SettingField[], form: SettingsForm, stored: Record<string, unknown>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    const given = form[field.name];
    // A secret is never sent to the browser, so an empty field means "as it is".
    const asStored = given === undefined || (field.type === 'secret' && (given === '' || given === null));
    if (asStored) {
      if (stored[field.name] !== undefined) values[field.name] = stored[field.name];
      continue;
    }
    if (given === null || (given === '' && field.type !== 'boolean')) continue;
    values[field.name] = readValue(field, given);
  }
  return values;
}

async function checkAddresses(fields: SettingField[], values: Record<string, unknown>): Promise<FieldErrors> {
  const errors: FieldErrors = {};
  for (const { name } of fields.filter((field) => field.isUrl)) {
    const address = values[name];
    if (typeof address !== 'string') continue;
    try {
      await assertHostAllowed(new URL(address), { allowed: env.ALLOWED_PRIVATE_HOSTS });
    } catch (error) {
      // A name that has no address now may have one later: the connection test says so.
      if (error instanceof NeedsMerchantError) errors[name] = { code: error.code, params: error.params };
    }
  }
  return errors;
}

/**
 * A stored secret stays where it is known: who changes where it goes enters it again, so that nobody sends it to a server of theirs.
 */
function secretsToEnter(
  definition: ConnectorDefinition,
  fields: SettingField[],
  { form, stored, values }: { form: SettingsForm; stored: Record<string, unknown>; values: Record<string, unknown> },
): FieldErrors {
  const kept = fields.filter(({ name, type }) => type === 'secret' && !form[name] && Boolean(values[name]));
  if (kept.length === 0) return {};
  const shown = fields.filter((field) => isShown(field, stored)).map(({ name }) => name);
  const before = Object.fromEntries(Object.entries(stored).filter(([name]) => shown.includes(name)));
  if (isDeepStrictEqual(destinationOf(definition, before), destinationOf(definition, values))) return {};
  return Object.fromEntries(kept.map(({ name }) => [name, { code: 'password-again', params: {} }]));
}

/** Reads, validates and splits a connection's settings; every wrong field is named. */
export async function checkSettings(
  definition: ConnectorDefinition,
  form: SettingsForm,
  stored: Record<string, unknown> = {},
): Promise<{ ok: true; settings: CheckedSettings } | { ok: false; errors: FieldErrors }> {
  const fields = describeSettings(definition);
  const all = valuesOf(fields, form, stored);
  const values = Object.fromEntries(
    Object.entries(all).filter(([name]) => fields.some((field) => field.name === name && isShown(field, all))),
  );
  const result = definition.settings.safeParse(values);
  const errors = result.success
    ? {
        ...unencrypted(definition, values),
        ...(await checkAddresses(fields, values)),
        ...secretsToEnter(definition, fields, { form, stored, values }),
      }
    : fieldErrorsOf(result.error, values);
  if (!result.success || Object.keys(errors).length > 0) return { ok: false, errors };
  const secretNames = new Set(fields.filter((field) => field.type === 'secret').map((field) => field.name));
  const entries = Object.entries(values);
  return {
    ok: true,
    settings: {
      plain: Object.fromEntries(entries.filter(([name]) => !secretNames.has(name))),
      secrets: Object.fromEntries(
        entries.filter(([name]) => secretNames.has(name)).map(([name, value]) => [name, String(value)]),
      ),
      parsed: result.data,
    },
  };
}
