/** How a field is kept. `id` fields hold at most 20 characters, the width of OFBiz's id columns. Source: hotwax.md §3.6 [G]. */
export type FieldKind = 'id' | 'text' | 'number' | 'time';

export interface Field {
  name: string;
  kind: FieldKind;
  /** The entity whose single key this must be, if it is filled. */
  ref?: string;
}

/** Related rows: found by equal values of these fields in both. */
export interface Relation {
  entity: string;
  keys: readonly string[];
}

/** One record type of HotWax's data model. Source: hotwax.md §2.3, entity definitions of ofbiz-oms-udm. */
export interface Entity {
  name: string;
  /** As `_entity` names it in nested answers. */
  fullName: string;
  keys: readonly string[];
  fields: ReadonlyMap<string, Field>;
  /** Relations that nest, and that a create writes along. */
  many: Readonly<Record<string, Relation>>;
  /** Relations that nest when read, and that a create silently skips. Source: hotwax.md §3.6. */
  one: Readonly<Record<string, Relation>>;
  /** For read-only views: the SELECT they are. */
  view?: string;
}

interface Definition {
  package: string;
  /**
   * Field names with spaces between. `*` marks a key, `:time`, `:number` and `:text` a kind (names in `Id` are ids, all else is text),
   * `>Entity` a reference.
   */
  fields: string;
  many?: Record<string, Relation>;
  one?: Record<string, Relation>;
  view?: string;
}

const FIELD = /^(\w+)(\*)?(?::(id|text|number|time))?(?:>(\w+))?$/;

export function defineEntity(name: string, given: Definition): Entity {
  const keys: string[] = [];
  const fields = new Map<string, Field>();
  for (const text of given.fields.split(/\s+/).filter(Boolean)) {
    const [, field = '', key, kind, ref] = FIELD.exec(text) ?? [];
    if (!field) throw new Error(`"${text}" is no field of ${name}`);
    if (key) keys.push(field);
    fields.set(field, {
      name: field,
      kind: (kind as FieldKind | undefined) ?? (field.endsWith('Id') ? 'id' : 'text'),
      ...(ref ? { ref } : {}),
    });
  }
  fields.set('lastUpdatedStamp', { name: 'lastUpdatedStamp', kind: 'time' });
  return {
    name,
    fullName: `${given.package}.${name}`,
    keys,
    fields,
    many: given.many ?? {},
    one: given.one ?? {},
    ...(given.view ? { view: given.view } : {}),
  };
}

/** Rows to begin with: the entity, its fields with spaces between, then the values. */
export type SeedTable = [entity: string, fields: string, rows: (string | number | null)[][]];
