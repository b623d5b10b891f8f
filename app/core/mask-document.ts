import { isPersonalField, maskText, maskValue } from './mask.ts';

const KEPT = 4_000;
const secret = /(?:pass|secret|token|api_?key|authori|credential|signature|hash)/i;
const looksSecret = /\beyJ[\w-]+\.[\w.-]+|\b[A-Za-z0-9+/_-]{40,}={0,2}/g;

function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(looksSecret, '•••');
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, secret.test(name) ? '•••' : withoutSecrets(one)]),
    );
  return value;
}

/** `<Name>…</Name>`: elements are fields, too. */
const withoutPersons = (text: string): string =>
  text.replace(/<([\w:.-]+)([^>]*)>([^<]+)</g, (whole, tag: string, rest: string) =>
    isPersonalField(tag) || secret.test(tag) ? `<${tag}${rest}>•••<` : whole,
  );

/** A body as it went over the wire, JSON or other text, without what may name a person or open a door, and not longer than support can read. */
export function maskDocument(text: string): string {
  let masked: string;
  try {
    const parsed: unknown = JSON.parse(text);
    masked = JSON.stringify(maskValue(withoutSecrets(parsed)));
  } catch {
    masked = maskText(withoutPersons(text).replace(looksSecret, '•••'));
  }
  return masked.length > KEPT ? `${masked.slice(0, KEPT)}…` : masked;
}
