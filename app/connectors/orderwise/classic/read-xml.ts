import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { RejectedError } from '../../../core/errors.ts';
import { xmlLimits } from '../assumptions.ts';

/** An element: its text, or its parts by name, each a list even where there is one. */
export type XmlNode = string | { [name: string]: XmlNode[] };

/** Parsers quote what they stumble over, however long it is. */
const unreadable = (why: string) => new RejectedError('orderwise-xml-unreadable', why.slice(0, 300));

// Entities aren't expanded by the parser at all: `plainText` knows the five that XML has by itself, and nobody can define others.
const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  trimValues: true,
  processEntities: false,
  htmlEntities: false,
  isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
});

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Without what PostgreSQL can keep in no text: NUL, and half of a letter. */
function plainText(text: string): string {
  const plain = text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return named[name] ?? whole;
      const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
  return plain.replaceAll('\0', '').toWellFormed();
}

/** Elements within elements, told from the text alone: a parser would walk down before anybody could stop it. */
function depthOf(text: string): number {
  let [depth, deepest] = [0, 0];
  for (let from = text.indexOf('<'); from >= 0; from = text.indexOf('<', from + 1)) {
    const first = text[from + 1] ?? '';
    if ('!?>'.includes(first)) continue;
    const to = text.indexOf('>', from);
    if (to < 0) break;
    if (first === '/') depth -= 1;
    else if (text[to - 1] !== '/') deepest = Math.max(deepest, (depth += 1));
    if (deepest > xmlLimits.depth) break;
    from = to;
  }
  return deepest;
}

function tidy(node: unknown): XmlNode {
  if (typeof node !== 'object' || node === null) return typeof node === 'string' ? plainText(node) : '';
  const parts = Object.entries(node as Record<string, unknown>).filter(([name]) => name !== '#text');
  return Object.fromEntries(parts.map(([name, list]) => [name, (Array.isArray(list) ? list : [list]).map(tidy)]));
}

/** The validator lets a few documents pass that the parser stumbles over. */
function parsed(text: string): Record<string, unknown[]> {
  try {
    return parser.parse(text) as Record<string, unknown[]>;
  } catch (error) {
    throw unreadable(`The document is not well-formed: ${(error as Error).message}`);
  }
}

/**
 * A whole document as lists of texts, below its root. Throws RejectedError on one that is too long or too deep, has a document type (which is
 * where entities and foreign files would come in), or isn't well-formed.
 */
export function readXml(text: string): XmlNode {
  if (text.length > xmlLimits.characters) throw unreadable(`The document is longer than ${xmlLimits.characters} characters.`);
  if (/<!(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)/i.test(text))
    throw unreadable('The document has a document type, which is not allowed.');
  if (depthOf(text) > xmlLimits.depth) throw unreadable(`Elements are nested more than ${xmlLimits.depth} deep.`);
  const verdict = XMLValidator.validate(text);
  if (verdict !== true) throw unreadable(`The document is not well-formed: ${verdict.err.msg} (line ${verdict.err.line})`);
  const roots = Object.values(parsed(text));
  const [root] = roots;
  if (roots.length !== 1 || root?.length !== 1) throw unreadable('The document has no root element.');
  return tidy(root[0]);
}

/** Parts of an element by any of the names, whose case doesn't count; none of a text. */
export function parts(node: XmlNode | undefined, names: readonly string[]): XmlNode[] {
  if (node === undefined || typeof node === 'string') return [];
  const wanted = names.map((name) => name.toLowerCase());
  return Object.entries(node).flatMap(([name, list]) => (wanted.includes(name.toLowerCase()) ? list : []));
}

/** The text of the first such part; null for none and for an empty one. */
export function textOf(node: XmlNode | undefined, names: readonly string[]): string | null {
  const [first] = parts(node, names);
  return typeof first === 'string' && first.trim() !== '' ? first.trim() : null;
}
