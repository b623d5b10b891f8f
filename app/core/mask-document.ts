import { closedJson } from './closed-json.ts';
import { isPersonalField, maskText, maskValue } from './mask.ts';

const KEPT = 4_000;
/** More is never looked at: masking makes a text shorter, seldom to a tenth. */
const READ = 64 * 1024;
/** Longer than an e-mail address or a telephone number, of which the cut may have left half. */
const TORN = 400;
const secret = /(?:pass|secret|token|api_?key|authori|credential|signature|hash)/i;
const looksSecret = /\beyJ[\w-]{1,4000}\.[\w.-]+|\b[A-Za-z0-9+/_-]{40,}={0,2}/g;

const isHidden = (name: string): boolean => isPersonalField(name) || secret.test(name);

function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(looksSecret, '•••');
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, secret.test(name) ? '•••' : withoutSecrets(one)]),
    );
  return value;
}

/** `<Name>…</Name>` and, where JSON is broken, `"name": "…"`: both are fields, too, also when they end with the text. */
const withoutPersons = (text: string): string =>
  text
    .replace(/<([\w:.-]{1,100})([^<>]*)>([^<]+)/g, (whole, tag: string, rest: string) =>
      isHidden(tag) ? `<${tag}${rest}>•••` : whole,
    )
    .replace(/"([\w:.-]{1,100})"(\s{0,9}:\s{0,9})"(?:[^"\\]|\\[^])*/g, (whole, name: string, colon: string) =>
      isHidden(name) ? `"${name}"${colon}"•••` : whole,
    );

function maskJson(text: string): string | null {
  try {
    return JSON.stringify(maskValue(withoutSecrets(JSON.parse(text))));
  } catch {
    return null;
  }
}

/**
 * A body as it went over the wire, JSON or other text, without what may name a person or open a door, and not longer than support can read.
 * Of a long one only the beginning is looked at: the other side decides how long it is, and its length must not cost more than reading it.
 */
export function maskDocument(text: string): string {
  const torn = text.length > READ;
  const begun = text.slice(0, READ);
  const json = maskJson(torn ? closedJson(begun) : begun);
  const plain = json ?? maskText(withoutPersons(begun).replace(looksSecret, '•••'));
  const masked = torn && json === null ? plain.slice(0, -TORN) : plain;
  return torn || masked.length > KEPT ? `${masked.slice(0, KEPT)}…` : masked;
}
