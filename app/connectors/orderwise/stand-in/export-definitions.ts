import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { idOf, query, type Api } from './api.ts';
import { parse, readJson } from './body.ts';
import { EXPORTS, type ExportRow } from './export-rows.ts';
import { FACTS } from './facts.ts';
import { limitsOf } from './limits.ts';
import { refuseMessage } from './refusals.ts';
import { fromLocal, json, type World } from './world.ts';

export type ExportKind = keyof typeof EXPORTS;
export const EXPORT_KINDS = Object.keys(EXPORTS) as [ExportKind, ...ExportKind[]];

/** An API Export Definition: SQL that a merchant stored, here one of the canned kinds. */
export interface Definition {
  id: number;
  name: string;
  kind: ExportKind;
  /** Takes `@since`. */
  since: boolean;
  /** Looks back so many minutes by itself; null with `since`, or for everything. */
  windowMinutes: number | null;
  /** Columns that the merchant called otherwise, or (null) left out. */
  columns: Record<string, string | null>;
}

interface DefinitionRow {
  id: number;
  name: string;
  kind: ExportKind;
  since: number;
  window_minutes: number | null;
  columns: string;
}

const toDefinition = ({ window_minutes, ...row }: DefinitionRow): Definition => ({
  ...row,
  since: row.since === 1,
  windowMinutes: window_minutes,
  columns: json(row.columns) as Record<string, string | null>,
});

export const definitions = (world: World): Definition[] =>
  world.state.all<DefinitionRow>('SELECT * FROM export_definitions ORDER BY id').map(toDefinition);

const definitionById = (world: World, id: number): Definition | undefined => {
  const row = world.state.get<DefinitionRow>('SELECT * FROM export_definitions WHERE id = ?', id);
  return row ? toDefinition(row) : undefined;
};

export function addDefinition(
  world: World,
  { name, kind, since, windowMinutes, columns = {} }: Omit<Definition, 'id' | 'columns'> & Partial<Pick<Definition, 'columns'>>,
): Definition {
  const { lastId } = world.state.run(
    'INSERT INTO export_definitions (name, kind, since, window_minutes, columns) VALUES (?,?,?,?,?)',
    name,
    kind,
    since ? 1 : 0,
    windowMinutes,
    JSON.stringify(columns),
  );
  return definitionById(world, lastId) as Definition;
}

/** What a call's path says about the definition it runs: `export stock`. */
export function exportName(world: World, path: string): string | undefined {
  const [, id] = /^\/system\/export-definition\/(\d+)$/.exec(path) ?? [];
  const definition = id === undefined ? undefined : definitionById(world, Number(id));
  return definition ? `export ${definition.kind}` : undefined;
}

const parameters = z.array(z.strictObject({ name: z.string(), value: z.union([z.string(), z.number(), z.null()]) }));

/** `POST /system/export-definition/:id`: runs stored SQL and answers rows. Source: orderwise.md §5 "Export definitions" [C]. */
export function exportDefinitions(api: Api, world: World): void {
  api.post('/system/export-definition/:id', async (c) => {
    query(c);
    const id = idOf(c, 'Export definition');
    const given = parse(parameters, await readJson(c), FACTS.exportBody, 'parameters').filter(
      // how a client says "none" today. Source: orderwise.md §5 [C S5]
      ({ name, value }) => name !== '' || value !== null,
    );
    const definition = definitionById(world, id);
    if (!definition) throw refuseMessage(FACTS.exportNotFound, 404, `Export definition ${id} was not found.`);
    await sleep(limitsOf(world).exportMs);
    const rows = EXPORTS[definition.kind](world, sinceOf(world, definition, given));
    return c.json(rows.map((row) => named(row, definition.columns)));
  });
}

function sinceOf(world: World, definition: Definition, given: readonly { name: string; value: unknown }[]): number {
  const bad = (message: string) => refuseMessage(FACTS.exportParameter, 400, message);
  for (const { name } of given)
    if (name !== '@since' || !definition.since) throw bad(`${name} is not a parameter of export definition ${definition.id}.`);
  if (!definition.since) return definition.windowMinutes === null ? 0 : world.now() - definition.windowMinutes * 60_000;
  const value = given[0]?.value;
  if (given.length === 0 || value === null) throw bad('Must declare the scalar variable "@since".');
  const since = typeof value === 'string' ? fromLocal(value) : undefined;
  if (since === undefined) throw bad('Conversion failed when converting date and/or time from character string.');
  return since;
}

const named = (row: ExportRow, columns: Definition['columns']): ExportRow =>
  Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => {
      const other = columns[name];
      return other === null ? [] : [[other ?? name, value]];
    }),
  );
