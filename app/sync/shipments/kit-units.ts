import { kitKey, type KitComponent } from '../../mappings/kit-text.ts';
import type { ReportedLine } from './match-lines.ts';

interface KitLine {
  lineId: string;
  sku: string;
}

type PartKits = Readonly<Record<string, readonly KitComponent[]>>;

/** Which kit's line a reported line belongs to; null where it is no component (but the kit itself, or another product), or is ordered by itself. */
function kitLineOf(line: ReportedLine, kitLines: readonly KitLine[], plain: ReadonlySet<string>, kits: PartKits): string | null {
  const own = kitLines.find(({ lineId }) => lineId === line.lineId);
  const isPart = (kit: KitLine) => kits[kitKey(kit.sku)]?.some(({ sku }) => kitKey(sku) === kitKey(line.sku)) === true;
  if (own) return kitKey(own.sku) === kitKey(line.sku) && !isPart(own) ? null : own.lineId;
  if (line.lineId !== null || plain.has(kitKey(line.sku))) return null;
  return kitLines.find(isPart)?.lineId ?? null;
}

function setsIn(components: readonly KitComponent[], units: ReadonlyMap<string, number>): number {
  return Math.min(...components.map(({ sku, quantity }) => Math.floor((units.get(kitKey(sku)) ?? 0) / quantity)));
}

/**
 * What a report says in components, in kits. A kit counts where its last component is reported: `before` are the other reports' lines, whose
 * components wait for theirs. Lines of other products stay as they are. Pure.
 */
export function inKits(
  report: readonly ReportedLine[],
  before: readonly ReportedLine[],
  partLines: readonly KitLine[],
  kits: PartKits | null,
): ReportedLine[] {
  const kitLines = kits ? partLines.filter(({ sku }) => kits[kitKey(sku)]) : [];
  if (!kits || kitLines.length === 0) return [...report];
  const plain = new Set(partLines.filter(({ sku }) => !kits[kitKey(sku)]).map(({ sku }) => kitKey(sku)));
  const count = (lines: readonly ReportedLine[]) => {
    const units = new Map<string, Map<string, number>>();
    for (const line of lines) {
      const lineId = kitLineOf(line, kitLines, plain, kits);
      if (lineId === null) continue;
      const of = units.get(lineId) ?? new Map<string, number>();
      units.set(lineId, of.set(kitKey(line.sku), (of.get(kitKey(line.sku)) ?? 0) + line.quantity));
    }
    return units;
  };
  const [earlier, all] = [count(before), count([...before, ...report])];
  const none = new Map<string, number>();
  const made = kitLines.flatMap(({ lineId, sku }): ReportedLine[] => {
    const components = kits[kitKey(sku)] ?? [];
    const quantity = setsIn(components, all.get(lineId) ?? none) - setsIn(components, earlier.get(lineId) ?? none);
    return quantity > 0 ? [{ lineId, sku, quantity }] : [];
  });
  return [...report.filter((line) => kitLineOf(line, kitLines, plain, kits) === null), ...made];
}
