import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';

/** What is wrong with a document, for the session's log. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

/** Elements that may come more than once, and are lists even when they come once. */
const REPEATED = new Set(['SalesOrder', 'SalesPayment', 'SalesOrderLine', 'SalesDissur', 'Response']);

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  isArray: (name) => REPEATED.has(name),
});
// an empty element is written out, as OrderWise does (orderwise.md §4.4 "Empty elements occur")
const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', suppressEmptyNode: false });

export type XmlTree = string | XmlTree[] | { [name: string]: XmlTree };

/**
 * A whole well-formed document as nested objects of text: elements by name, attributes as `@name`, blanks inside texts kept. No document
 * type, no comments on what isn't there. Throws XmlError.
 */
export function readXml(text: string): { [name: string]: XmlTree } {
  if (/<!DOCTYPE/i.test(text)) throw new XmlError('The document has a document type, which nobody needs.');
  const verdict = XMLValidator.validate(text);
  if (verdict !== true) throw new XmlError(`The document is not well-formed: ${verdict.err.msg} (line ${verdict.err.line})`);
  const tree = tidy(parser.parse(text) as XmlTree);
  if (typeof tree !== 'object' || Array.isArray(tree)) throw new XmlError('The document has no root element.');
  return tree;
}

/** Drops the blanks between elements; an element with nothing but text is that text. */
function tidy(tree: XmlTree): XmlTree {
  if (typeof tree === 'string') return tree;
  if (Array.isArray(tree)) return tree.map(tidy);
  const parts = Object.entries(tree);
  const only = parts.length === 1 ? tree['#text'] : undefined;
  if (typeof only === 'string') return only;
  return Object.fromEntries(
    parts
      .filter(([name, value]) => name !== '#text' || (typeof value === 'string' && value.trim() !== ''))
      .map(([name, value]) => [name, tidy(value)]),
  );
}

/** A document with one root. */
export const writeXml = (tree: Record<string, unknown>): string =>
  `<?xml version="1.0" encoding="utf-8"?>${builder.build(tree) as string}`;
