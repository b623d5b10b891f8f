import { z } from 'zod';
import type { ConnectorDefinition, SettingMeta } from '../connectors/contract/index.ts';
import { BugError } from '../core/errors.ts';

/** One field of a connection's form, as the page draws it. Texts: `settings.<name>.label|help` in the connector's catalogue. */
export interface SettingField {
  name: string;
  type: 'text' | 'secret' | 'number' | 'boolean' | 'choice';
  required: boolean;
  /** The address of something: the page offers the right keyboard, and it is checked by the host guard. */
  isUrl: boolean;
  default: string | number | boolean | null;
  placeholder: string | null;
  options: string[];
  minimum: number | null;
  maximum: number | null;
  /** Shown only while another field has this value. */
  when: { name: string; is: string } | null;
  labelKey: string;
  helpKey: string;
}

interface FieldSchema extends SettingMeta {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  format?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  anyOf?: FieldSchema[];
}

const numberTypes = ['number', 'integer'];
const safe = (limit: number | undefined) => (limit === undefined || Math.abs(limit) >= Number.MAX_SAFE_INTEGER ? null : limit);

function typeOf(name: string, field: FieldSchema): SettingField['type'] {
  if (field.secret) return 'secret';
  if (field.options ?? field.enum) return 'choice';
  if (field.type === 'boolean') return 'boolean';
  if (field.type && numberTypes.includes(field.type)) return 'number';
  if (field.type === 'string') return 'text';
  throw new BugError('setting-not-drawable', `The setting "${name}" is neither text, number, yes or no, nor a choice`);
}

/** The form of a connector's settings, derived from its schema and the metadata in it (`.meta({ secret, needed, options, placeholder, when })`). */
export function describeSettings(definition: Pick<ConnectorDefinition, 'settings'>): SettingField[] {
  const schema = z.toJSONSchema(definition.settings, { io: 'input', unrepresentable: 'any' });
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const outer = property as FieldSchema;
    const field: FieldSchema = { ...outer.anyOf?.find((one) => one.type !== 'null'), ...outer };
    const initial = field.default;
    return {
      name,
      type: typeOf(name, field),
      required: required.has(name) || field.needed === true,
      isUrl: field.format === 'uri',
      default: ['string', 'number', 'boolean'].includes(typeof initial) ? (initial as string | number | boolean) : null,
      placeholder: field.placeholder ?? null,
      options: [...(field.options ?? field.enum?.map(String) ?? [])],
      minimum: safe(field.minimum),
      maximum: safe(field.maximum),
      when: field.when ?? null,
      labelKey: `settings.${name}.label`,
      helpKey: `settings.${name}.help`,
    };
  });
}

/** Whether a field counts, given the values of the others. */
export function isShown(field: SettingField, values: Record<string, unknown>): boolean {
  return field.when === null || String(values[field.when.name] ?? '') === field.when.is;
}
