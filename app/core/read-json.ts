/** What JSON can say and PostgreSQL can't keep: NUL, and half of a letter. Written out, either begins like this. */
const doubtful = /\\u(0000|d[89a-f])/i;

const kept = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value;

/** JSON as another system wrote it, with texts that can be stored: one that can't would hold up all that are stored with it. Throws SyntaxError. */
export const readJson = (text: string): unknown => JSON.parse(text, doubtful.test(text) ? kept : undefined) as unknown;
