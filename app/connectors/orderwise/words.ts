/** Items of a setting that lists several: separated by commas, semicolons or lines. */
export const wordsIn = (text: string): string[] =>
  text
    .split(/[,;\n]/)
    .map((word) => word.trim())
    .filter(Boolean);

/** `20 = T1, 0 = T0` as pairs; null where an item is no pair. */
export function pairsIn(text: string): [string, string][] | null {
  const pairs = wordsIn(text).map((word): [string, string] | null => {
    const cut = word.indexOf('=');
    return cut > 0 ? [word.slice(0, cut).trim(), word.slice(cut + 1).trim()] : null;
  });
  return pairs.every((pair) => pair !== null) ? (pairs as [string, string][]) : null;
}

/** Compared as people do: case and blanks around don't count. */
export const same = (one: string, other: string): boolean => one.trim().toLowerCase() === other.trim().toLowerCase();
