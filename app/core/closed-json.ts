/** What is open where a text of JSON ends, as the signs that close it, and where its last comma between values stands. */
function scan(text: string): { closers: string[]; comma: number } {
  const closers: string[] = [];
  let comma = 0;
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (inText) {
      if (sign === '\\') at += 1;
      else if (sign === '"') inText = false;
    } else if (sign === '"') inText = true;
    else if (sign === '{') closers.push('}');
    else if (sign === '[') closers.push(']');
    else if (sign === '}' || sign === ']') closers.pop();
    else if (sign === ',') comma = at;
  }
  return { closers, comma };
}

/**
 * The beginning of a JSON document as a whole one: cut after the last value that is surely complete, and what is open there closed. What is no JSON
 * stays none.
 */
export function closedJson(begun: string): string {
  const whole = begun.slice(0, scan(begun).comma);
  return whole + scan(whole).closers.toReversed().join('');
}
