/** Whether PostgreSQL can hold a text: it refuses NUL, and half of a pair of surrogates, which is no character. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** Only an escape makes such a text in JSON: NUL as it stands is no JSON, and what isn't UTF-8 was replaced when it was decoded. */
const suspicious = /\\u(?:0000|d[89a-f])/i;

/** The path to a text in a JSON document that can't be stored, as `lines.0.sku`; null where there is none, or the document is no JSON. */
export function unstorableField(json: string): string | null {
  if (!suspicious.test(json)) return null;
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    return null;
  }
  // Not by recursion: who sends this may nest it as deep as the body is long.
  const rest: [path: string, value: unknown][] = [['', document]];
  for (let one = rest.pop(); one; one = rest.pop()) {
    const [path, value] = one;
    if (typeof value === 'string' && !isStorable(value)) return path;
    if (value === null || typeof value !== 'object') continue;
    for (const [key, inner] of Object.entries(value)) {
      if (!isStorable(key)) return path;
      rest.push([path ? `${path}.${key}` : key, inner]);
    }
  }
  return null;
}
