import type { z } from 'zod';
import type { Capabilities, SettingMeta, SyncKind } from '../connectors/contract/index.ts';
import { inventorySettingGroups, offersInventorySetting, offersReturnSetting, returnSettingGroups } from './goods-settings.ts';
import { offersOrderSetting, orderSettingGroups } from './order-settings.ts';
import { offersProductSetting, productSettingGroups } from './product-settings.ts';
import type { SettingField } from './settings-form.ts';
import { defaultSyncSettings, syncSettingsSchemas } from './sync-settings.ts';

/** One field of a form that a page draws from a settings schema. Its texts are catalogue keys made from its name. */
export interface FieldView {
  name: string;
  kind: 'text' | 'url' | 'secret' | 'number' | 'toggle' | 'choice' | 'choices' | 'words' | 'date';
  required: boolean;
  options?: string[];
  minimum?: number;
  maximum?: number;
  placeholder?: string;
  /** Shown only while another field has this value; a list has `none`, `one` or `several`. */
  when?: { name: string; is: string };
  /** Asked for when somebody turns it on: it needs this optional scope unless it has this value. */
  scope?: SettingMeta['scope'];
  /** What applies as long as nobody chose. */
  initial: SettingValue;
  /** Section of the page that it stands in, where the form has sections. */
  group?: string;
}

/** What a setting can hold. */
export type SettingValue = string | number | boolean | string[] | null;

interface Def {
  type: string;
  innerType?: z.ZodType;
  element?: z.ZodType;
  entries?: Record<string, string>;
  options?: z.ZodType[];
  in?: z.ZodType;
  defaultValue?: unknown;
  values?: unknown[];
}

const defOf = (type: z.ZodType): Def => type.def as unknown as Def;

interface Opened {
  type: z.ZodType;
  required: boolean;
  nullable: boolean;
  initial: unknown;
  meta: SettingMeta;
}

/** Takes the wrappers off a field: defaults, optional, nullable, transforms. The outermost says what applies. */
function open(outer: z.ZodType): Opened {
  const opened: Opened = { type: outer, required: true, nullable: false, initial: undefined, meta: {} };
  for (;;) {
    const def = defOf(opened.type);
    opened.meta = { ...(opened.type.meta() as SettingMeta | undefined), ...opened.meta };
    if (def.type === 'default' || def.type === 'prefault') opened.initial ??= def.defaultValue;
    if (['default', 'prefault', 'optional', 'nullable'].includes(def.type)) opened.required = false;
    if (def.type === 'nullable') opened.nullable = true;
    const inner = def.innerType ?? def.in;
    if (!inner) return opened;
    opened.type = inner;
  }
}

const formatOf = (type: z.ZodType): string | undefined => (type as { format?: string | null }).format ?? undefined;
const boundOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;

function kindOf({ type, meta }: Opened): Pick<FieldView, 'kind' | 'options' | 'minimum' | 'maximum'> {
  const def = defOf(type);
  if (meta.secret) return { kind: 'secret' };
  switch (def.type) {
    case 'boolean':
      return { kind: 'toggle' };
    case 'number': {
      const { minValue, maxValue } = type as unknown as { minValue?: unknown; maxValue?: unknown };
      const [minimum, maximum] = [boundOf(minValue), boundOf(maxValue)];
      return { kind: 'number', ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) };
    }
    case 'enum':
      return { kind: 'choice', options: Object.values(def.entries ?? {}) };
    case 'array': {
      const element = def.element ? open(def.element) : null;
      const options = meta.options ?? (element ? kindOf(element).options : undefined);
      return options ? { kind: 'choices', options: [...options] } : { kind: 'words' };
    }
    case 'union':
      return { kind: def.options?.some((option) => ['date', 'datetime'].includes(formatOf(option) ?? '')) ? 'date' : 'text' };
    default:
      if (meta.options) return { kind: 'choice', options: [...meta.options] };
      if (formatOf(type) === 'url') return { kind: 'url' };
      return { kind: formatOf(type) === 'datetime' || formatOf(type) === 'date' ? 'date' : 'text' };
  }
}

/** Name of a setting → the section it stands in. */
const groupOf: Partial<Record<SyncKind, ReadonlyMap<string, string>>> = {
  orders: new Map(Object.entries(orderSettingGroups).flatMap(([group, names]) => names.map((name) => [name, group] as const))),
  inventory: new Map(
    Object.entries(inventorySettingGroups).flatMap(([group, names]) => names.map((name) => [name, group] as const)),
  ),
  returns: new Map(Object.entries(returnSettingGroups).flatMap(([group, names]) => names.map((name) => [name, group] as const))),
  products: new Map(
    Object.entries(productSettingGroups).flatMap(([group, names]) => names.map((name) => [name, group] as const)),
  ),
};

/** The form of a sync's settings, in the order of its sections, else of its schema. Defaults are the connector's own where it is named. */
export function describeSyncSettings(kind: SyncKind, capabilities?: Capabilities): FieldView[] {
  const own = capabilities ? (defaultSyncSettings(kind, capabilities) as Record<string, unknown>) : {};
  const groups = groupOf[kind];
  const places = [...(groups?.keys() ?? [])];
  const shape = Object.entries(syncSettingsSchemas[kind].shape);
  if (groups) shape.sort(([one], [other]) => places.indexOf(one) - places.indexOf(other));
  // What the back office can't do isn't asked.
  const offered = shape.filter(
    ([name]) =>
      !capabilities ||
      ((kind !== 'orders' || offersOrderSetting(name, capabilities)) &&
        (kind !== 'inventory' || offersInventorySetting(name, capabilities)) &&
        (kind !== 'products' || offersProductSetting(name, capabilities)) &&
        (kind !== 'returns' || offersReturnSetting(name, capabilities))),
  );
  return offered.map(([name, type]) => {
    const opened = open(type as z.ZodType);
    const { placeholder, when, scope } = opened.meta;
    const drawn = kindOf(opened);
    if (name === 'customer' && capabilities && !capabilities.keepsCustomers)
      drawn.options = drawn.options?.filter((option) => option !== 'metafield') ?? [];
    const group = groups?.get(name);
    return {
      name,
      required: opened.required,
      initial: (own[name] ?? opened.initial ?? null) as SettingValue,
      ...(group ? { group } : {}),
      ...drawn,
      ...(placeholder ? { placeholder } : {}),
      ...(when ? { when } : {}),
      ...(scope ? { scope } : {}),
    };
  });
}

/** A connector's field in the words of the page's form. */
export function fieldViewOf(field: SettingField): FieldView {
  const { name, type, required, isUrl, options, minimum, maximum, placeholder, when } = field;
  const kinds = {
    text: isUrl ? 'url' : 'text',
    secret: 'secret',
    number: 'number',
    boolean: 'toggle',
    choice: 'choice',
  } as const;
  return {
    name,
    required,
    kind: kinds[type],
    initial: field.default,
    ...(type === 'choice' ? { options } : {}),
    ...(minimum === null ? {} : { minimum }),
    ...(maximum === null ? {} : { maximum }),
    ...(placeholder === null ? {} : { placeholder }),
    ...(when === null ? {} : { when }),
  };
}
